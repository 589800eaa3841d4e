"""Tested: which functions, classes and files belong to tests, by their names.

Never reads what is in them.
"""

from __future__ import annotations


def is_test_name(name: str) -> bool:
    """``test_layers``, ``layer_test``, ``TestModel``."""
    return name.startswith(("test", "Test")) or name.endswith(("_test", "_tests"))


def is_test_file(path: str) -> bool:
    """By its own name or its folder's: ``tests/``, ``model_test.py``, ``testing_utils.py``."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    stem = name.removesuffix(".py")
    if folder.rpartition("/")[2] in ("test", "tests", "testing"):
        return True
    return is_test_name(stem) or stem == "conftest" or stem.startswith("testing")
