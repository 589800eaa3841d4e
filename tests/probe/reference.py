"""The real Keras over the real TensorFlow, with weights that are allocated, as a judge.

Never imported by the tests: it is started as a process and speaks lines of JSON.

    {"ask": "check" | "loss" | "inside", …}     as the probe is asked; all replies at once
    {"stateless": true, …}                      the same without values of weights
    {"ask": "version"} and {"ask": "names"}     the release, its applications and its layers
    {"ask": "summary", "code": program}         what its ``model.summary()`` says
    {"ask": "fit", "code": program}             the exception that ends it
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import sys
from typing import Any

from keras_lsp.probe import lookups, null_backend
from keras_lsp.probe.answers import SINGLE
from keras_lsp.probe.evaluation import Evaluator


def main() -> None:
    line = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.environ |= {
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    keras = importlib.import_module("keras")
    keras.config.disable_traceback_filtering()
    keras.config.disable_interactive_logging()
    files = importlib.import_module("keras.src.utils.file_utils")
    vars(files)["get_file"] = lambda *args, **keywords: ""
    keras.Model.load_weights = lambda self, *args, **keywords: None
    # Here they can be asked themselves, and the table is judged.
    vars(lookups)["is_lookup"] = lambda layer: False
    evaluator = Evaluator(keras)
    for text in sys.stdin:
        print(json.dumps(answer(evaluator, json.loads(text))), file=line, flush=True)
        forget(keras)


def forget(keras: Any) -> None:
    try:
        keras.utils.clear_session(free_memory=False)
    except TypeError:  # Keras 3.0
        keras.utils.clear_session()


def answer(evaluator: Evaluator, request: dict[str, Any]) -> Any:
    if request["ask"] == "version":
        return evaluator.keras.__version__
    if request["ask"] == "names":
        return names(evaluator.keras)
    if request["ask"] == "summary":
        return summary(evaluator.keras, request["code"])
    if request["ask"] == "fit":
        return failure(request["code"])
    if request["ask"] == "loss":
        return [loss(evaluator, request)]
    if request["ask"] in SINGLE:
        return [SINGLE[request["ask"]](evaluator, request)]
    scope: Any = contextlib.nullcontext()
    if request.get("stateless"):
        scope = null_backend.stateless(evaluator.keras)
    with scope:
        return [reply for _, reply in evaluator.check(request, lambda: None)]


def names(keras: Any) -> Any:
    """Applications, and layers with the parameters that have no default."""
    applications = [n for n in dir(keras.applications) if n[0].isupper()]
    layers = {}
    for name in dir(keras.layers):
        found = getattr(keras.layers, name)
        if isinstance(found, type) and issubclass(found, keras.layers.Layer):
            parameters = list(inspect.signature(found).parameters.values())
            plain = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
            required = [p.name for p in plain if p.default is p.empty]
            layers[name] = {"required": required, "all": [p.name for p in plain]}
    return {"applications": applications, "layers": layers}


def loss(evaluator: Evaluator, request: dict[str, Any]) -> Any:
    """As the trainer calls it: in a graph."""
    backend = importlib.import_module("keras.src.backend")
    compile_utils = importlib.import_module("keras.src.trainers.compile_utils")
    original = compile_utils.CompileLoss.__call__

    def symbolically(self: Any, *args: Any) -> Any:
        return backend.compute_output_spec(lambda *a: original(self, *a), *args)

    compile_utils.CompileLoss.__call__ = symbolically
    try:
        return SINGLE["loss"](evaluator, request)
    finally:
        compile_utils.CompileLoss.__call__ = original


def summary(keras: Any, code: str) -> Any:
    space: dict[str, Any] = {"keras": keras}
    exec(code, space)
    model = space["model"]
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    sums = [part.strip() for part in "\n".join(lines).splitlines() if "params:" in part]
    # As in the table: operations too, a Sequential's input not.
    parts = getattr(model, "operations", model.layers)
    if isinstance(model, keras.Sequential):
        parts = model.layers
    return {"sums": sums, "rows": [row(part) for part in parts]}


def row(part: Any) -> list[str]:
    count = part.count_params() if hasattr(part, "count_params") else 0
    shapes = {str(tuple(node.output_tensors[0].shape)) for node in part._inbound_nodes}
    return [part.name, type(part).__name__, str(count), *sorted(shapes)[:1]]


def failure(code: str) -> Any:
    with contextlib.redirect_stdout(sys.stderr):
        try:
            exec(code, {})
        except Exception as problem:
            return [type(problem).__name__, str(problem)]
    return None


if __name__ == "__main__":
    main()
