"""Diagnostics: pulled by clients that can be told to ask again, pushed to the others.

Never both to one client: it would show each finding twice.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp.delivery import Channel
from keras_lsp.lsp.session import Session

if TYPE_CHECKING:
    from keras_lsp.findings import Finding

SOURCE = "keras-lsp"


class Push:
    """Tells each version of a document, and what changes about it later."""

    def __init__(self, server: LanguageServer, session: Session) -> None:
        self._server, self._session = server, session
        self._told: dict[str, dict[str, tuple[int, str]]] = {}

    def own(self, path: str) -> None:
        self.news(path)

    def news(self, path: str) -> bool:
        told = self._told.pop(path, {})
        news = False
        for uri, version, items in reports_of(self._session, path):
            telling = (version, digest(items))
            if told.pop(uri, None) != telling:
                self._publish(uri, version, items)
                news = True
            self._told.setdefault(path, {})[uri] = telling
        for uri in told:
            # A cell that keeps its address may be one of another notebook by now.
            if (book := self._session.books.of_cell(uri)) is None or book.path == path:
                self._publish(uri, None, [])
        return news or bool(told)

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
        self.answered: dict[str, tuple[int, str]] = {}

    def own(self, path: str) -> None:
        """The client asks after its own changes; but what a cell changes may show in others."""
        if self._session.books.at(path) is not None and self.news(path):
            self.flush()

    def news(self, path: str) -> bool:
        news = False
        for uri, version, items in reports_of(self._session, path):
            before = self.answered.get(uri)
            if before is None or before[0] != version:
                # The client asks by itself.
                continue
            self.answered[uri] = (version, digest(items))
            news = news or self.answered[uri] != before
        return news

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
        uri = params.text_document.uri
        view = session.view(uri)
        reports = reports_of(session, view.snapshot.path) if view is not None else []
        version, items = next(((v, found) for u, v, found in reports if u == uri), (0, []))
        result_id = digest(items)
        channel.answered[uri] = (version, result_id)
        if params.previous_result_id == result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
        return types.RelatedFullDocumentDiagnosticReport(items, result_id=result_id)


def reports_of(session: Session, path: str) -> list[tuple[str, int, list[types.Diagnostic]]]:
    """The documents that are open of a file or a notebook: address, version, diagnostics."""
    snapshot = session.workspace.snapshot(path)
    if snapshot is None:
        return []
    versions = session.documents(path)
    found: dict[str, list[types.Diagnostic]] = {uri: [] for uri in versions}
    for uri, item in _told(session, path, snapshot.findings, snapshot.source.lines):
        found[uri].append(item)
    return [(uri, versions[uri], items) for uri, items in found.items()]


def diagnostics_of(
    session: Session, path: str, findings: Iterable[Finding], lines: Sequence[str]
) -> list[types.Diagnostic]:
    """Findings of a file as the protocol has them."""
    return [item for _, item in _told(session, path, findings, lines)]


def _told(
    session: Session, path: str, findings: Iterable[Finding], lines: Sequence[str]
) -> Iterator[tuple[str, types.Diagnostic]]:
    """Each finding with the document that it is shown in."""
    from keras_lsp.checking import rule_url
    from keras_lsp.findings import Severity

    severities = {
        Severity.ERROR: types.DiagnosticSeverity.Error,
        Severity.WARNING: types.DiagnosticSeverity.Warning,
        Severity.HINT: types.DiagnosticSeverity.Hint,
    }
    for f in findings:
        at = session.location(path, f.span, lines)
        related = [
            types.DiagnosticRelatedInformation(
                session.location(r.path, r.span, lines if r.path == path else None), r.message
            )
            for r in f.related
        ]
        yield (
            at.uri,
            types.Diagnostic(
                range=at.range,
                severity=severities[f.severity],
                code=f.rule,
                code_description=types.CodeDescription(rule_url(f.rule)),
                source=SOURCE,
                message=f.message,
                tags=_tags(f) or None,
                related_information=related or None,
                data={"rule": f.rule, "fixable": bool(f.proposals)},
            ),
        )


def digest(items: list[types.Diagnostic]) -> str:
    """Equal for equal diagnostics, and short."""
    return hashlib.blake2b(repr(items).encode(errors="replace"), digest_size=12).hexdigest()


def _tags(finding: Finding) -> list[types.DiagnosticTag]:
    tags = [types.DiagnosticTag.Unnecessary] if finding.unnecessary else []
    return [*tags, types.DiagnosticTag.Deprecated] if finding.deprecated else tags
