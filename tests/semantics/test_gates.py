"""Whether a condition about a version is true for a release."""

from __future__ import annotations

import ast

import pytest

from keras_lsp.catalog.targets import Target
from keras_lsp.semantics.gates import holds


@pytest.mark.parametrize(
    ("test", "release", "expected"),
    [
        ('keras.__version__ >= "3"', "3.15.1", True),
        ('keras.__version__ >= "3"', "2.12", False),
        ('keras.__version__ >= "3.0.0"', "3.0", True),
        ('keras.__version__.startswith("2")', "3.15.1", False),
        ('keras.__version__.startswith(("1", "2."))', "2.12", True),
        ('keras.__version__[0] == "2"', "2.12", True),
        ('int(keras.__version__.split(".")[0]) < 3', "3.15.1", False),
        ('tuple(map(int, keras.__version__.split(".")[:2])) >= (2, 6)', "2.12", True),
        ('version.parse(keras.__version__) < version.parse("3")', "3.15.1", False),
        ("version.parse(keras.__version__).major == 3", "3.15.1", True),
        ("version.parse(keras.__version__).minor <= 12", "2.12", True),
        ('keras.version() < "3"', "3.15.1", False),
        ('not keras.__version__ >= "3"', "3.15.1", False),
        ('keras.__version__ >= "2" and keras.__version__ < "3"', "2.12", True),
        ('keras.__version__ < "2" or keras.__version__ >= "3"', "2.12", False),
        # Keras 3 comes with TensorFlow 2.16 and all later ones, Keras 2.12 with TensorFlow 2.12.
        ('tf.__version__ >= "2.0"', "3.15.1", True),
        ('tf.__version__ < "2.16"', "3.15.1", False),
        ('tf.__version__ < "2.19"', "3.15.1", None),
        ('tf.__version__ < "2.13"', "2.12", True),
        ('tf.__version__ >= "2.4"', "2.3.1", None),
        ('torch.__version__ >= "2"', "3.15.1", None),
        ("keras.__version__ >= other", "3.15.1", None),
        ("is_keras_3()", "3.15.1", None),
        ('is_new() and keras.__version__ < "3"', "3.15.1", False),
    ],
)
def test_a_condition_is_answered_for_a_release(
    test: str, release: str, expected: bool | None
) -> None:
    assert holds(ast.parse(test, mode="eval").body, Target(release)) is expected
