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
from keras_lsp.lsp.delivery import Channel
from keras_lsp.lsp.session import Session

SOURCE = "keras-lsp"


class Push:
    """Tells each version of a document, and what changes about it later."""

    def __init__(self, server: LanguageServer, session: Session) -> None:
        self._server, self._session = server, session
        self._told: dict[str, tuple[str, int | None, str]] = {}

    def own(self, path: str) -> None:
        self.news(path)

    def news(self, path: str) -> bool:
        session = self._session
        snapshot = session.workspace.snapshot(path)
        if snapshot is None:
            told = self._told.pop(path, None)
            if told is not None:
                self._publish(told[0], None, [])
            return told is not None
        items = diagnostics_of(session, path, snapshot.findings)
        telling = (session.uri(path), snapshot.version, digest(items))
        if self._told.get(path) == telling:
            return False
        self._told[path] = telling
        self._publish(telling[0], snapshot.version, items)
        return True

    def flush(self) -> None:
        """All is told already."""

    def _publish(self, uri: str, version: int | None, items: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=items)
        )


class Pull:
    """Remembers the last answers: the client has to ask again when they are out of date."""

    def __init__(self, server: LanguageServer, session: Session) -> None:
        self._server, self._session = server, session
        self.answered: dict[str, str] = {}

    def own(self, path: str) -> None:
        """The client asks after its own changes."""

    def news(self, path: str) -> bool:
        snapshot = self._session.workspace.snapshot(path)
        before = self.answered.get(path)
        if snapshot is None or before is None:
            return False
        now = digest(diagnostics_of(self._session, path, snapshot.findings))
        self.answered[path] = now
        return now != before

    def flush(self) -> None:
        self._server.workspace_diagnostic_refresh(None)


def register(server: LanguageServer, session: Session) -> Channel:
    """The channel that fits the client."""
    if not session.pulls:
        return Push(server, session)
    channel = Pull(server, session)
    _register_pull(server, session, channel)
    return channel


def _register_pull(server: LanguageServer, session: Session, channel: Pull) -> None:
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
        result_id = digest(items)
        channel.answered[path] = result_id
        if params.previous_result_id == result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
        return types.RelatedFullDocumentDiagnosticReport(items, result_id=result_id)


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


def digest(items: list[types.Diagnostic]) -> str:
    """Equal for equal diagnostics, and short."""
    return hashlib.blake2b(repr(items).encode(errors="replace"), digest_size=12).hexdigest()
