"""Callers: whether other files of a project may call a function of this one.

Never parses: a file that has both names in its text may.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from keras_lsp.service.project import Project
from keras_lsp.service.search import python_files

SUFFIXES = (".py", ".pyi", ".ipynb")
MOST = 2000
"""With more files than this the answer is that one of them may."""


def may_be_called_elsewhere(project: Project, path: str, function: str) -> bool:
    """Whether another file mentions both the module and the function."""
    here = Path(path)
    if not project.root or not here.is_absolute():
        return False
    module = here.parent.name if here.stem == "__init__" else here.stem
    words = [re.compile(rf"\b{re.escape(word)}\b") for word in (function, module)]
    for number, other in enumerate(python_files(project.root, project.config, SUFFIXES)):
        if number >= MOST:
            return True
        if os.path.normcase(other) == os.path.normcase(path):
            continue
        text = project.text(other)
        if text is None or all(word.search(text) for word in words):
            return True
    return False
