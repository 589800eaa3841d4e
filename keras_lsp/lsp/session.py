"""The session: one client, what it can do, and the workspace that answers it.

Never analyses anything itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from keras_lsp.lsp import convert
from keras_lsp.lsp.delivery import Delivery

if TYPE_CHECKING:
    from keras_lsp.service.snapshot import Snapshot
    from keras_lsp.service.workspace import Workspace

log = logging.getLogger("keras_lsp")


class Session:
    """What the handlers share."""

    def __init__(self, client: types.ClientCapabilities, encoding: convert.Encoding) -> None:
        self.client = client
        self.encoding = encoding
        self.folders: list[str] = []
        """The folders that the client opened with."""
        self.options: Any = None
        """Settings that came with ``initialize``, or that the client sent since."""
        self.told_problems: set[str] = set()
        """Settings that cannot be followed, as far as the user has been told."""
        self.on_answers: Callable[[Callable[[], bool]], None] = lambda learn: None
        self.uris: dict[str, str] = {}
        """The client's own spelling of the address of each open file."""
        # Whatever looks at many files must not stand in the way of an edit.
        self.background = ThreadPoolExecutor(1, thread_name_prefix="keras-lsp")
        self.delivery: Delivery
        """Set before the first document is opened."""
        self.closing = False

    @cached_property
    def workspace(self) -> Workspace:
        """Made when it is first needed: the client waits for ``initialize`` alone."""
        from keras_lsp.service.workspace import Workspace

        made = Workspace(self.folders)
        made.on_answers = self.on_answers
        return made

    # What the client can do

    @property
    def pulls(self) -> bool:
        """It asks for findings, and can be told to ask again when other files bring news."""
        document = self.client.text_document
        return document is not None and document.diagnostic is not None and self.refreshes

    @property
    def refreshes(self) -> bool:
        workspace = self.client.workspace
        diagnostics = workspace.diagnostics if workspace else None
        return bool(diagnostics and diagnostics.refresh_support)

    @property
    def takes_document_changes(self) -> bool:
        workspace = self.client.workspace
        edit = workspace.workspace_edit if workspace else None
        return bool(edit and edit.document_changes)

    @property
    def resolves_edits(self) -> bool:
        document = self.client.text_document
        actions = document.code_action if document else None
        support = actions.resolve_support if actions else None
        return bool(support and "edit" in support.properties and actions and actions.data_support)

    @property
    def asks_configuration(self) -> bool:
        workspace = self.client.workspace
        return bool(workspace and workspace.configuration)

    def registers(self, name: str) -> bool:
        """Whether the client lets a capability be registered later."""
        workspace = self.client.workspace
        capability = getattr(workspace, name, None) if workspace else None
        return bool(capability and getattr(capability, "dynamic_registration", False))

    # Documents

    def snapshot(self, uri: str) -> Snapshot | None:
        return self.workspace.snapshot(convert.path_of(uri))

    def uri(self, path: str) -> str:
        return self.uris.get(path) or convert.uri_of(path)

    def lines(self, path: str) -> list[str]:
        """The lines of a file that a position is about; empty where it cannot be had."""
        document = self.workspace.documents.get(path)
        if document is not None:
            return document.source.lines
        source = self.workspace.project_of(path).source(path)
        return source.lines if source is not None else []

    def call_soon(self, loop: asyncio.AbstractEventLoop, learn: Callable[[], bool]) -> None:
        """An answer of another process: take it in on the session's own thread."""

        def take() -> None:
            if not self.closing and learn():
                self.delivery.news()

        if not self.closing:
            loop.call_soon_threadsafe(take)

    def close(self) -> None:
        self.closing = True
        self.delivery.close()
        self.background.shutdown(wait=False, cancel_futures=True)
        if "workspace" in self.__dict__:
            self.workspace.shut_down()


def session_of(server: Any) -> Session:
    """The session of a server that has been initialized."""
    found = server.session
    assert isinstance(found, Session)
    return found
