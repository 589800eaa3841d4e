"""``keras-lsp doctor``: what is installed, and whether it works.

Never imports Keras: its version is read from the installed metadata.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from keras_lsp import __version__

if TYPE_CHECKING:
    from keras_lsp.config import Config
    from keras_lsp.probe.interpreters import Candidate

FAULTY = "from tensorflow import keras\nmodel.fit(1, 2)\nmodel = keras.Sequential()\n"


def run() -> int:
    print(f"keras-lsp   {__version__}")
    print(f"python      {platform.python_version()}  {sys.executable}")
    for name in ("keras", "tensorflow", "tensorflow-cpu", "tf_keras", "jedi", "parso", "pygls"):
        print(f"{name:<11} {_version(name)}")
    from keras_lsp.catalog.names import table
    from keras_lsp.resolver.client import cache_folder
    from keras_lsp.service.installed import target_of

    print(f"catalogue   Keras {table()['keras']}, {len(table()['aliases'])} names")
    print(f"cache       {cache_folder()}")
    target = target_of(str(Path.cwd()), "", "", os.environ)
    print(f"{'release':<11} Keras {target.version} ({target.source})")
    candidate = _probe()
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("finds a model that is used before it is defined", _finds),
        ("follows an import through jedi", _follows),
    ]
    if candidate is not None:
        checks.append(("asks Keras for a shape", lambda: _asks(candidate)))
    healthy = True
    for title, check in checks:
        try:
            passed = check()
        except Exception as problem:
            passed, title = False, f"{title}: {problem!r}"
        healthy = healthy and passed
        print(f"{'ok' if passed else 'FAILED':<11} {title}")
    return 0 if healthy else 2


def _probe() -> Candidate | None:
    """Say which Keras is asked for shapes, and why others are not."""
    from keras_lsp.probe.interpreters import Wishes, candidates

    config = _config()
    if config.probe == "off":
        print(f"{'probe':<11} off, by the settings")
        return None
    asked = None
    root = config.root or str(Path.cwd())
    wishes = Wishes(setting=config.python, roots=(root,), tensorflow=config.probe == "tensorflow")
    for candidate in candidates(wishes):
        release = f"Keras {candidate.keras}, " if candidate.keras else ""
        where = f"{release}{candidate.origin}: {candidate.executable}"
        if candidate.problem:
            print(f"{'probe':<11} not {where} ({candidate.problem})")
        else:
            asked = candidate
            print(f"{'probe':<11} {where}")
    if asked is None:
        print(f"{'':<11} no shapes; `pip install keras-lsp[shapes]` brings a Keras along")
    return asked


def _config() -> Config:
    from keras_lsp.cli.settings import Settings
    from keras_lsp.config import Config, ConfigError

    try:
        return Settings({}).config_for(Path.cwd())
    except ConfigError as problem:
        print(f"{'settings':<11} {problem}")
        return Config()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _finds() -> bool:
    from keras_lsp.config import Config
    from keras_lsp.service.project import Project
    from keras_lsp.syntax import Source

    checked = Project("", Config()).check(Source.parse("self-check.py", FAULTY))
    return any(f.rule == "undefined-model" for f in checked.findings)


def _follows() -> bool:
    from keras_lsp.resolver.client import Query, Resolver

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "models.py")
        path.write_text("def build():\n    pass\n", encoding="utf-8")
        resolver = Resolver(folder)
        try:
            text = "from models import build\n"
            (found,) = resolver.definitions(str(Path(folder, "train.py")), text, [Query(0, 19)])
        finally:
            resolver.close()
        return found is not None and found.name == "build"


def _asks(candidate: Candidate) -> bool:
    from keras_lsp.networks import Input, LayerCall, LayerSpec, Made, Network, NetworkKind, Tensor
    from keras_lsp.probe.client import Probe
    from keras_lsp.replies import NodeShape, TensorSpec
    from keras_lsp.syntax.source import Place, Statement

    place = Place(Statement("model\n"), 1, 0, 1, 5)
    network = Network(
        "model",
        NetworkKind.SEQUENTIAL,
        (LayerSpec(Made("keras.layers.Dense", (3,)), place),),
        (Input(Made("keras.Input", ((8,),)), place), LayerCall(0, (Tensor(0),), (), place)),
        (Tensor(0),),
        (Tensor(1),),
        place,
    )
    probe = Probe(candidate.executable, candidate.folders, 30.0, keras2=candidate.keras2)
    try:
        _, reply = probe.check(network)
    finally:
        probe.close()
    if probe.problem:
        raise RuntimeError(probe.problem)
    return isinstance(reply, NodeShape) and reply.outputs == TensorSpec((None, 3))
