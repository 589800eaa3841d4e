"""All of ``keras.applications``, layer by layer, as the real Keras over TensorFlow builds them.

    python -m tests.probe.applications     asks it again and writes data/applications.json

Never imports Keras.  The record holds one digest for each application, over the class, output
shape, dtype, mask, weights and inputs of each of its layers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_lsp.probe.questions import Question, inside_question
from keras_lsp.probe.wire import read
from keras_lsp.replies import Inside, Outputs, TensorSpec
from keras_lsp.service.summary import snake_case
from tests.probe.building import made
from tests.probe.judge import Judge

RECORD = Path(__file__).with_name("data") / "applications.json"


def question(name: str) -> Question:
    return inside_question(made(f"applications.{name}"))


def described(inside: Inside) -> dict[str, Any]:
    """What is compared; names that Keras makes up are told by what they belong to."""
    places = {layer.name: number for number, layer in enumerate(inside.layers)}
    rows = [
        [
            None if is_automatic(layer.name, layer.kind) else layer.name,
            layer.kind,
            told(layer.outputs),
            repr(layer.trainable),
            repr(layer.non_trainable),
            [places[name] for name in layer.inputs],
        ]
        for layer in inside.layers
    ]
    text = json.dumps(rows).encode()
    return {
        "layers": len(rows),
        "params": sum(x.trainable.count + x.non_trainable.count for x in inside.layers),
        "digest": hashlib.blake2b(text, digest_size=12).hexdigest(),
    }


def told(outputs: Outputs) -> str:
    """In a form of its own: no change of a class may change what is on record."""
    if isinstance(outputs, TensorSpec):
        return (
            f"TensorSpec(shape={outputs.shape}, dtype={outputs.dtype!r},"
            f" mask={outputs.mask}, sparse={outputs.sparse})"
        )
    if isinstance(outputs, tuple):
        return f"({', '.join(map(told, outputs))}{',' if len(outputs) == 1 else ''})"
    return repr(outputs)


def is_automatic(name: str, kind: str) -> bool:
    return re.fullmatch(rf"{snake_case(kind)}(_\d+)?", name) is not None


def recorded() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def judged(judge: Judge, name: str) -> dict[str, Any]:
    (reply,) = judge.replies(question(name))
    inside = read(reply)
    assert isinstance(inside, Inside), inside
    return described(inside)


def main() -> None:
    judge = Judge()
    try:
        found = {name: judged(judge, name) for name in judge.ask(ask="names")["applications"]}
        record = {"keras": judge.ask(ask="version"), "applications": found}
    finally:
        judge.close()
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"{len(found)} applications of Keras {record['keras']}")


if __name__ == "__main__":
    main()
