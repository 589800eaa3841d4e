"""Runs programs under the real Keras and prints every model that a name of theirs holds, as JSON.

Never imports the product.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras


def described(model: Any) -> dict[str, Any]:
    if type(model) is keras.Sequential:
        return {"layers": [layer(each) for each in model.layers]}
    nodes: list[dict[str, Any]] = []
    known: dict[tuple[int, int], int] = {}
    starts = {id(tensor) for tensor in model.inputs}

    def visit(tensor: Any) -> list[int]:
        operation, index, place = tensor._keras_history
        key = (id(operation), index)
        if key not in known:
            inbound = operation._inbound_nodes[index].arguments.keras_tensors
            begins = id(tensor) in starts
            parents = [] if begins else [visit(each) for each in inbound]
            known[key] = len(nodes)
            made = {"class": "InputLayer", "config": {}} if begins else layer(operation)
            nodes.append({**made, "id": id(operation), "parents": parents})
        return [known[key], place]

    return {"outputs": [visit(each) for each in model.outputs], "nodes": nodes}


def layer(operation: Any) -> dict[str, Any]:
    try:
        config = operation.get_config()
    except Exception:
        config = {}
    return {"class": type(operation).__name__, "config": config}


def main() -> None:
    found = {}
    for path in sys.argv[1:]:
        # Where Python looks for what a program that it runs imports.
        sys.path[0] = os.path.dirname(path)
        names = runpy.run_path(path)
        found[path] = {
            name: described(value)
            for name, value in names.items()
            if isinstance(value, keras.Model) and (type(value) is keras.Sequential or value.inputs)
        }
    print("\n" + json.dumps(found, default=str))


if __name__ == "__main__":
    main()
