"""What Keras refuses, in the editor: told when known, kept while one types, gone when mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import Start
from tests.lsp.wire import PUSH, Client, Message, codes, edit

PROGRAM = """\
import keras
model = keras.Sequential([
    keras.Input((10, 8)),
    keras.layers.LSTM(32),
    keras.layers.LSTM(16),
])
print("done")
"""
RULE = "missing-return-sequences"

pytestmark = pytest.mark.oracle


@pytest.fixture
def client(start: Start, tmp_path: Path) -> Client:
    client = start()
    client.initialize(PUSH, [tmp_path])
    return client


def told(client: Client, uri: str, expected: list[str], since: int = 0) -> list[Any]:
    """The diagnostics of the first message that has these codes."""

    def wanted(message: Message) -> bool:
        params = message.get("params") or {}
        is_it = message.get("method") == "textDocument/publishDiagnostics"
        return is_it and params["uri"] == uri and codes(params["diagnostics"]) == expected

    found: list[Any] = client.wait(wanted, since)["params"]["diagnostics"]
    return found


def test_it_is_told_when_keras_has_answered(client: Client, tmp_path: Path) -> None:
    uri = client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    (found,) = told(client, uri, [RULE])
    assert found["range"]["start"] == {"line": 3, "character": 4}
    assert "expected ndim=3, found ndim=2" in found["relatedInformation"][0]["message"]


def test_it_stays_while_one_types_and_goes_when_it_is_mended(
    client: Client, tmp_path: Path
) -> None:
    uri = client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    told(client, uri, [RULE])
    since = client.mark
    client.change(uri, 2, edit((0, 0), (0, 0), "\n"))
    (found,) = told(client, uri, [RULE], since)
    assert found["range"]["start"]["line"] == 4
    assert all(codes(m["diagnostics"]) for m in client.published(uri, since))
    since = client.mark
    client.change(uri, 3, edit((4, 24), (4, 24), ", return_sequences=True"))
    told(client, uri, [], since)


def test_what_the_program_itself_says_of_its_networks_is_told_too(
    client: Client, tmp_path: Path
) -> None:
    text = """\
import keras
first, second = keras.Input((4,)), keras.Input((4,))
joined = keras.layers.Concatenate()([first, second])
model = keras.Model(first, keras.layers.Dense(1)(joined))
other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
other.compile("sgd", "binary_crossentropy")
"""
    uri = client.open((tmp_path / "a.py").as_uri(), text)
    told(client, uri, ["graph-disconnected", "softmax-on-one-unit"])


def test_a_fix_is_offered(client: Client, tmp_path: Path) -> None:
    uri = client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    diagnostics = told(client, uri, [RULE])
    actions = client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": diagnostics[0]["range"],
            "context": {"diagnostics": diagnostics, "only": ["quickfix"]},
        },
    )
    titles = [action["title"] for action in actions]
    assert "Give the output of each step" in titles
