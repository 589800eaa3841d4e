"""``python -m benchmarks.names``: CPU of completion, signatures and hover, and size of the tables.

In one process, without a client: what the server itself does for a request in a long file.
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from benchmarks.material import program
from keras_lsp.catalog import releases
from keras_lsp.semantics.program import Analysis, Program, analyze
from keras_lsp.service.completion import completions
from keras_lsp.service.keras_names import name_at, told
from keras_lsp.service.signature_help import signature_at
from keras_lsp.syntax import Source
from keras_lsp.text import Position

LINES = 3000
ROUNDS = 25


def main() -> None:
    data = Path(str(files("keras_lsp.catalog") / "data"))
    tables = [file for file in data.rglob("*") if file.is_file()]
    packed = sum(len(gzip.compress(file.read_bytes())) for file in tables)
    print(f"tables: {packed / 1e6:.2f} MB compressed")
    began = time.process_time()
    releases.below("keras.layers", releases.all_views("keras"))
    print(f"names of a module, the table read for it: {_ms(began):.1f} ms of CPU")
    text = program(LINES)
    lines = text.split("\n")
    analysis = analyze(Source.parse("main.py", text), Program())
    layer = _place(lines, "layers.Dense(")
    compiled = _place(lines, ".compile(")
    print(f"\nmedian and first of {ROUNDS}, ms of CPU, {len(lines)} lines:")
    for name, ask in (
        ("completion of names", lambda: completions(analysis, _before(layer, "Dense("))),
        ("completion of a layer's arguments", lambda: completions(analysis, layer)),
        ("completion of a method's arguments", lambda: completions(analysis, compiled)),
        ("signature help", lambda: signature_at(analysis, layer)),
        ("hover on a name", lambda: _hover(analysis, _before(layer, "nse("))),
    ):
        _tell(name, ask)


def _tell(name: str, ask: Callable[[], object]) -> None:
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        answer = ask()
        took.append(_ms(began))
    assert answer, name
    print(f"{name}: {statistics.median(took):.1f}, first {took[0]:.1f}")


def _hover(analysis: Analysis, position: Position) -> str | None:
    named = name_at(analysis, position)
    return told(named) if named is not None else None


def _place(lines: list[str], text: str) -> Position:
    """Behind a text in the middle of the file."""
    line = next(n for n in range(len(lines) // 2, len(lines)) if text in lines[n])
    return Position(line, lines[line].index(text) + len(text))


def _before(position: Position, text: str) -> Position:
    return Position(position.line, position.column - len(text))


def _ms(began: float) -> float:
    return (time.process_time() - began) * 1e3


if __name__ == "__main__":
    main()
