"""Shapes in the editor: inlay hints, lenses, hovers and pictures, as the client types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import Start
from tests.lsp.test_notebooks import NOTEBOOK, Book
from tests.lsp.test_settings import written
from tests.lsp.wire import PULL, PUSH, Client, Message, edit

PROGRAM = """\
from tensorflow import keras
from keras import layers
model = keras.Sequential([
    keras.Input((8,)),
    layers.Dense(4, activation="relu"),  # hidden
    layers.Dense(2),
])
model.compile(optimizer="adam", loss="mse")
"""
REFRESHED: Message = {
    **PULL,
    "workspace": {
        **PULL["workspace"],
        "inlayHint": {"refreshSupport": True},
        "codeLens": {"refreshSupport": True},
    },
    "window": {"showDocument": {"support": True}},
}
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 1000, "character": 0}}


def hints(client: Client, uri: str, within: Message = WHOLE) -> list[str]:
    """``line:character label`` of each."""
    found = client.request(
        "textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": within}
    )
    return [
        f"{hint['position']['line']}:{hint['position']['character']} {hint['label']}"
        for hint in found or ()
    ]


def lenses(client: Client, uri: str) -> list[Any]:
    found: list[Any] = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return found


@pytest.fixture
def client(start: Start, tmp_path: Path) -> Client:
    client = start()
    client.initialize(REFRESHED, [tmp_path])
    return client


def test_hints_stand_behind_layers_and_follow_the_text(client: Client, tmp_path: Path) -> None:
    uri = client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    assert hints(client, uri) == ["3:22 (None, 8)", "4:39 (None, 4)", "5:20 (None, 2)"]
    line = {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 9}}
    assert hints(client, uri, line) == ["5:20 (None, 2)"]
    client.change(uri, 2, edit((5, 17), (5, 18), "30"))
    assert hints(client, uri)[-1] == "5:21 (None, 30)"
    client.change(uri, 3, edit((5, 17), (5, 19), "unheard_of"))
    assert hints(client, uri) == ["3:22 (None, 8)", "4:39 (None, 4)"]


def test_a_client_that_does_not_ask_again_is_told_to(client: Client, tmp_path: Path) -> None:
    uri = client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    assert len(hints(client, uri)) == 3
    since = client.mark
    client.change(uri, 2, edit((5, 17), (5, 18), "30"))
    client.wait(lambda m: m.get("method") == "workspace/inlayHint/refresh", since)
    client.wait(lambda m: m.get("method") == "workspace/codeLens/refresh", since)
    assert hints(client, uri)[-1] == "5:21 (None, 30)"


def test_settings_decide_and_are_obeyed_when_they_change(client: Client, tmp_path: Path) -> None:
    uri = client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    assert len(hints(client, uri)) == 3
    settings = tmp_path / "keras-lsp.toml"
    for text, expected in (
        ("inlay-hints = false", []),
        ('inlay-hints = "parameters"', ["3:22 (None, 8)", "4:39 (None, 4) · 36"]),
        ('probe = "off"', []),
        ("inlay-hints = true", ["3:22 (None, 8)", "4:39 (None, 4)"]),
    ):
        since = client.mark
        written(client, settings, text + "\n")
        client.wait(lambda m: m.get("method") == "workspace/inlayHint/refresh", since)
        assert hints(client, uri)[:2] == expected, text


def test_functional_and_subclassed_models(client: Client, tmp_path: Path) -> None:
    text = """\
import keras
from keras import layers
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(7)
    def call(self, x):
        return self.hidden(x)
inputs = keras.Input((8,))
x = layers.Dense(3)(inputs)
for size in (5, 6):
    x = layers.Dense(size)(x)
model = keras.Model(inputs, Net()(x))
"""
    uri = client.open((tmp_path / "a.py").as_uri(), text)
    assert hints(client, uri) == [
        "5:37 (None, 7)",
        "7:29 (None, 7)",
        "8:26 (None, 8)",
        "9:27 (None, 3)",
        "11:29 (None, 5) | (None, 6)",
        "12:37 (None, 7)",
    ]


def test_hints_and_lenses_in_a_notebook(start: Start, tmp_path: Path) -> None:
    client = start()
    client.initialize({**REFRESHED, **NOTEBOOK}, [tmp_path])
    first, *rest = PROGRAM.splitlines(keepends=True)
    cells = ["# prose", f"%matplotlib inline\n{first}{rest[0]}", "".join(rest[1:6]), rest[6]]
    book = Book(client, tmp_path / "x.ipynb", cells)
    uri = book.order[2]
    assert hints(client, uri) == ["1:22 (None, 8)", "2:39 (None, 4)", "3:20 (None, 2)"]
    assert hints(client, book.order[1]) == []
    assert "`Dense` → `(None, 4)`, cell 3, line 3" in hover(client, uri, 3, 14)
    (lens,) = lenses(client, uri)
    assert lens["range"]["start"] == {"line": 0, "character": 8}
    assert lens["command"]["title"] == (
        '2 layers · 46 parameters (184.00 B) · compiled with optimizer "adam", loss "mse"'
    )


def test_a_lens_leads_to_the_picture(client: Client, tmp_path: Path) -> None:
    uri = client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    (lens,) = lenses(client, uri)
    command = lens["command"]
    assert (command["command"], command["arguments"]) == ("keras-lsp.showPicture", [uri, 2])
    since = client.mark
    request = {"command": command["command"], "arguments": command["arguments"]}
    client.ask("workspace/executeCommand", request)
    (shown,) = [client.wait(lambda m: m.get("method") == "window/showDocument", since)]
    assert shown["params"]["external"] is True
    page = Path(shown["params"]["uri"].removeprefix("file://")).read_text("utf-8")
    assert "(None, 4)" in page and f'data-uri="{uri}"' in page
    drawn = client.request(
        "workspace/executeCommand", {"command": "keras-lsp.picture", "arguments": [uri, 4]}
    )
    assert drawn["title"] == "model" and 'data-line="4"' in drawn["html"]
    nothing = {"command": "keras-lsp.picture", "arguments": ["file:///nowhere.py", 1]}
    assert client.request("workspace/executeCommand", nothing) is None


def hover(client: Client, uri: str, line: int, character: int) -> str:
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
    found = client.request("textDocument/hover", place)
    return str(found["contents"]["value"]) if found else ""


def test_hovers_tell_of_models_tensors_and_layers(client: Client, tmp_path: Path) -> None:
    text = """\
import keras
from keras import layers
left = keras.Input((8,))
right = keras.Input((6,))
x = layers.Dense(3)(left)
y = layers.Dense(3)(right)
both = layers.Concatenate()([x, y])
wrong = layers.Conv2D(3, 3)(both)
model = keras.Model([left, right], layers.Dense(1)(both))
model.compile(loss="mse")
"""
    uri = client.open((tmp_path / "a.py").as_uri(), text)
    hints(client, uri)
    of_model = hover(client, uri, 9, 2)
    assert "functional model, compiled at this line" in of_model
    assert "| dense_2 (Dense) | (None, 1) | 7 | concatenate |" in of_model
    assert "Total params: 55 (220.00 B)" in of_model and "Trainable params: 55" in of_model
    bound = hover(client, uri, 6, 1)
    assert bound.startswith("`(None, 6)` float32\n\n- `Concatenate` → `(None, 6)`, line 7")
    assert "- `Dense` → `(None, 3)`, line 5\n- `Dense` → `(None, 3)`, line 6" in bound
    given = hover(client, uri, 6, 32)
    assert given.startswith("`(None, 3)` float32\n\n21 parameters") and "line 6" in given
    of_class = hover(client, uri, 4, 12)
    assert "units" in of_class and "27 parameters" in of_class


def test_half_typed_and_huge_programs_are_answered(client: Client, tmp_path: Path) -> None:
    uri = client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    assert len(hints(client, uri)) == 3
    client.change(uri, 2, edit((5, 4), (5, 20), "layers.Dense("))
    assert hints(client, uri)[:2] == ["3:22 (None, 8)", "4:39 (None, 4)"]
    many = "import keras\nm = keras.Sequential([keras.Input((3,))])\n"
    many += "".join(f"m.add(keras.layers.Dense({n % 7 + 1}))\n" for n in range(700))
    other = client.open((tmp_path / "b.py").as_uri(), many)
    assert len(hints(client, other)) >= 500


def test_findings_do_not_wait_for_shapes(start: Start, tmp_path: Path) -> None:
    client = start()
    client.initialize(PUSH, [tmp_path])
    text = "model.fit(1)\n" + PROGRAM
    uri = client.open((tmp_path / "a.py").as_uri(), text)
    number = client.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": WHOLE})
    client.pushed(uri, 1, ["undefined-model"])
    assert not any(m.get("id") == number and "method" not in m for m in client.received)
    assert len(client.answer(number)) == 3


BUILDER = """\
import keras
from keras import layers
def build(classes):
    inputs = keras.Input((8,))
    return keras.Model(inputs, layers.Dense(classes)(layers.Dense(4)(inputs)))
"""
TRAINED = """\
import keras
from builder import build
model = build(3)
outputs = keras.layers.Dense(5)(model.output)
"""


def titles(client: Client, uri: str) -> list[tuple[int, str]]:
    return [(x["range"]["start"]["line"], x["command"]["title"]) for x in lenses(client, uri)]


def test_a_model_of_another_file_is_told_where_it_is_made_for_this_one(
    client: Client, tmp_path: Path
) -> None:
    (tmp_path / "builder.py").write_text(BUILDER, encoding="utf-8")
    uri = client.open((tmp_path / "train.py").as_uri(), TRAINED)
    assert titles(client, uri) == [(2, "2 layers · 51 parameters (204.00 B)")]
    # What lies in the other file is not shown on the lines of this one.
    assert hints(client, uri) == ["3:45 (None, 5)"]
    assert "| dense_1 (Dense) | (None, 3) | 15 |" in hover(client, uri, 2, 1)
    drawn = client.request(
        "workspace/executeCommand", {"command": "keras-lsp.picture", "arguments": [uri, 2]}
    )
    assert "(None, 3)" in drawn["html"] and "data-line" not in drawn["html"]


def test_an_unsaved_edit_of_another_file_renews_what_is_shown(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "builder.py"
    path.write_text(BUILDER, encoding="utf-8")
    uri = client.open((tmp_path / "train.py").as_uri(), TRAINED)
    assert titles(client, uri) == [(2, "2 layers · 51 parameters (204.00 B)")]
    builder = client.open(path.as_uri(), BUILDER)
    assert titles(client, uri) == [(2, "2 layers · 51 parameters (204.00 B)")]
    since = client.mark
    client.change(builder, 2, edit((4, 66), (4, 67), "9"))
    refreshed("codeLens", client, since)
    assert titles(client, uri) == [(2, "2 layers · 111 parameters (444.00 B)")]
    since = client.mark
    client.close(builder)
    refreshed("codeLens", client, since)
    assert titles(client, uri) == [(2, "2 layers · 51 parameters (204.00 B)")]


def test_a_file_that_is_written_or_comes_renews_what_is_shown(
    client: Client, tmp_path: Path
) -> None:
    uri = client.open((tmp_path / "train.py").as_uri(), TRAINED)
    assert titles(client, uri) == []
    path = tmp_path / "builder.py"
    for kind, text in ((1, BUILDER), (2, BUILDER.replace("Dense(4)", "Dense(16)"))):
        path.write_text(text, encoding="utf-8")
        since = client.mark
        change = {"uri": path.as_uri(), "type": kind}
        client.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
        refreshed("codeLens", client, since)
        count = "51 parameters (204.00 B)" if kind == 1 else "195 parameters (780.00 B)"
        assert titles(client, uri) == [(2, f"2 layers · {count}")]


def refreshed(what: str, client: Client, since: int) -> None:
    client.wait(lambda m: m.get("method") == f"workspace/{what}/refresh", since)
