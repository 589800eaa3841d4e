"""Typing over the wire: what clients that are told and clients that ask see, key by key."""

from __future__ import annotations

from pathlib import Path

from tests.lsp.wire import Client, codes, edit, range_of
from tests.service.test_steadiness import EXPECTED, SCENARIOS

NAME = "used_before_defined"
COMPILED = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile()\n"
WORD = (2, len("model.compile("))


def places(text: str) -> list[tuple[int, int]]:
    """Where each character of a text stands."""
    line = column = 0
    found = []
    for character in text:
        found.append((line, column))
        line, column = (line + 1, 0) if character == "\n" else (line, column + 1)
    return found


def shown(items: list[dict]) -> set[tuple[str, int]]:  # type: ignore[type-arg]
    return {(item["code"], item["range"]["start"]["line"]) for item in items}


def test_who_is_told_sees_nothing_flicker(push: Client, push_folder: Path) -> None:
    text, since = SCENARIOS[NAME], push.mark
    uri = push.open((push_folder / "keyed.py").as_uri(), "")
    for version, (character, at) in enumerate(zip(text, places(text), strict=True), start=2):
        push.change(uri, version, edit(at, at, character))
    push.pushed(uri, len(text) + 1, list(EXPECTED[NAME]))
    before: set[tuple[str, int]] = set()
    for published in push.published(uri, since):
        now = shown(published["diagnostics"])
        assert before <= now, f"flickered in version {published['version']}"
        before = now


def test_who_asks_sees_nothing_flicker(pull: Client, pull_folder: Path) -> None:
    text = SCENARIOS[NAME]
    uri = pull.open((pull_folder / "keyed.py").as_uri(), "")
    before: set[tuple[str, int]] = set()
    result = None
    for version, (character, at) in enumerate(zip(text, places(text), strict=True), start=2):
        pull.change(uri, version, edit(at, at, character))
        if version % 7 and version <= len(text):
            continue
        report = pull.pulled(uri, result)
        result = report["resultId"]
        if report["kind"] == "full":
            now = shown(report["items"])
            assert before <= now, f"flickered in version {version}"
            before = now
    assert {rule for rule, _ in before} == EXPECTED[NAME]


def test_half_a_word_is_judged_after_a_rest(push: Client, push_folder: Path) -> None:
    uri = push.open((push_folder / "rested.py").as_uri(), COMPILED)
    since = push.mark
    push.change(uri, 2, edit(WORD, WORD, 'optimizer="adma"'))
    push.pushed(uri, 2, ["unknown-identifier"], since)
    told = [codes(p["diagnostics"]) for p in push.published(uri, since) if p["version"] == 2]
    assert told == [[], ["unknown-identifier"]], "first not, and then nothing but it"


def test_half_a_word_is_judged_when_the_file_is_saved(pull: Client, pull_folder: Path) -> None:
    uri = pull.open((pull_folder / "saved.py").as_uri(), COMPILED)
    pull.change(uri, 2, edit(WORD, WORD, 'optimizer="adma"'))
    assert pull.pulled(uri)["items"] == []
    since = pull.mark
    pull.save(uri)
    pull.wait(lambda m: m.get("method") == "workspace/diagnostic/refresh", since)
    assert codes(pull.pulled(uri)["items"]) == ["unknown-identifier"]


def test_fixes_are_offered_on_the_line_of_a_finding(push: Client, push_folder: Path) -> None:
    """Some editors ask where the cursor is, others about a word that they take for the one."""
    line = 'loss = "mse"; model = model.compile(loss="mse")\nmodel.fit(1)'
    text = f"import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n{line}\n"
    uri = push.open((push_folder / "line.py").as_uri(), text)
    (finding,) = push.pushed(uri, 1, ["none-result-assigned"])

    def titles(line: int, start: int, end: int) -> list[str]:
        params = {
            "textDocument": {"uri": uri},
            "range": range_of((line, start), (line, end)),
            "context": {"diagnostics": [], "only": ["quickfix"]},
        }
        return [action["title"] for action in push.request("textDocument/codeAction", params)]

    start = finding["range"]["start"]["character"]
    assert start > 5
    assert titles(2, 0, 5) == titles(2, start, start)
    assert titles(2, 0, 5)
    assert not titles(0, 0, 5)
