"""Code actions: one, all of a rule, not here, all that is safe; edits are made when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keras_lsp.text import Edit, Span, apply_edits
from tests.lsp.wire import PUSH, Client, Message, Refused, edit, range_of

RESOLVES: Message = {
    "textDocument": {
        "codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}

TWICE = """\
import keras


class One:
    def build(self):
        model = keras.Sequential()

    def train(self, x, y):
        self.model.fit(x, y)


class Two:
    def build(self):
        model = keras.Sequential()

    def train(self, x, y):
        self.model.fit(x, y)
"""
RULE = "model-not-on-self"
FIX_ALL = "source.fixAll.keras-lsp"


@pytest.fixture(scope="module", params=["resolves", "plain"])
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Client, Path, bool]]:
    folder = tmp_path_factory.mktemp("actions")
    client = Client.start()
    resolves = request.param == "resolves"
    client.initialize(RESOLVES if resolves else PUSH, [folder])
    yield client, folder, resolves
    client.end()


def opened(client: tuple[Client, Path, bool], name: str, text: str = TWICE) -> str:
    return client[0].open((client[1] / name).as_uri(), text)


def offered(client: Client, uri: str, line: int, only: list[str] | None = None) -> dict[str, Any]:
    """What is offered at a line, by title."""
    context = {"diagnostics": [], **({"only": only} if only is not None else {})}
    place = {"textDocument": {"uri": uri}, "range": range_of((line, 0), (line, 99))}
    actions = client.request("textDocument/codeAction", {**place, "context": context})
    return {action["title"]: action for action in actions}


def made(
    client: tuple[Client, Path, bool], uri: str, text: str, action: Message, version: int = 1
) -> str:
    """The text after the action; its edit has the form that the client takes."""
    server, _, resolves = client
    if resolves:
        assert "edit" not in action
        action = server.request("codeAction/resolve", action)
        ((document,),) = (action["edit"]["documentChanges"],)
        assert document["textDocument"] == {"uri": uri, "version": version}
        edits = document["edits"]
    else:
        assert "documentChanges" not in action["edit"]
        ((where, edits),) = action["edit"]["changes"].items()
        assert where == uri
    return apply_edits(text, [Edit(_span(e["range"]), e["newText"]) for e in edits])


def _span(range: Message) -> Span:
    start, end = range["start"], range["end"]
    return Span.of(start["line"], start["character"], end["line"], end["character"])


def test_one_finding_is_mended(client: tuple[Client, Path, bool]) -> None:
    uri = opened(client, "one.py")
    actions = offered(client[0], uri, 5)
    (fix, *_) = [a for a in actions.values() if a.get("isPreferred")]
    assert fix["kind"] == "quickfix"
    assert [d["code"] for d in fix["diagnostics"]] == [RULE]
    after = made(client, uri, TWICE, fix)
    assert after.count("self.model = keras.Sequential()") == 1


def test_all_of_a_rule_are_mended(client: tuple[Client, Path, bool]) -> None:
    uri = opened(client, "all.py")
    action = offered(client[0], uri, 5)[f"Fix all `{RULE}` in this file"]
    after = made(client, uri, TWICE, action)
    assert after.count("self.model = keras.Sequential()") == 2


def test_one_line_is_let_alone(client: tuple[Client, Path, bool]) -> None:
    uri = opened(client, "ignored.py")
    action = offered(client[0], uri, 5)[f"Ignore `{RULE}` on this line"]
    after = made(client, uri, TWICE, action)
    assert after.splitlines()[5].endswith(f"  # keras-lsp: ignore[{RULE}]")
    client[0].change(uri, 2, after)
    assert len(client[0].pushed(uri, 2, [RULE])) == 1


def test_all_that_is_safe_at_once(client: tuple[Client, Path, bool]) -> None:
    uri = opened(client, "safe.py")
    for only in ("source", "source.fixAll", FIX_ALL):
        ((_, action),) = offered(client[0], uri, 0, [only]).items()
        assert action["kind"] == FIX_ALL
        after = made(client, uri, TWICE, action)
        assert after.count("self.model = keras.Sequential()") == 2
    assert not offered(client[0], uri, 0, ["source.organizeImports"])
    assert not offered(client[0], uri, 0, ["source.fixAll.other"])
    # It is not among what is offered on each move of the cursor.
    assert FIX_ALL not in {a["kind"] for a in offered(client[0], uri, 5).values()}


def test_nothing_safe_nothing_offered(client: tuple[Client, Path, bool]) -> None:
    text = "import keras\nmodel = keras.Sequential()\n"
    uri = opened(client, "nothing.py", text)
    assert not offered(client[0], uri, 0, [FIX_ALL])
    assert not offered(client[0], "file:///nowhere/at/all.py", 0)


def test_behind_wide_characters(client: tuple[Client, Path, bool]) -> None:
    text = TWICE.replace("        model =", "        x = '🦊'; model =", 1)
    uri = opened(client, "wide.py", text)
    action = offered(client[0], uri, 5)[f"Ignore `{RULE}` on this line"]
    if client[2]:
        action = client[0].request("codeAction/resolve", action)
    plain = action["edit"].get("changes", {}).get(uri)
    (change,) = plain or action["edit"]["documentChanges"][0]["edits"]
    line = text.splitlines()[5]
    assert change["range"]["start"]["character"] == len(line.encode("utf-16-le")) // 2


@pytest.mark.parametrize("kind", ["fix", "all", "safe"])
def test_what_was_offered_for_an_older_text_is_refused(
    client: tuple[Client, Path, bool], kind: str
) -> None:
    server, _, resolves = client
    if not resolves:
        pytest.skip("its edits came with the offer")
    uri = opened(client, f"older_{kind}.py")
    actions = offered(server, uri, 5, [FIX_ALL] if kind == "safe" else ["quickfix"])
    wanted = {"all": "Fix all `", "safe": "Fix all Keras", "fix": "Assign"}[kind]
    (action,) = [a for title, a in actions.items() if title.startswith(wanted)]
    server.change(uri, 2, edit((0, 0), (0, 0), "\n"))
    with pytest.raises(Refused) as refused:
        server.request("codeAction/resolve", action)
    assert refused.value.code == -32801
    server.close(uri)
    with pytest.raises(Refused) as refused:
        server.request("codeAction/resolve", action)
    assert refused.value.code == -32801


def test_an_offer_that_we_never_made(client: tuple[Client, Path, bool]) -> None:
    """It comes back as it is, or is refused: the server goes on."""
    server = client[0]
    assert server.request("codeAction/resolve", {"title": "other's"}) == {"title": "other's"}
    with pytest.raises(Refused) as refused:
        server.request("codeAction/resolve", {"title": "x", "data": {"uri": 1, "version": []}})
    assert refused.value.code == -32602


def test_who_applies_all_that_is_offered_gets_one_fix(
    client: tuple[Client, Path, bool],
) -> None:
    """Kate's Quick Fix: one diagnostic, the whole document."""
    server, _, resolves = client
    uri = opened(client, "kate.py")
    finding = server.pushed(uri, 1)[0]
    place = {"textDocument": {"uri": uri}, "range": range_of((0, 0), (TWICE.count("\n"), 0))}
    asked = {**place, "context": {"diagnostics": [finding]}}
    actions = server.request("textDocument/codeAction", asked)
    if resolves:
        assert len(actions) > 2
    else:
        (fix,) = actions
        assert fix["isPreferred"]
        assert fix["diagnostics"][0]["range"] == finding["range"]
