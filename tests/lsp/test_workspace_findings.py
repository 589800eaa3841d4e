"""Findings of the whole workspace: asked for at once, with progress, and called off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import Start
from tests.lsp.wire import PULL, Client, Message, Refused, codes

EARLY = "import keras\nmodel.fit(1)\nmodel = keras.Sequential()\n"
FINE = "import keras\nmodel = keras.Sequential()\n"
TRAIN = "from {} import build\n\nnet = build()\nnet.fit([1], [1])\n"
NOTHING = "import keras\n\n\ndef build():\n    model = keras.Sequential()\n"
MANY = 150


def written(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


def asked(client: Client, known: dict[str, str] | None = None, **more: Any) -> int:
    previous = [{"uri": uri, "value": value} for uri, value in (known or {}).items()]
    return client.ask("workspace/diagnostic", {"previousResultIds": previous, **more})


def by_name(answer: Message) -> dict[str, Message]:
    return {item["uri"].rpartition("/")[2]: item for item in answer["items"]}


def found(answer: Message) -> dict[str, list[str]]:
    return {name: codes(item["items"]) for name, item in by_name(answer).items() if item["items"]}


@pytest.fixture
def client(start: Start, tmp_path: Path) -> Client:
    client = start()
    client.initialize(PULL, [tmp_path])
    return client


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """A workspace of many files, so that there is time to do something else."""
    folder = tmp_path_factory.mktemp("large")
    for number in range(MANY):
        written(folder, **{f"file{number:03}": EARLY + f"# {number}\n" * 40})
    client = Client.start()
    client.initialize(PULL, [folder])
    yield client, folder
    client.end()


def test_files_that_are_open_and_files_that_are_not(client: Client, tmp_path: Path) -> None:
    written(tmp_path, bad=EARLY, good=FINE, edited=FINE)
    written(tmp_path, models=NOTHING, train=TRAIN.format("models"))
    client.open((tmp_path / "edited.py").as_uri(), EARLY, 5)
    answer = client.answer(asked(client))
    assert found(answer) == {
        "bad.py": ["undefined-model"],
        "edited.py": ["undefined-model"],
        "train.py": ["builder-returns-none"],
    }
    items = by_name(answer)
    assert items["edited.py"]["version"] == 5
    assert items["bad.py"]["version"] is None


def test_what_is_not_saved_counts_for_files_that_are_not_open(
    client: Client, tmp_path: Path
) -> None:
    written(tmp_path, models=NOTHING, train=TRAIN.format("models"))
    first = client.answer(asked(client))
    models = client.open((tmp_path / "models.py").as_uri(), NOTHING)
    client.change(models, 2, NOTHING + "    return model\n")
    known = {item["uri"]: item["resultId"] for item in first["items"]}
    assert found(client.answer(asked(client, known))) == {"train.py": ["fit-before-compile"]}


def test_only_what_has_changed_is_told_again(client: Client, tmp_path: Path) -> None:
    written(tmp_path, one=EARLY, two=EARLY, three=EARLY)
    first = client.answer(asked(client))
    known = {item["uri"]: item["resultId"] for item in first["items"]}
    assert len(known) == 3
    again = by_name(client.answer(asked(client, known)))
    assert {item["kind"] for item in again.values()} == {"unchanged"}
    written(tmp_path, two=FINE)
    (tmp_path / "three.py").unlink()
    last = by_name(client.answer(asked(client, known)))
    assert {name: item["kind"] for name, item in last.items()} == {
        "one.py": "unchanged",
        "two.py": "full",
        "three.py": "full",
    }
    assert last["two.py"]["items"] == last["three.py"]["items"] == []


def test_settings_are_those_of_each_file(client: Client, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "keras-lsp.toml").write_text('ignore = ["undefined-model"]\n', encoding="utf-8")
    (tmp_path / "node_modules").mkdir()
    written(inner, quiet=EARLY)
    written(tmp_path / "node_modules", ignored=EARLY)
    written(tmp_path, loud=EARLY)
    assert found(client.answer(asked(client))) == {"loud.py": ["undefined-model"]}


def test_progress_is_told(large: tuple[Client, Path]) -> None:
    client, _ = large
    since = client.mark
    client.answer(asked(client, workDoneToken="work"))
    told = [p["value"] for p in client.of("$/progress", since) if p["token"] == "work"]
    assert [v["kind"] for v in (told[0], told[-1])] == ["begin", "end"]
    percentages = [v["percentage"] for v in told[1:-1]]
    assert len(percentages) > 10
    assert percentages == sorted(set(percentages))


def test_parts_come_as_they_are_found(large: tuple[Client, Path]) -> None:
    client, _ = large
    since = client.mark
    answer = client.answer(asked(client, partialResultToken="parts"))
    parts = [p["value"]["items"] for p in client.of("$/progress", since)]
    assert len(parts) > 1
    assert sum(map(len, parts)) == MANY
    assert answer["items"] == []


@pytest.mark.parametrize("how", ["request", "progress"])
def test_it_is_called_off(large: tuple[Client, Path], how: str) -> None:
    client, folder = large
    for number in range(MANY):
        written(folder, **{f"file{number:03}": EARLY + f"# {how}\n" * 50})
    since = client.mark
    number = asked(client, workDoneToken=how)
    client.wait(lambda m: m.get("method") == "$/progress", since)
    if how == "request":
        client.notify("$/cancelRequest", {"id": number})
    else:
        client.notify("window/workDoneProgress/cancel", {"token": how})
    with pytest.raises(Refused) as refused:
        client.answer(number)
    assert refused.value.code == -32800
    told = [p["value"]["kind"] for p in client.of("$/progress", since)]
    assert told[-1] == "end"
    # It goes on to serve, also the same again.
    assert len(client.answer(asked(client))["items"]) == MANY


def test_typing_does_not_wait_for_it(large: tuple[Client, Path]) -> None:
    client, folder = large
    for number in range(MANY):
        written(folder, **{f"file{number:03}": EARLY + f"# {number}\n" * 60})
    uri = client.open((folder / "file000.py").as_uri(), EARLY)
    everything = asked(client)
    client.change(uri, 2, FINE)
    number = client.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    assert client.answer(number)["items"] == []
    client.answer(everything)
    answers = [m["id"] for m in client.received if "result" in m]
    assert answers.index(number) < answers.index(everything)
    client.close(uri)
