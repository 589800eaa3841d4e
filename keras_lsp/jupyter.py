"""Jupyter: tells jupyter-lsp how the server is started.

Never imports anything of ours: JupyterLab loads it in a process of its own.
"""

from __future__ import annotations

import sys
from typing import Any


def spec(manager: object) -> dict[str, dict[str, Any]]:
    """What jupyter-lsp wants to know; the manager that asks does not matter."""
    return {
        "keras-lsp": {
            "version": 2,
            "display_name": "keras-lsp",
            # The server starts in the folder of the notebooks: nothing there may be imported.
            "argv": [sys.executable, "-P", "-m", "keras_lsp", "server"],
            "languages": ["python"],
            "mime_types": ["text/python", "text/x-ipython", "text/x-python"],
            "requires_documents_on_disk": False,
            "urls": {
                "home": "https://github.com/keras-lsp/keras-lsp",
                "issues": "https://github.com/keras-lsp/keras-lsp/issues",
            },
            "install": {"pip": 'pip install "keras-lsp[jupyter]"'},
        }
    }
