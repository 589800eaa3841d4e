"""Models that are made by what other files of the project define."""

from __future__ import annotations

from pathlib import Path

import pytest

from keras_lsp.extraction import graphs_of, networks_of
from keras_lsp.extraction.graphs import places_in
from keras_lsp.service.imported import Imported
from keras_lsp.syntax.source import Source
from tests.extraction.dump import dump

NETS = """\
import keras
from keras import layers
from config import WIDTH

SIZES = [4, WIDTH]


def backbone(classes, sizes=SIZES):
    model = keras.Sequential([keras.Input((8,))])
    for size in sizes:
        model.add(layers.Dense(size))
    model.add(layers.Dense(classes))
    return model


def block(x, size):
    return layers.Dense(size)(x)


class Scale(layers.Layer):
    def __init__(self, size):
        super().__init__()
        self.inner = layers.Dense(size)

    def call(self, x):
        return self.inner(x)


class Net(keras.Model):
    def __init__(self, size):
        super().__init__()
        self.inner = layers.Dense(size)

    def call(self, x):
        return self.inner(x)


if __name__ == "__main__":
    WIDTH = SIZES = backbone(1)
"""
SEEN = """\
sequential model
  0 Input((8,))
  1 Dense(4) #0 on %0
  2 Dense(16) #1 on %1
  3 Dense(3) #2 on %2
"""


def seen(folder: Path, program: str, **files: str) -> str:
    for name, text in {"nets": NETS, "config": "WIDTH = 16\n", **files}.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    source = Source.parse(str(folder / "train.py"), program)
    networks = networks_of(source, files=Imported([str(folder)]))
    for network in networks:
        assert source.has(network.place.statement)
    return "".join(f"{dump(network)}\n" for network in networks)


@pytest.mark.parametrize(
    "program",
    [
        "from nets import backbone\nmodel = backbone(3)\n",
        "from nets import backbone as make\nmodel = make(3)\n",
        "import nets\nmodel = nets.backbone(3)\n",
        "import nets as n\nmake = n.backbone\nmodel = make(classes=3)\n",
        "from config import WIDTH\nfrom nets import backbone\nmodel = backbone(3, (4, WIDTH))\n",
        "def main():\n    from nets import backbone\n    model = backbone(3)\nmain()\n",
        "import sys\nfrom nets import backbone\nif sys.argv:\n    model = backbone(3)\n",
    ],
)
def test_a_function_of_another_file_is_followed(program: str, tmp_path: Path) -> None:
    assert seen(tmp_path, program) == SEEN


def test_an_import_inside_of_a_package_and_one_that_is_handed_on(tmp_path: Path) -> None:
    program = "from package import make\nmodel = make(3)\n"
    package = {
        "package/__init__": "from .parts import make\n",
        "package/parts": "from nets import backbone\nfrom . import sizes\n"
        "def make(n):\n    return backbone(n, sizes=[4, sizes.WIDE])\n",
        "package/sizes": "WIDE = 16\n",
    }
    assert seen(tmp_path, program, **package) == SEEN


def test_keras_by_way_of_another_file(tmp_path: Path) -> None:
    program = "from compat import keras\nmodel = keras.Sequential([keras.layers.Dense(3)])\n"
    found = seen(tmp_path, program, compat="from tensorflow import keras\n")
    assert found == "sequential model\n  0 Dense(3) #0 on ?\n"


def test_layers_and_blocks_and_models_that_are_classes(tmp_path: Path) -> None:
    program = (
        "import keras\nfrom nets import Net, Scale, block\n"
        "x = keras.Input((5,))\nmodel = keras.Model(x, Scale(3)(block(x, 4)))\nnet = Net(2)\n"
    )
    assert seen(tmp_path, program) == (
        "functional model\n  0 Input((5,))\n  1 Dense(4) #0 on %0\n"
        "  2 {layer; 0 ?; 1 Dense(3) #0 on %0; %0 -> %1} #1 on %1\n  %0 -> %2\n"
        "subclass net\n  0 ?\n  1 Dense(2) #0 on %0\n  %0 -> %1\n"
    )


@pytest.mark.parametrize(
    ("program", "files"),
    [
        # Nobody has it, or it is there twice.
        ("from nowhere import make\nmodel = make(3)\n", {}),
        ("from nets import missing\nmodel = missing(3)\n", {}),
        ("from x import make\nmodel = make(3)\n", {"x": "def make(n):\n", "x/__init__": ""}),
        # It begins with itself.
        ("from one import A\nimport nets\nmodel = nets.backbone(A)\n",
         {"one": "from two import B\nA = B\n", "two": "from one import A\nB = A\n"}),
        # The value has changed since, or may have.
        ("import config, nets\nconfig.WIDTH = 2\nfrom config import WIDTH\n"
         "model = nets.backbone(WIDTH)\n", {}),
        ("from state import N, more\nimport nets\nmore()\nmodel = nets.backbone(N)\n",
         {"state": "N = 1\ndef more():\n    global N\n    N = 2\n"}),
        ("from state import N\nimport nets\nmodel = nets.backbone(N)\n",
         {"state": "import os\nN = 1\nif os.environ:\n    N = 2\n"}),
        # A third file has changed the list, then or later.
        ("import other, nets\nother.f()\nmodel = nets.backbone(nets.SIZES[-1])\n",
         {"other": "import nets\nnets.SIZES.append(7)\ndef f():\n    pass\n"}),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_not_known(
    program: str, files: dict[str, str], tmp_path: Path
) -> None:
    found = seen(tmp_path, program, **files)
    assert found == "" or "Dense(?" in found or "  1 ?" in found, found


def test_what_one_way_has_done_to_another_file_is_in_doubt_behind_it(tmp_path: Path) -> None:
    program = "import sys, nets\nif sys.argv:\n    nets.SIZES.append(7)\nmodel = nets.backbone(3)\n"
    assert seen(tmp_path, program) == "sequential model\n  0 Input((8,))\n  1 ?\n"


def test_what_another_file_makes_for_itself_is_not_of_this_one(tmp_path: Path) -> None:
    program = "from script import SIZE\nimport keras\nmodel = keras.Sequential()\n"
    script = "import nets\nSIZE = 3\nown = nets.backbone(SIZE)\nown.compile(loss='mse')\n"
    assert seen(tmp_path, f"{program}model.add(keras.layers.Dense(SIZE))\n", script=script) == (
        "sequential model\n  0 Dense(3) #0 on ?\n"
    )


def test_another_file_cannot_use_up_the_work_for_this_one(tmp_path: Path) -> None:
    program = (
        "from endless import N\nimport keras\n"
        "model = keras.Sequential([keras.layers.Dense(N), keras.layers.Dense(3)])\n"
    )
    endless = "x = []\nfor a in range(400):\n    for b in range(400):\n        x = [a]\nN = 1\n"
    assert seen(tmp_path, program, endless=endless) == (
        "sequential model\n  0 Dense(?) #0 on ?\n  1 Dense(3) #1 on %0\n"
    )


LONG = """\
import keras
SIZE = 5
def load(rows):
    global SIZE
    for a in range(400):
        for b in range(400):
            rows.append([a, b])
    SIZE = len(rows)
    keras.config.set_image_data_format("channels_first")
    return rows
def rest():
    return 3
"""


def test_a_function_that_works_for_long_is_one_of_which_nobody_knows(tmp_path: Path) -> None:
    program = """\
import keras, long
from nets import backbone
rows = [1]
def train():
    long.load(rows)
    long.load(rows)
    return backbone(long.rest(), (4, 16))
model = train()
other = keras.Sequential([keras.layers.Dense(len(rows)), keras.layers.Dense(long.SIZE)])
"""
    assert seen(tmp_path, program, long=LONG) == SEEN + (
        "sequential other\n  0 Dense(?) #0 on ?\n  1 Dense(?) #1 on %0\n"
    )


def test_places_of_another_file_are_not_of_this_one(tmp_path: Path) -> None:
    seen(tmp_path, "")
    program = "import nets\nmodel = nets.backbone(3)\nmodel.compile(loss='mse')\n"
    source = Source.parse(str(tmp_path / "train.py"), program)
    graphs = graphs_of(source, files=Imported([str(tmp_path)]))
    (network,) = graphs.networks
    here = [place for place in places_in(network) if source.has(place.statement)]
    assert here == [network.place]
    assert source.span(network.place).start.line == 1
    assert network.compiled == ()


def test_a_function_on_a_tensor_is_told_with_its_own_lines(tmp_path: Path) -> None:
    program = """\
import keras
layer = keras.layers.Lambda(keras.ops.negative)
model = keras.Sequential([keras.Input((4,)), layer])
last = 1
"""
    source = Source.parse(str(tmp_path / "x.py"), program)
    (network,) = networks_of(source)
    made = network.layers[0].made
    assert not isinstance(made, type(None)) and hasattr(made, "network")
    lines = {source.span(place).start.line for place in places_in(made.network) if place.line}
    assert lines == {1}
