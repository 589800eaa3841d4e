"""Diagnostics: pulled by clients that can be told to ask again, pushed to the others.

Never both to one client: it would show each finding twice.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp import convert
from keras_lsp.lsp.progress import Progress
from keras_lsp.lsp.session import Session

SOURCE = "keras-lsp"
PAUSE = 0.004
"""Seconds in which further changes are awaited: a burst is analysed once."""


def register_push(server: LanguageServer, session: Session) -> None:
    """Publish after every change, the newest version only."""
    pending: dict[str, asyncio.TimerHandle] = {}

    def schedule(path: str) -> None:
        loop = asyncio.get_running_loop()
        if (waiting := pending.pop(path, None)) is not None:
            waiting.cancel()
        pending[path] = loop.call_later(PAUSE, publish, path)

    def publish(path: str) -> None:
        pending.pop(path, None)
        if session.closing:
            return
        uri = session.uri(path)
        snapshot = session.workspace.snapshot(path)
        server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=uri,
                version=snapshot.version if snapshot else None,
                diagnostics=diagnostics_of(session, path, snapshot.findings) if snapshot else [],
            )
        )

    session.on_findings = schedule


def register_pull(server: LanguageServer, session: Session) -> None:
    """Answer when asked; where other files bring news, ask the client to ask again."""

    def refresh(path: str) -> None:
        if session.refreshes and session.workspace.documents.get(path):
            server.workspace_diagnostic_refresh(None)

    def on_findings(path: str) -> None:
        """The client asks after its own changes; only news from elsewhere need a word."""

    session.on_findings = on_findings
    session.on_news = refresh

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(
            identifier=SOURCE, inter_file_dependencies=True, workspace_diagnostics=True
        ),
    )
    async def pull(
        ls: LanguageServer, params: types.DocumentDiagnosticParams
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        # Changes that are already on the wire come first.
        await asyncio.sleep(0)
        path = convert.path_of(params.text_document.uri)
        snapshot = session.workspace.snapshot(path)
        items = diagnostics_of(session, path, snapshot.findings) if snapshot else []
        result_id = _digest(items)
        if params.previous_result_id == result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
        return types.RelatedFullDocumentDiagnosticReport(items, result_id=result_id)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pull_all(
        ls: LanguageServer, params: types.WorkspaceDiagnosticParams
    ) -> types.WorkspaceDiagnosticReport:
        known = {p.uri: p.value for p in params.previous_result_ids}
        return await _workspace_report(ls, session, known, params.work_done_token)


async def _workspace_report(
    ls: LanguageServer, session: Session, known: dict[str, str], token: Any
) -> types.WorkspaceDiagnosticReport:
    """Every file of every folder, one after another off the event loop; cancelled in between."""
    loop = asyncio.get_running_loop()
    workspace = session.workspace
    paths = await loop.run_in_executor(session.background, lambda: list(workspace.files()))
    reports: list[Any] = []
    with Progress(ls, token, "Checking Keras models") as progress:
        for number, path in enumerate(paths):
            progress.tell(number, len(paths))
            opened = workspace.snapshot(path)
            if opened is not None:
                findings, lines = opened.findings, opened.source.lines
            else:
                findings, lines = await loop.run_in_executor(
                    session.background, _check_file, session, path
                )
            items = diagnostics_of(session, path, findings, lines)
            uri, result_id = session.uri(path), _digest(items)
            version = opened.version if opened else None
            if known.get(uri) == result_id:
                reports.append(
                    types.WorkspaceUnchangedDocumentDiagnosticReport(
                        uri=uri, result_id=result_id, version=version
                    )
                )
            elif items or uri in known:
                reports.append(
                    types.WorkspaceFullDocumentDiagnosticReport(
                        uri=uri, items=items, version=version, result_id=result_id
                    )
                )
    return types.WorkspaceDiagnosticReport(reports)


def _check_file(session: Session, path: str) -> tuple[Any, list[str]]:
    """On the background thread, with a project of its own: nothing is shared."""
    from keras_lsp.service.project import Project

    here = session.workspace.project_of(path)
    project = Project(here.root, here.config)
    source = project.source(path)
    if source is None:
        return (), []
    return project.check(source).findings, source.lines


def diagnostics_of(
    session: Session, path: str, findings: Any, lines: list[str] | None = None
) -> list[types.Diagnostic]:
    """Findings as the protocol has them."""
    from keras_lsp.checking import rule_url
    from keras_lsp.findings import Severity

    severities = {
        Severity.ERROR: types.DiagnosticSeverity.Error,
        Severity.WARNING: types.DiagnosticSeverity.Warning,
        Severity.HINT: types.DiagnosticSeverity.Hint,
    }
    own = session.lines(path) if lines is None else lines
    return [
        types.Diagnostic(
            range=convert.range_out(own, f.span, session.encoding),
            severity=severities[f.severity],
            code=f.rule,
            code_description=types.CodeDescription(rule_url(f.rule)),
            source=SOURCE,
            message=f.message,
            tags=[types.DiagnosticTag.Unnecessary] if f.unnecessary else None,
            related_information=[
                types.DiagnosticRelatedInformation(
                    types.Location(
                        session.uri(r.path),
                        convert.range_out(
                            own if r.path == path else session.lines(r.path),
                            r.span,
                            session.encoding,
                        ),
                    ),
                    r.message,
                )
                for r in f.related
            ]
            or None,
            data={"rule": f.rule, "fixable": bool(f.proposals)},
        )
        for f in findings
    ]


def _digest(items: list[types.Diagnostic]) -> str:
    return hashlib.blake2b(repr(items).encode(errors="replace"), digest_size=12).hexdigest()
