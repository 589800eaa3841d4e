"""What an editor's view of the lives of models asks for and is told."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from keras_lsp import __version__
from tests.lsp.wire import PULL, Client

LOOP = """\
import keras
name = "🦊"
for i in range(3):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit([1], [1])
"""
BUILDER = "import keras\n\n\ndef build():\n    return keras.Sequential([keras.layers.Dense(1)])\n"


def asked(client: Client, command: str, *arguments: object) -> Any:
    return client.request(
        "workspace/executeCommand", {"command": command, "arguments": list(arguments)}
    )


def test_lives_say_where_things_happen_and_what_is_wrong(pull: Client, pull_folder: Path) -> None:
    uri = pull.open((pull_folder / "life of it.py").as_uri(), LOOP)
    (life,) = asked(pull, "keras-lsp.trace", uri)
    assert (life["name"], life["kind"], life["uri"], life["line"]) == (
        "model",
        "sequential",
        uri,
        3,
    )
    assert [(s["what"], s["uri"], s["line"]) for s in life["steps"]] == [
        ("defined", uri, 3),
        ("compiled", uri, 4),
        ("trained", uri, 5),
        ("overwritten", uri, 3),
    ]
    (finding,) = life["findings"]
    assert (finding["rule"], finding["severity"]) == ("model-rebuilt-in-loop", "warning")
    assert (finding["uri"], finding["line"]) == (uri, 3)


def test_status_says_which_keras_the_document_is_held_against(start: Any, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("keras==2.9.0\n", encoding="utf-8")
    client: Client = start()
    client.initialize(PULL, [tmp_path])
    uri = client.open((tmp_path / "a.py").as_uri(), LOOP)
    status = asked(client, "keras-lsp.status", uri)
    assert status["version"] == __version__
    assert status["keras"] == {"version": "2.9.0", "source": "requirements.txt"}
    assert "keras" not in asked(client, "keras-lsp.status")
    assert "keras" not in asked(client, "keras-lsp.status", "file:///is/not/open.py")


def test_the_keras_of_the_selected_interpreter_counts(start: Any, tmp_path: Path) -> None:
    selected = tmp_path / "conda"
    (selected / "lib/python3.11/site-packages/keras-2.12.0.dist-info").mkdir(parents=True)
    client: Client = start()
    options = {"interpreter": str(selected / "bin" / "python"), "trusted": True}
    client.initialize(PULL, [tmp_path], options)
    uri = client.open((tmp_path / "a.py").as_uri(), LOOP)
    assert asked(client, "keras-lsp.status", uri)["keras"]["version"] == "2.12.0"


def test_each_folder_has_the_keras_of_its_own_interpreter(start: Any, tmp_path: Path) -> None:
    told, folders = {}, [tmp_path / name for name in ("old", "new", "none")]
    for folder, keras in zip(folders, ("2.12.0", "3.9.0", "2.9.0"), strict=True):
        folder.mkdir()
        python = tmp_path / "conda" / keras
        (python / f"lib/python3.11/site-packages/keras-{keras}.dist-info").mkdir(parents=True)
        told[folder.as_uri()] = str(python / "bin" / "python")
    client: Client = start()
    fallback = told.pop(folders[-1].as_uri())
    options = {"interpreter": fallback, "interpreters": told, "trusted": True}
    client.initialize(PULL, folders, options)
    uris = [client.open((folder / "a.py").as_uri(), LOOP) for folder in folders]
    found = [asked(client, "keras-lsp.status", uri)["keras"]["version"] for uri in uris]
    assert found == ["2.12.0", "3.9.0", "2.9.0"]


def test_who_shows_lives_hears_of_other_files(start: Any, tmp_path: Path) -> None:
    """Nothing is found before or after: only the life is another one."""
    client: Client = start()
    client.initialize(PULL, [tmp_path], {"lives": True})
    train, models = train_and_models(client, tmp_path)
    assert asked(client, "keras-lsp.trace", train) == []
    mark = client.mark
    client.change(models, 2, BUILDER)
    client.wait(lambda m: m.get("method") == "keras-lsp/livesChanged", mark)
    (life,) = asked(client, "keras-lsp.trace", train)
    assert [s["what"] for s in life["steps"]] == ["defined", "compiled"]
    assert client.pulled(train)["items"] == []
    assert client.of("workspace/diagnostic/refresh") == []


def test_who_does_not_ask_hears_nothing(pull: Client, pull_folder: Path) -> None:
    train, models = train_and_models(pull, pull_folder)
    pull.change(models, 2, BUILDER)
    while not asked(pull, "keras-lsp.trace", train):
        time.sleep(0.05)
    assert pull.of("keras-lsp/livesChanged") == []


def train_and_models(client: Client, folder: Path) -> tuple[str, str]:
    """A program, and a file that does not have yet what it imports."""
    (folder / "models.py").write_text("import keras\n", encoding="utf-8")
    models = client.open((folder / "models.py").as_uri(), "import keras\n")
    text = "from models import build\nnet = build()\nnet.compile(loss='mse')\n"
    train = client.open((folder / "train.py").as_uri(), text)
    client.pulled(train)
    return train, models
