"""Findings of the whole workspace: asked for at once, file by file, and called off in between.

Never finds anything itself; what was found stays until it may be something else.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp import convert
from keras_lsp.lsp.diagnostics import diagnostics_of, digest
from keras_lsp.lsp.progress import Progress
from keras_lsp.lsp.session import Session

if TYPE_CHECKING:
    from keras_lsp.service.survey import Stamp, Survey

PART = 32
"""Files of which a part of the answer tells, where the client takes it in parts."""

Report = (
    types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport
)


def register(server: LanguageServer, session: Session) -> None:
    known: dict[str, tuple[Stamp, list[types.Diagnostic]]] = {}

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pull_all(
        ls: LanguageServer, params: types.WorkspaceDiagnosticParams
    ) -> types.WorkspaceDiagnosticReport:
        return await _Answer(ls, session, known, params).made()


class _Answer:
    """The answer to one request."""

    def __init__(
        self,
        server: LanguageServer,
        session: Session,
        known: dict[str, tuple[Stamp, list[types.Diagnostic]]],
        params: types.WorkspaceDiagnosticParams,
    ) -> None:
        self._server, self._session = server, session
        self._known = known
        self._params = params
        self._previous = {p.uri: p.value for p in params.previous_result_ids}
        self._reports: list[Report] = []

    async def made(self) -> types.WorkspaceDiagnosticReport:
        from keras_lsp.service.survey import Survey

        survey = Survey(self._session.workspace)
        try:
            with Progress(
                self._server, self._params.work_done_token, "Checking Keras models"
            ) as progress:
                await self._look(survey, progress)
        finally:
            survey.close()
        return types.WorkspaceDiagnosticReport(self._reports)

    async def _look(self, survey: Survey, progress: Progress) -> None:
        loop, session = asyncio.get_running_loop(), self._session
        paths = await loop.run_in_executor(session.background, survey.paths)
        for number, path in enumerate(paths):
            progress.tell(number, len(paths))
            opened = session.workspace.snapshot(path)
            if opened is not None:
                self._tell(
                    path,
                    diagnostics_of(session, path, opened.findings, opened.source.lines),
                    opened.version,
                )
                # What the client sends is heard between two documents, too.
                await asyncio.sleep(0)
                continue
            stamp, items = self._known.get(path, (None, []))
            fresh, checked = await loop.run_in_executor(
                session.background, survey.check, path, stamp
            )
            if fresh != stamp:
                lines = checked.source.lines if checked is not None else []
                found = checked.findings if checked is not None else ()
                items = diagnostics_of(session, path, found, lines)
                self._known[path] = (fresh, items)
            self._tell(path, items, None)
        self._tell_gone()
        self._flush()

    def _tell(self, path: str, items: list[types.Diagnostic], version: int | None) -> None:
        uri, result_id = self._session.uri(path), digest(items)
        previous = self._previous.pop(uri, None)
        if previous == result_id:
            self._reports.append(
                types.WorkspaceUnchangedDocumentDiagnosticReport(
                    uri=uri, result_id=result_id, version=version
                )
            )
        elif items or previous is not None:
            self._reports.append(
                types.WorkspaceFullDocumentDiagnosticReport(
                    uri=uri, items=items, version=version, result_id=result_id
                )
            )
        if len(self._reports) >= PART:
            self._flush()

    def _tell_gone(self) -> None:
        """Files that the client has findings of and that are there no more."""
        for uri in list(self._previous):
            self._known.pop(convert.path_of(uri), None)
            self._reports.append(
                types.WorkspaceFullDocumentDiagnosticReport(
                    uri=uri, items=[], version=None, result_id=digest([])
                )
            )

    def _flush(self) -> None:
        token = self._params.partial_result_token
        if token is not None and self._reports:
            part = types.WorkspaceDiagnosticReportPartialResult(self._reports)
            self._server.protocol.notify(types.PROGRESS, types.ProgressParams(token, part))
            self._reports = []
