"""Settings and folders: what the client configures, and when files change under it."""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp import convert
from keras_lsp.lsp.session import Session, session_of

log = logging.getLogger("keras_lsp")

SECTION = "keras-lsp"
WATCHED = ("**/*.py", "**/*.pyi", "**/pyproject.toml", "**/keras-lsp.toml")
EDITOR_ONLY = frozenset({"path", "trace", "interpreter", "args", "enable", "logLevel"})
"""Settings of the section that are the editor extension's own."""


def register(server: LanguageServer) -> None:
    @server.feature(types.INITIALIZED)
    async def initialized(ls: LanguageServer, params: types.InitializedParams) -> None:
        session = session_of(ls)
        if session.options is not None:
            apply(ls, session, "", session.options)
        if session.registers("did_change_watched_files"):
            await _registered(ls, _watching())
        if session.registers("did_change_configuration"):
            await _registered(ls, _configuring())
        await configure(ls, session)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(ls: LanguageServer, params: types.DidChangeConfigurationParams) -> None:
        session = session_of(ls)
        if session.asks_configuration:
            await configure(ls, session)
        else:
            given: Any = params.settings
            section = given.get(SECTION, given) if isinstance(given, dict) else None
            apply(ls, session, "", section)
            announce(session)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(ls: LanguageServer, params: types.DidChangeWatchedFilesParams) -> None:
        session = session_of(ls)
        session.workspace.files_changed()
        announce(session)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(
        ls: LanguageServer, params: types.DidChangeWorkspaceFoldersParams
    ) -> None:
        session = session_of(ls)
        for folder in params.event.removed:
            session.workspace.remove_folder(convert.path_of(folder.uri))
        for folder in params.event.added:
            session.workspace.add_folder(convert.path_of(folder.uri))
        await configure(ls, session)


async def _registered(ls: LanguageServer, params: types.RegistrationParams) -> None:
    """A client may refuse what it said it can do; it then does without."""
    try:
        await ls.client_register_capability_async(params)
    except Exception:
        log.warning("the client refused to register %s", params.registrations[0].method)


async def configure(ls: LanguageServer, session: Session) -> None:
    """Ask for the section, for each folder and for all."""
    if session.asks_configuration:
        folders = ["", *session.workspace.folders]
        items = [
            types.ConfigurationItem(convert.uri_of(f) if f else None, SECTION) for f in folders
        ]
        try:
            answers = await ls.workspace_configuration_async(types.ConfigurationParams(items))
        except Exception:
            log.exception("the client did not tell its settings")
            answers = []
        for folder, answer in zip(folders, answers, strict=False):
            apply(ls, session, folder, answer)
    announce(session)


def apply(ls: LanguageServer, session: Session, folder: str, section: Any) -> None:
    """Take a section over; what it leaves empty is not set."""
    table = section if isinstance(section, dict) else {}
    given = {
        key: value
        for key, value in table.items()
        if key not in EDITOR_ONLY and value not in (None, "", [], {})
    }
    session.workspace.configure(folder, given)
    told: set[str] = set()
    for name in session.workspace.folders or [""]:
        session.workspace.project_of(f"{name}/x.py" if name else "")
    for problem in session.workspace.problems.values():
        if problem not in told:
            told.add(problem)
            show(ls, problem)


def show(ls: LanguageServer, message: str) -> None:
    ls.window_show_message(
        types.ShowMessageParams(types.MessageType.Error, f"keras-lsp: {message}")
    )


def announce(session: Session) -> None:
    """Everything open may look different now."""
    for path in session.workspace.stale():
        session.on_findings(path)
        session.on_news(path)


def _watching() -> types.RegistrationParams:
    watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    return types.RegistrationParams(
        [types.Registration("keras-lsp-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
    )


def _configuring() -> types.RegistrationParams:
    return types.RegistrationParams(
        [
            types.Registration(
                "keras-lsp-settings",
                types.WORKSPACE_DID_CHANGE_CONFIGURATION,
                {"section": SECTION},
            )
        ]
    )
