"""``check --select api --fix`` moves what can be moved, and lists the rest with the reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

OLD = """\
import tensorflow as tf
from keras.layers.core import Dense
from keras.models import model_from_yaml
from keras.utils import conv_utils, multi_gpu_model
import keras.backend as K

inputs = tf.keras.Input((4,))
outputs = Dense(2, init="uniform")(tf.square(inputs))
model = multi_gpu_model(model_from_yaml("m.yaml"), gpus=2)
length = conv_utils.conv_output_length(3, 3, "valid", 1)
step = K.function([model.input, K.learning_phase()], [model.output])
"""

REASONS = (
    "store models with `to_json`, which `model_from_json` reads",
    "Keras 3.15 has not; write out what you need of it",
    "make the model in a `tf.distribute.MirroredStrategy`",
    "make a `Model` of the inputs and outputs, and call it",
    "a layer's `call` is told by its argument `training`",
)


def check(folder: Path, *options: str) -> tuple[int, str]:
    (folder / "keras-lsp.toml").write_text('keras-version = "3.15"\n', encoding="utf-8")
    command = [sys.executable, "-m", "keras_lsp", "check", "--select", "api", *options, "old.py"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout


def test_what_no_edit_can_move_is_listed_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text(OLD, encoding="utf-8")
    status, told = check(tmp_path, "--fix", "--unsafe-fixes", "--output-format", "concise")
    assert status == 1
    lines = [line for line in told.splitlines() if line.startswith("old.py:")]
    assert [reason for reason in REASONS if not any(reason in line for line in lines)] == []
    assert len(lines) == len(REASONS)
    moved = file.read_text(encoding="utf-8")
    assert "from keras.layers import Dense\n" in moved
    assert 'Dense(2, kernel_initializer="uniform")(tf.keras.ops.square(inputs))' in moved


def test_a_look_at_what_would_change_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text(OLD, encoding="utf-8")
    status, told = check(tmp_path, "--diff")
    assert status == 1
    assert "-from keras.layers.core import Dense\n+from keras.layers import Dense\n" in told
    assert file.read_text(encoding="utf-8") == OLD


def test_keras_itself_may_use_what_it_keeps_for_others(tmp_path: Path) -> None:
    package = tmp_path / "keras"
    (package / "src").mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    program = "from keras.layers import LeakyReLU, Dense\n\nlayer = LeakyReLU(alpha=0.2)\n"
    (package / "old.py").write_text(program, encoding="utf-8")
    (tmp_path / "old.py").write_text(program, encoding="utf-8")
    told = check(tmp_path, "--output-format", "concise", "keras")[1]
    assert told.count("deprecated-argument") == 1
    assert told.startswith("old.py:3:")
