"""Capabilities: of what a client says that it can do, only what somebody here asks about is read.

Never decides what follows from it.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol

HEARD: dict[str, Any] = {
    "general": {"positionEncodings": True},
    "notebookDocument": {"synchronization": {}},
    "textDocument": {
        "codeAction": {"dataSupport": True, "resolveSupport": True},
        "diagnostic": {},
        "signatureHelp": {
            "signatureInformation": {"parameterInformation": {"labelOffsetSupport": True}}
        },
        "synchronization": {"willSave": True, "willSaveWaitUntil": True},
    },
    "window": {"showDocument": True},
    "workspace": {
        "codeLens": {"refreshSupport": True},
        "configuration": True,
        "diagnostics": {"refreshSupport": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "fileOperations": True,
        "inlayHint": {"refreshSupport": True},
        "workspaceEdit": {"documentChanges": True},
    },
}
"""By the protocol's names: what is read whole; of an empty table, whether it is there."""


class BriefProtocol(LanguageServerProtocol):
    """Makes no objects of capabilities that nobody asks about.

    VS Code tells of some two hundred, in a hundred classes: to get ready to read them took a
    third of the time from a server's start to its first answer.
    """

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message of the client as an object; a table within one as it is."""
        if "jsonrpc" in data and data.get("method") == types.INITIALIZE:
            params = data.get("params")
            if isinstance(params, dict) and "capabilities" in params:
                params["capabilities"] = heard(params["capabilities"], HEARD)
        return super().structure_message(data)


def heard(told: Any, asked: Any) -> Any:
    """As much as is asked about; what is no table is left to whoever reads it."""
    if asked is True or not isinstance(told, dict):
        return told
    return {key: heard(value, asked[key]) for key, value in told.items() if key in asked}
