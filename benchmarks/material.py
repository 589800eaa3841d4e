"""Keras programs of a wanted length, made of what people write; it knows nothing of the tools."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

HEADER = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
"""

# Each block is a little program of its own; the number makes its names unique.
BLOCKS = (
    '''

def build_{n}(units=32, classes=10):
    """A small classifier."""
    model = keras.Sequential([
        layers.Dense(units, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(classes, activation="softmax"),
    ])
    model.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def run_{n}(x, y, epochs=3):
    model = build_{n}(units={n} + 8)
    if len(x) > 100:
        history = model.fit(x, y, epochs=epochs, validation_split=0.1)
    else:
        history = model.fit(x, y, epochs=1)
    losses = [round(loss, 3) for loss in history.history["loss"]]
    print("losses", losses)
    return model.evaluate(x, y)
''',
    """

class Trainer{n}:
    def __init__(self, folder, rate=0.001):
        self.folder = folder
        self.rate = rate
        self.model = None

    def build(self, shape):
        inputs = keras.Input(shape=shape)
        x = layers.Conv2D(16, 3, activation="relu")(inputs)
        x = layers.MaxPooling2D()(x)
        x = layers.Flatten()(x)
        outputs = layers.Dense(1)(x)
        self.model = keras.Model(inputs, outputs)
        self.model.compile(optimizer=keras.optimizers.Adam(self.rate), loss="mse")

    def train(self, x, y):
        if self.model is None:
            self.build(x.shape[1:])
        self.model.fit(x, y, batch_size=16, epochs=2)
        self.model.save(f"{{self.folder}}/model_{n}.keras")

    def predict(self, x):
        return np.argmax(self.model.predict(x), axis=-1)
""",
    """

def search_{n}(x, y):
    best, best_score = None, 0.0
    for units in (16, 32, 64):
        candidate = keras.Sequential([layers.Dense(units), layers.Dense(1)])
        candidate.compile(optimizer="sgd", loss="mse", metrics=["mae"])
        candidate.fit(x, y, epochs=1, verbose=0)
        loss, score = candidate.evaluate(x, y)
        if best is None or score > best_score:
            best, best_score = candidate, score
    return best
""",
    """

def prepare_{n}(rows, size={n}):
    kept = []
    for row in rows:
        try:
            values = [float(value) for value in row.split(",")]
        except ValueError as problem:
            print("skipped", row, problem)
            continue
        if len(values) != size:
            continue
        kept.append(values)
    data = np.array(kept, dtype="float32")
    return (data - data.mean(axis=0)) / (data.std(axis=0) + 1e-7)


mark_{n} = keras.Sequential([layers.Dense({n} + 1)])
mark_{n}.compile(loss="mse")
""",
)

EDITED = "    losses = [round("


def program(lines: int) -> str:
    """A program of exactly this many lines that parses."""
    parts, count, number = [HEADER], HEADER.count("\n"), 0
    while count < lines:
        block = BLOCKS[number % len(BLOCKS)].format(n=number)
        if count + block.count("\n") > lines:
            parts.append("# the end\n" * (lines - count))
            break
        parts.append(block)
        count += block.count("\n")
        number += 1
    return "".join(parts)


def write(folder: Path, name: str, lines: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.py"
    path.write_text(program(lines), encoding="utf-8", newline="\n")
    return path


def cells(path: Path, count: int) -> list[str]:
    """The program of a file in so many pieces, or one for each of its statements."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line[:1].strip() and line[0] != ")"]
    wanted = [len(lines) * number // count for number in range(1, count)]
    cuts = sorted({min(starts, key=lambda start: abs(start - line)) for line in wanted} | {0})
    return ["".join(lines[a:b]) for a, b in pairwise([*cuts, len(lines)])]


def middle(path: Path) -> int:
    """The line, counted from 0, of the statement nearest to the middle that edits go to."""
    lines = path.read_text(encoding="utf-8").splitlines()
    places = [number for number, line in enumerate(lines) if line.startswith(EDITED)]
    return min(places, key=lambda number: abs(number - len(lines) // 2))
