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
EDITOR_ONLY = frozenset(
    {"path", "importStrategy", "trace", "interpreter", "args", "enable", "logLevel"}
)
"""Settings of the section that are the editor extension's own."""


def register(server: LanguageServer) -> None:
    @server.feature(types.INITIALIZED)
    async def initialized(ls: LanguageServer, params: types.InitializedParams) -> None:
        session = session_of(ls)
        if session.registers("did_change_watched_files"):
            await _registered(ls, _watching())
        if session.registers("did_change_configuration"):
            await _registered(ls, _configuring())
        await configure(ls, session)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(ls: LanguageServer, params: types.DidChangeConfigurationParams) -> None:
        session = session_of(ls)
        if not session.asks_configuration:
            session.sent = params.settings
        await configure(ls, session)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(ls: LanguageServer, params: types.DidChangeWatchedFilesParams) -> None:
        session = session_of(ls)
        changes = [(convert.path_of(c.uri), c.type) for c in params.changes]
        paths = [path for path, _ in changes]
        session.models.written(
            path
            for path, kind in changes
            # The text of a file that is open is that of its document.
            if kind != types.FileChangeType.Changed or path not in session.workspace.documents
        )
        if session.workspace.files_changed(paths):
            session.workspace.reload()
            announce(ls, session)
        else:
            session.delivery.news()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(
        ls: LanguageServer, params: types.DidChangeWorkspaceFoldersParams
    ) -> None:
        session = session_of(ls)
        removed = {convert.path_of(f.uri) for f in params.event.removed}
        added = [convert.path_of(f.uri) for f in params.event.added]
        kept = [f for f in session.workspace.folders if f not in {*removed, *added}]
        session.workspace.set_folders([*kept, *added])
        await configure(ls, session, reloaded=True)


async def _registered(ls: LanguageServer, params: types.RegistrationParams) -> None:
    """A client may refuse what it said it can do; it then does without."""
    try:
        await ls.client_register_capability_async(params)
    except Exception:
        log.warning("the client refused to register %s", params.registrations[0].method)


async def configure(ls: LanguageServer, session: Session, reloaded: bool = False) -> None:
    """Find out what the editor's settings are, for each folder and for all, and obey them."""
    tables = sent(session)
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
            tables[folder] = {**tables.get(folder, {}), **_given(answer)}
    if session.workspace.set_overrides(tables):
        session.workspace.reload()
        reloaded = True
    if reloaded:
        announce(ls, session)
    else:
        tell_problems(ls, session)


def sent(session: Session) -> dict[str, dict[str, Any]]:
    """What the client has sent without being asked; it holds for all folders."""
    return {"": _given(section_of(session.sent))}


def section_of(settings: Any) -> Any:
    """Our section of what a client sends; all of it where it sends nothing else."""
    if not isinstance(settings, dict) or SECTION in settings:
        return settings.get(SECTION) if isinstance(settings, dict) else None
    return settings if settings.keys() & _keys() else None


def interpreters_of(options: dict[str, Any]) -> dict[str, str]:
    """Those that the editor has selected, by folder: one for all, and of some folders their own."""
    of_folders = options.get("interpreters")
    told = {"": options.get("interpreter")}
    for uri, path in of_folders.items() if isinstance(of_folders, dict) else ():
        told[convert.path_of(uri)] = path
    return {folder: path for folder, path in told.items() if isinstance(path, str)}


def _given(section: Any) -> dict[str, Any]:
    """What a section sets; what it leaves empty is not set."""
    table = section if isinstance(section, dict) else {}
    return {
        key: value
        for key, value in table.items()
        if key not in EDITOR_ONLY and value not in (None, "", [], {})
    }


def _keys() -> set[str]:
    from keras_lsp.config import setting_names

    return {*setting_names(), *EDITOR_ONLY}


def tell_problems(ls: LanguageServer, session: Session) -> None:
    """Say what cannot be followed, once as long as it is so."""
    problems = dict.fromkeys(session.workspace.problems.values())
    for problem in problems:
        if problem not in session.told_problems:
            ls.window_show_message(
                types.ShowMessageParams(types.MessageType.Error, f"keras-lsp: {problem}")
            )
    session.told_problems = set(problems)


def announce(ls: LanguageServer, session: Session) -> None:
    """Everything open may look different now."""
    tell_problems(ls, session)
    session.delivery.everything(list(session.workspace.documents))
    session.models.ask_again()


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
