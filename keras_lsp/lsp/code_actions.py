"""Code actions: quick fixes, fix all, refactorings; their edits are made when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp import convert
from keras_lsp.lsp.diagnostics import diagnostics_of
from keras_lsp.lsp.session import Session, session_of
from keras_lsp.text import Edit

if TYPE_CHECKING:
    from keras_lsp.lsp.views import View
    from keras_lsp.service.snapshot import Action

FIX_ALL = "source.fixAll.keras-lsp"
QUICK_FIX = types.CodeActionKind.QuickFix.value
REFACTOR = types.CodeActionKind.Refactor.value


class ContentModified(JsonRpcException):
    """The document has moved on since the action was offered."""

    CODE = types.LSPErrorCodes.ContentModified.value
    MESSAGE = "the document has changed since this was offered"


class NotOffered(JsonRpcException):
    """The edit would do harm after all."""

    CODE = types.LSPErrorCodes.RequestFailed.value
    MESSAGE = "there is nothing to be changed"


def register(server: LanguageServer) -> None:
    options = types.CodeActionOptions(
        code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.Refactor, FIX_ALL],
        resolve_provider=True,
    )

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    def code_actions(ls: LanguageServer, params: types.CodeActionParams) -> list[types.CodeAction]:
        session = session_of(ls)
        view = session.view(params.text_document.uri)
        if view is None:
            return []
        if not session.resolves_edits and (place := _to_be_applied(view, params)) is not None:
            fixes = view.snapshot.quick_fixes(view.span_in(place))
            return [_offered(session, view, fix) for fix in fixes if fix.preferred][:1]
        wanted = [str(getattr(k, "value", k)) for k in params.context.only or ()]
        return [
            _offered(session, view, action)
            for action in _actions(session, view, params)
            if not wanted or any(_within(action.kind, kind) for kind in wanted)
        ]

    @server.feature(types.CODE_ACTION_RESOLVE)
    def resolve(ls: LanguageServer, action: types.CodeAction) -> types.CodeAction:
        data: Any = action.data
        if action.edit is not None or not isinstance(data, dict) or "uri" not in data:
            return action
        try:
            action.edit = _resolved(session_of(ls), data)
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            raise JsonRpcInvalidParams("this was never offered") from problem
        return action


def _resolved(session: Session, data: dict[str, Any]) -> types.WorkspaceEdit:
    """The edit of an action that was offered for the present text."""
    view = session.view(data["uri"])
    if view is None or view.snapshot.version != data["version"]:
        raise ContentModified
    snapshot = view.snapshot
    if data["all"]:
        edits = snapshot.all_of(data["all"])
    else:
        lines = snapshot.source.lines
        edits = tuple(
            Edit(convert.span_in(lines, _range(e["range"]), session.encoding), e["new"])
            for e in data["edits"]
        )
    objection = "" if data["tried"] else snapshot.objection(edits, str(data["callsOf"]))
    if objection or not edits:
        raise NotOffered(objection or None)
    edit = _workspace_edit(session, view, edits)
    if edit is None:
        raise NotOffered
    return edit


def _actions(session: Session, view: View, params: types.CodeActionParams) -> list[Action]:
    snapshot, span = view.snapshot, view.span_in(params.range)
    only = [str(getattr(k, "value", k)) for k in params.context.only or ()]
    actions = snapshot.quick_fixes(span) if not only or QUICK_FIX in only else []
    if not only or any(_within(kind, REFACTOR) for kind in only):
        known = {action.edits for action in actions}
        actions += [
            action
            for action in snapshot.refactorings(span)
            if action.edits not in known
            # Who cannot ask for the edit later gets it tried now.
            and (session.resolves_edits or not snapshot.objection(action.edits, action.calls_of))
        ]
    if any(_within(FIX_ALL, kind) for kind in only):
        actions += snapshot.fix_all()
    return actions


def _to_be_applied(view: View, params: types.CodeActionParams) -> types.Range | None:
    """Where the one diagnostic is that Kate's *Quick Fix* asks about.

    Kate asks so for the whole document, and applies everything that it is offered, one after
    the other (seen in 22.12): ways to ignore the finding and refactorings, too.
    """
    start, end = params.range.start, params.range.end
    last = len(view.snapshot.source.lines) - 1
    whole = (start.line, start.character) == (0, 0) and end.line >= last > 0
    if not whole or len(params.context.diagnostics) != 1:
        return None
    place = params.context.diagnostics[0].range
    return place if place != params.range else None


def _within(kind: str, wanted: str) -> bool:
    return kind == wanted or kind.startswith(f"{wanted}.")


def _offered(session: Session, view: View, action: Action) -> types.CodeAction:
    snapshot = view.snapshot
    lines = snapshot.source.lines
    diagnostics = (
        diagnostics_of(session, snapshot.path, (action.finding,), lines) if action.finding else None
    )
    offered = types.CodeAction(
        title=action.title,
        kind=action.kind,
        diagnostics=diagnostics,
        is_preferred=action.preferred or None,
    )
    if session.resolves_edits:
        offered.data = {
            "uri": view.uri,
            "version": snapshot.version,
            "tried": action.tried,
            "all": action.all_of,
            "callsOf": action.calls_of,
            "edits": [
                {
                    "range": _plain(convert.range_out(lines, e.span, session.encoding)),
                    "new": e.content,
                }
                for e in action.edits
            ],
        }
    else:
        edits = snapshot.all_of(action.all_of) if action.all_of else action.edits
        offered.edit = _workspace_edit(session, view, edits)
    return offered


def _plain(range: types.Range) -> list[int]:
    return [range.start.line, range.start.character, range.end.line, range.end.character]


def _range(plain: list[int]) -> types.Range:
    a, b, c, d = plain
    return types.Range(types.Position(a, b), types.Position(c, d))


def _workspace_edit(
    session: Session, view: View, edits: tuple[Edit, ...]
) -> types.WorkspaceEdit | None:
    """The edits by document; ``None`` where documents cannot take them."""
    made = view.edits_out(edits)
    if made is None:
        return None
    if session.takes_document_changes:
        return types.WorkspaceEdit(document_changes=made)
    changes = {
        m.text_document.uri: [e for e in m.edits if isinstance(e, types.TextEdit)] for m in made
    }
    return types.WorkspaceEdit(changes=dict(changes))
