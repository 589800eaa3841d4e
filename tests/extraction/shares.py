"""``python -m tests.extraction.shares FILE…``: how many layers have a shape, is it the right one.

Each program is run under the real Keras, data and training left out; what it says of a layer is
compared with what keras-lsp says of the layer that is made at the same place.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keras_lsp.networks import Input
from keras_lsp.probe.client import Probe
from keras_lsp.replies import NodeShape, Outputs, TensorSpec
from keras_lsp.service.shaping import Asker
from keras_lsp.syntax.source import Place, Source
from keras_lsp.text import Undecodable, decode

RECORD = Path(__file__).with_name("record.py")
LIMIT = 600.0

Key = tuple[int, int, int, int]


@dataclass
class Share:
    """Layers by the places at which they are made."""

    files: int = 0
    """That have made a layer."""
    reached: int = 0
    """Keras has called them on symbolic tensors."""
    told: int = 0
    """Of these keras-lsp tells a shape."""
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        share = 100 * self.told / self.reached if self.reached else 0.0
        return f"{self.told} of {self.reached} layers ({share:.1f} %), {len(self.wrong)} wrong"


def measured(paths: Sequence[Path], probe: Probe) -> Share:
    share = Share()
    for path, told in recorded(paths).items():
        text = source_text(Path(path))
        if text is None:
            continue
        mine = said(Source.parse(path, text), probe)
        lines = text.splitlines()
        if told["failed"]:
            share.failed.append(f"{path}: {told['failed']}")
        share.files += bool(told["places"])
        for key, theirs, weights, classes in told["places"]:
            place: Key = tuple(key)  # type: ignore[assignment]
            where = f"{path}:{key[0]}: {lines[key[0] - 1].strip()[:70]}"
            share.reached += 1
            shapes, counts = mine.get(place, (set(), set()))
            if not shapes:
                share.silent.append(f"{where} {classes}")
                continue
            share.told += 1
            off = {shape for shape in shapes if not any(fits(shape, real) for real in theirs)}
            if off:
                share.wrong.append(f"{where}: {off}, Keras: {theirs}")
            elif weights and not counts <= set(weights):
                share.wrong.append(f"{where}: {counts} parameters, Keras: {weights}")
    return share


def recorded(paths: Sequence[Path]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(RECORD), *map(str, paths)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def said(source: Source, probe: Probe) -> dict[Key, tuple[set[str], set[int]]]:
    """What is told of the layers that are made at each place: shapes, and parameters."""
    found: dict[Key, tuple[set[str], set[int]]] = {}
    for shapes in Asker(probe).told(source).shapes:
        for node in shapes:
            # ``concatenate`` and the like are functions that make a layer.
            place = node.layer.place if node.layer is not None else node.place
            if place is None or isinstance(node.node, Input):
                continue
            if isinstance(node.reply, NodeShape):
                told, counts = found.setdefault(key_of(source, place), (set(), set()))
                told.add(json.dumps(plain(node.reply.outputs)))
                if node.reply.is_counted:
                    counts.add((node.reply.trainable + node.reply.non_trainable).count)
    return found


def key_of(source: Source, place: Place) -> Key:
    start = source.start_of(place.statement)
    return (start + place.line, place.column, start + place.end_line, place.end_column)


def fits(told: str, real: str) -> bool:
    """Whether a shape is the one that Keras gives, whatever the parameters are that it names."""

    def like(one: Any, other: Any) -> bool:
        if isinstance(one, dict) and isinstance(other, dict):
            return like(one["shape"], other["shape"])
        if isinstance(one, list) and isinstance(other, list):
            return len(one) == len(other) and all(map(like, one, other))
        return isinstance(one, str) or bool(one == other)

    return like(json.loads(told), json.loads(real))


def plain(outputs: Outputs) -> Any:
    if isinstance(outputs, TensorSpec):
        names = outputs.names or ("",) * len(outputs.shape)
        return {"shape": [n or size for n, size in zip(names, outputs.shape, strict=True)]}
    return None if outputs is None else [plain(each) for each in outputs]


def source_text(path: Path) -> str | None:
    try:
        return decode(path.read_bytes()).text
    except (OSError, Undecodable):
        return None


def programs(paths: Iterable[str]) -> list[Path]:
    """Files, and the files of folders that make models."""
    found: list[Path] = []
    for each in map(Path, paths):
        files = sorted(each.rglob("*.py")) if each.is_dir() else [each]
        for file in files:
            text = source_text(file) or ""
            if "keras" in text and ("Sequential(" in text or "Model(" in text):
                found.append(file)
    return found


def main() -> int:
    probe = Probe(sys.executable, deadline=60)
    try:
        share = measured(programs(sys.argv[1:]), probe)
    finally:
        probe.close()
    for title, lines in (
        ("silent", share.silent),
        ("failed", share.failed),
        ("WRONG", share.wrong),
    ):
        for line in lines:
            print(f"{title}: {line}")
    print(share)
    return 1 if share.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
