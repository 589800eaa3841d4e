"""What is said of a document follows the other files that it imports from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp.wire import Client, Message, codes, edit

NOTHING = "import keras\n\n\ndef build():\n    model = keras.Sequential()\n"
RETURNED = NOTHING + "    return model\n"
TRAIN = "from {} import build\n\nnet = build()\nnet.fit([1], [1])\n"
NONE = "builder-returns-none"
FORGOTTEN = "fit-before-compile"

Write = Callable[[str, str], str]


@pytest.fixture
def folder(push_folder: Path, request: pytest.FixtureRequest) -> Path:
    """A package of a test's own, in the workspace of ``push``."""
    made = push_folder / request.node.name
    made.mkdir()
    return made


@pytest.fixture
def write(folder: Path) -> Write:
    def put(name: str, text: str) -> str:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path.as_uri()

    return put


def on_disk(client: Client, uri: str, kind: int = 2) -> None:
    """A file was created (1), changed (2) or deleted (3) by somebody else."""
    change = {"uri": uri, "type": kind}
    client.notify("workspace/didChangeWatchedFiles", {"changes": [change]})


def test_an_unsaved_edit_reaches_those_who_import(push: Client, write: Write) -> None:
    models = push.open(write("models.py", NOTHING), NOTHING)
    train = push.open(write("train.py", TRAIN.format("models")), TRAIN.format("models"))
    push.pushed(train, 1, [NONE])
    since = push.mark
    push.change(models, 2, edit((5, 0), (5, 0), "    return model\n"))
    push.pushed(train, 1, [FORGOTTEN], since)
    # The edited document comes first.
    assert [p["uri"] for p in push.of("textDocument/publishDiagnostics", since)] == [models, train]
    push.change(models, 3, edit((5, 0), (6, 0), ""))
    push.pushed(train, 1, [NONE], push.mark)


def test_edits_that_do_not_matter_elsewhere_are_not_told_elsewhere(
    push: Client, write: Write
) -> None:
    text = RETURNED + "\n\ndef other():\n    return 1\n"
    models = push.open(write("models.py", text), text)
    train = push.open(write("train.py", TRAIN.format("models")), TRAIN.format("models"))
    push.pushed(train, 1, [FORGOTTEN])
    since = push.mark
    for version in range(2, 6):
        push.change(models, version, edit((9, 11), (9, 11), "1"))
        push.pushed(models, version, [])
    # Something that matters comes after all that does not.
    push.change(models, 6, edit((5, 0), (6, 0), ""))
    push.pushed(train, 1, [NONE], since)
    assert len(push.published(train, since)) == 1


def test_related_places_move_with_the_other_document(push: Client, write: Write) -> None:
    models = push.open(write("models.py", NOTHING), NOTHING)
    train = push.open(write("train.py", TRAIN.format("models")), TRAIN.format("models"))

    def line(finding: Message) -> int:
        related = finding["relatedInformation"][0]
        assert related["location"]["uri"] == models
        return int(related["location"]["range"]["start"]["line"])

    (finding,) = push.pushed(train, 1, [NONE])
    before = line(finding)
    since = push.mark
    push.change(models, 2, edit((0, 0), (0, 0), "# one\n# two\n"))
    (finding,) = push.pushed(train, 1, [NONE], since)
    assert line(finding) == before + 2


def test_two_files_away(push: Client, write: Write) -> None:
    inner = push.open(write("inner.py", NOTHING), NOTHING)
    text = "from inner import build\n\n\ndef make():\n    model = build()\n    return model\n"
    push.open(write("outer.py", text), text)
    text = "from outer import make\n\nnet = make()\nnet.fit([1], [1])\n"
    train = push.open(write("train.py", text), text)
    push.pushed(train, 1)
    since = push.mark
    push.change(inner, 2, RETURNED)
    push.pushed(train, 1, [FORGOTTEN], since)


def test_a_name_appears_and_goes(push: Client, write: Write) -> None:
    models = push.open(write("models.py", "import keras\n"), "import keras\n")
    train = push.open(write("train.py", TRAIN.format("models")), TRAIN.format("models"))
    push.pushed(train, 1, [])
    push.change(models, 2, RETURNED)
    push.pushed(train, 1, [FORGOTTEN])
    since = push.mark
    push.change(models, 3, RETURNED.replace("build", "make"))
    push.pushed(train, 1, [], since)


def test_a_name_that_another_module_passes_on(push: Client, write: Write) -> None:
    """Only jedi finds these, and it has to know what is not saved."""
    write("pkg/good.py", RETURNED)
    write("pkg/bad.py", NOTHING)
    first, second = "from .good import build\n", "from .bad import build\n"
    package = push.open(write("pkg/__init__.py", first), first)
    train = push.open(write("train.py", TRAIN.format("pkg")), TRAIN.format("pkg"))
    push.pushed(train, 1, [FORGOTTEN])
    push.change(package, 2, second)
    push.pushed(train, 1, [NONE])
    since = push.mark
    push.close(package)
    push.pushed(train, 1, [FORGOTTEN], since)


def test_a_document_that_is_closed_is_its_file_again(push: Client, write: Write) -> None:
    models = push.open(write("models.py", RETURNED), NOTHING)
    train = push.open(write("train.py", TRAIN.format("models")), TRAIN.format("models"))
    push.pushed(train, 1, [NONE])
    push.close(models)
    push.pushed(train, 1, [FORGOTTEN])


def test_files_change_on_disk(push: Client, write: Write) -> None:
    models = write("models.py", NOTHING)
    train = push.open(write("train.py", TRAIN.format("models")), TRAIN.format("models"))
    push.pushed(train, 1, [NONE])
    write("models.py", RETURNED)
    on_disk(push, models)
    push.pushed(train, 1, [FORGOTTEN])


def test_files_come_and_go_on_disk(push: Client, write: Write, folder: Path) -> None:
    train = push.open(write("train.py", TRAIN.format("later")), TRAIN.format("later"))
    push.pushed(train, 1, [])
    later = write("later.py", RETURNED)
    on_disk(push, later, 1)
    push.pushed(train, 1, [FORGOTTEN])
    since = push.mark
    (folder / "later.py").unlink()
    on_disk(push, later, 3)
    push.pushed(train, 1, [], since)


def test_a_file_on_disk_does_not_count_while_it_is_open(push: Client, write: Write) -> None:
    models = push.open(write("models.py", NOTHING), NOTHING)
    train = push.open(write("train.py", TRAIN.format("models")), TRAIN.format("models"))
    push.pushed(train, 1, [NONE])
    write("models.py", RETURNED)
    since = push.mark
    on_disk(push, models)
    push.change(train, 2, edit((0, 0), (0, 0), "\n"))
    push.pushed(train, 2, [NONE])
    assert len(push.published(train, since)) == 1
    push.save(models)
    push.change(train, 3, edit((0, 0), (0, 0), "\n"))
    push.pushed(train, 3, [NONE])


def test_who_asks_is_told_to_ask_again(pull: Client, pull_folder: Path) -> None:
    for name, text in (("source.py", NOTHING), ("user.py", TRAIN.format("source"))):
        (pull_folder / name).write_text(text, encoding="utf-8")
        pull.open((pull_folder / name).as_uri(), text)
    source, user = ((pull_folder / name).as_uri() for name in ("source.py", "user.py"))
    report = pull.pulled(user)
    assert codes(report["items"]) == [NONE]
    since = pull.mark
    pull.change(source, 2, RETURNED)
    pull.wait(lambda m: m.get("method") == "workspace/diagnostic/refresh", since)
    again = pull.pulled(user, report["resultId"])
    assert codes(again["items"]) == [FORGOTTEN]
