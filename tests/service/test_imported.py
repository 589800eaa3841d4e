"""Models that rest on other files: after any edits they are what a look at all files finds anew."""

from __future__ import annotations

import os
import queue
import random
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from keras_lsp.probe.client import Probe
from keras_lsp.service import imported
from keras_lsp.service.hints import hints
from keras_lsp.service.imported import Imported, Texts, roots_of
from keras_lsp.service.shaping import Asker
from keras_lsp.service.workspace import Workspace
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Source
from tests.extraction.dump import dump

STEPS = 60

FILES = {
    "sizes": "WIDE = 16\nNARROW = 2\nSIZES = [4, WIDE]\n",
    "blocks": """\
from keras import layers
from sizes import NARROW
import sizes

def block(x, size=NARROW):
    x = layers.Dense(size)(x)
    return layers.Dense(sizes.WIDE)(x)
""",
    "nets": """\
import keras
from keras import layers
from blocks import block
from sizes import SIZES

def chain(classes, sizes=SIZES):
    model = keras.Sequential([keras.Input((8,))])
    for size in sizes:
        model.add(layers.Dense(size))
    model.add(layers.Dense(classes))
    return model

def deep(size):
    inputs = keras.Input((size,))
    return keras.Model(inputs, block(block(inputs), 3))
""",
    "train": """\
import keras
from nets import chain, deep
import blocks
one = chain(3)
two = deep(5)
inputs = keras.Input((7,))
three = keras.Model(inputs, keras.layers.Dense(9)(blocks.block(inputs)))
""",
}
EDITS = (
    ("16", "24"), ("NARROW = 2", "NARROW = 6"), ("[4, WIDE]", "[4, WIDE, 5]"), ("SIZES", "SIZED"),
    ("import sizes\n", "\n"), ("def block(", "def block_("), ("(size)", "(2 * size)"),
    ("from blocks import block", "from .blocks import block"), ("return", "x = 1; return"),
    ("from nets import", "from nets import *  #"), ("WIDE", "NARROW"), ("block(inputs)", "inputs"),
    ("import blocks", "import nets as blocks"), (")\n", "\n"), ("import keras\n", ""),
    ("chain(3)", "chain(4, [1, 2])"), ("size=NARROW", "size=3"),
)  # fmt: skip
"""What is edited, there and back."""

Seen = list[tuple[str, object]]


class Editor:
    """Somebody with several files of a project, of which some are open."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)
        self.numbers = count(2)
        self.disk: dict[str, str] = {}
        self.learn: queue.Queue[Callable[[], bool]] = queue.Queue()
        self.workspace = Workspace([str(folder)])
        self.workspace.on_answers = self.learn.put
        for name, text in FILES.items():
            self.write(name, text)

    def path(self, name: str) -> str:
        return str(self.folder / f"{name}.py")

    def text(self, name: str) -> str:
        """As the editor has it, or else the disk."""
        document = self.workspace.documents.get(self.path(name))
        return document.source.text if document is not None else self.disk.get(name, "")

    def write(self, name: str, text: str) -> None:
        path = self.path(name)
        Path(path).write_text(text, encoding="utf-8", newline="")
        # Clocks of file systems may be slower than this.
        os.utime(path, ns=(next(self.numbers), next(self.numbers)))
        came = name not in self.disk
        self.disk[name] = text
        if came or path not in self.workspace.documents:
            self.workspace.doubt_models([path], written=True)

    def remove(self, name: str) -> None:
        Path(self.path(name)).unlink(missing_ok=True)
        self.disk.pop(name, None)
        self.workspace.doubt_models([self.path(name)], written=True)

    def open(self, name: str) -> None:
        self.workspace.open(self.path(name), self.disk.get(name, ""), 1)
        self.workspace.doubt_models([self.path(name)])

    def close(self, name: str) -> None:
        self.workspace.close(self.path(name))
        self.workspace.doubt_models([self.path(name)])

    def step(self) -> str:
        """Anything that may happen to a file; what it was."""
        name = self.random.choice(list(FILES))
        is_open = self.path(name) in self.workspace.documents
        what = self.random.choice(["edit", "edit", "switch", "remove", "undo", "undo"])
        text = self.text(name)
        if what == "switch" and name != "train":
            (self.close if is_open else self.open)(name)
        elif what == "remove" and name != "train":
            self.remove(name)
        else:
            text = FILES[name] if what == "undo" else self.edited(text)
            if not is_open or self.random.random() < 0.3:
                self.write(name, text)
            if is_open:
                self.workspace.change(self.path(name), text, next(self.numbers))
                self.workspace.doubt_models([self.path(name)])
        return f"{what} {name}"

    def edited(self, text: str) -> str:
        both = [*EDITS, *((new, old) for old, new in EDITS)]
        edits = [(old, new) for old, new in both if old in text]
        if not edits:
            return text
        old, new = self.random.choice(edits)
        return text.replace(old, new, 1)

    def ask(self, name: str) -> None:
        """Nobody takes the answer yet."""
        self.workspace.ask_models(self.path(name))
        if self.workspace.models(self.path(name)) is None and self.learn.empty():
            self.learn.put(self.learn.get(timeout=60))

    def shown(self, name: str) -> Seen:
        """What the workspace knows of a document once it has been asked."""
        path = self.path(name)
        while self.workspace.models(path) is None:
            self.workspace.ask_models(path)
            if self.workspace.models(path) is None:
                self.learn.get(timeout=60)()
        document = self.workspace.documents[path]
        return seen(document.source, document.shapes)

    def anew(self, name: str, probe: Probe) -> Seen:
        """The same of somebody who has never seen any of the files."""
        documents = self.workspace.documents.values()
        buffers = {os.path.normcase(each.path): each.source.text for each in documents}
        source = Source.parse(self.path(name), self.text(name))
        files = Imported(roots_of(str(self.folder), ()), buffers)
        return seen(source, Asker(probe, files=files).told(source).shapes)


def seen(source: Source, told: tuple[Shapes, ...]) -> Seen:
    networks: Seen = [(dump(each.network), each.replies) for each in told]
    places = [source.span(s.network.place) for s in told if source.has(s.network.place.statement)]
    shown = [(hint.position, hint.label) for hint in hints(told, source, parameters=True)]
    return [*networks, ("places", places), ("hints", shown)]


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    made = Probe(sys.executable)
    yield made
    made.close()


@pytest.mark.parametrize("seed", range(4))
def test_edits_of_several_files_lead_to_what_is_found_anew(
    seed: int, tmp_path: Path, probe: Probe
) -> None:
    editor = Editor(tmp_path, seed)
    told: set[str] = set()
    try:
        editor.open("train")
        assert len(editor.shown("train")) >= 5
        done: list[str] = []
        for _ in range(STEPS):
            done.append(editor.step())
            if editor.random.random() < 0.2:
                # The next thing happens before the answer has been taken.
                editor.ask("train")
                continue
            for path in list(editor.workspace.documents):
                name = Path(path).stem
                shown = editor.shown(name)
                assert shown == editor.anew(name, probe), (name, done)
                told.add(str(shown))
        # Most of it had a consequence.
        assert len(told) > STEPS / 6
    finally:
        editor.workspace.shut_down()


def test_the_texts_asked_for_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imported, "KEPT", 20)
    paths = [str(tmp_path / f"{number}.py") for number in range(4)]
    for path in paths:
        Path(path).write_text("import keras\n" * 10)
    texts = Texts()
    first, second, third = (texts.of(path, None) for path in paths[:3])
    assert texts.of(paths[0], None) is first
    texts.of(paths[3], None)
    assert texts.of(paths[0], None) is first
    assert texts.of(paths[1], None) is not second
    assert third is not None
