"""Sequences: a list of things given at once, or added one by one.

Never learns of Keras; ``model = Sequential([a, b])`` is a call with a list.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from keras_lsp.editing.layout import Gap, expression, gap, joined, tail, with_comment
from keras_lsp.editing.statements import (
    Located,
    indentation,
    locate,
    newline,
    node_span,
    text_of,
    unit,
    whole_lines,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span


@dataclass(frozen=True, slots=True)
class Items:
    """A statement that binds the result of a call, and the things that are put into it."""

    located: Located
    target: ast.expr
    call: ast.Call
    values: tuple[ast.expr, ...]
    before: tuple[tuple[str, ...], ...]
    """The comments on lines of their own above each, and at last below all."""
    behind: tuple[str, ...]
    """The comment at the end of the line of each."""
    opening: str
    """The comment at the end of the first line."""
    closing: str
    """The one behind the whole call, where it has more than one line."""
    rest: str
    """The text of the other arguments, without what separates them."""
    lines: Span
    """The lines of all of it."""


def as_list(source: Source, statement: Span) -> tuple[Edit, ...] | None:
    """``model = Sequential()`` and ``model.add(a)`` lines become ``Sequential([a])``."""
    items = added(source, statement)
    if items is None:
        return None
    space, end = indentation(source, items.located.node), newline(source)
    inner = space + unit(source)
    head = text_of(source, Span(node_span(source, items.located.node).start, _open(source, items)))
    text = joined([with_comment(f"{head}([", items.opening)], space, end)
    for value, above, comment in zip(items.values, items.before, items.behind, strict=False):
        line = with_comment(f"{expression(source, value, inner)},", comment)
        text += joined((*above, line), inner, end)
    text += joined(items.before[-1], inner, end)
    rest = f", {items.rest}" if items.rest else ""
    text += joined([f"]{rest})"], space, end)
    return (replaced(source, items.lines, text),)


def as_calls(source: Source, statement: Span) -> tuple[Edit, ...] | None:
    """``model = Sequential([a])`` becomes ``model = Sequential()`` and ``model.add(a)``."""
    items = listed(source, statement)
    if items is None:
        return None
    space, end = indentation(source, items.located.node), newline(source)
    name = text_of(source, node_span(source, items.target))
    head = text_of(source, Span(node_span(source, items.located.node).start, _open(source, items)))
    opening = items.opening or items.closing
    text = joined([with_comment(f"{head}({items.rest})", opening)], space, end)
    behind = list(items.behind)
    if items.opening and items.closing:
        behind[-1] = f"{behind[-1]}  {items.closing}".strip()
    for value, above, comment in zip(items.values, items.before, behind, strict=False):
        line = with_comment(f"{name}.add({expression(source, value, space)})", comment)
        text += joined((*above, line), space, end)
    text += joined(items.before[-1], space, end)
    return (replaced(source, items.lines, text),)


def listed(source: Source, statement: Span) -> Items | None:
    """The items of ``model = Sequential([a, b])``; ``None`` where they cannot be told apart."""
    bound = _bound_call(source, statement)
    if bound is None:
        return None
    located, target, call = bound
    lines = whole_lines(source, located.node, comments=False)
    given = [*call.args, *(k.value for k in call.keywords)]
    if lines is None or len(call.args) > 1 or not given or not isinstance(given[0], ast.List):
        return None
    if any(k.arg is None or (n and k.arg == "layers") for n, k in enumerate(call.keywords)):
        return None
    if not call.args and call.keywords[0].arg != "layers":
        return None
    values = given[0].elts
    if not values or any(isinstance(v, ast.Starred) or _reads(v, target) for v in values):
        return None
    list_span, whole = node_span(source, given[0]), node_span(source, call)
    opened = gap(source, node_span(source, call.func).end, list_span.start)
    if opened.code not in ("(", "(layers=") or opened.trailing or any(opened.lines):
        return None
    rest = _rest(source, Span(list_span.end, whole.end), given[1:])
    gaps = _gaps(source, list_span, values)
    if rest is None or gaps is None:
        return None
    behind = [g.trailing for g in gaps]
    closing = tail(source, located.node)
    before = (*(g.lines for g in gaps[:-1]), tuple(filter(None, gaps[-1].lines)))
    return Items(
        located=located,
        target=target,
        call=call,
        values=tuple(values),
        before=before,
        behind=tuple(behind[1:]),
        opening=behind[0],
        closing=closing,
        rest=rest,
        lines=lines,
    )


def added(source: Source, statement: Span) -> Items | None:
    """The items of ``model = Sequential()`` and the ``model.add(a)`` lines right below it."""
    bound = _bound_call(source, statement)
    if bound is None:
        return None
    located, target, call = bound
    lines = whole_lines(source, located.node, comments=False)
    if lines is None or call.args or any(k.arg in (None, "layers") for k in call.keywords):
        return None
    values, before, behind = [], [], []
    at = node_span(source, located.node).end
    for node in located.block[located.index + 1 :]:
        value = _added(node, target)
        own = whole_lines(source, node, comments=False)
        if value is None or own is None or _reads(value, target):
            break
        between = gap(source, at, node_span(source, node).start)
        assert isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        start, end = node_span(source, value).start, node_span(source, value).end
        opened = gap(source, node_span(source, node.value.func).end, start)
        closed = gap(source, end, node_span(source, node).end)
        if opened.code != "(" or closed.code not in (")", ",)"):
            return None
        if opened.trailing or closed.trailing or any((*opened.lines, *closed.lines)):
            return None
        values.append(value)
        before.append(between.lines)
        behind.append(tail(source, node))
        lines = Span(lines.start, own.end)
        at = node_span(source, node).end
    whole = node_span(source, call)
    given = [k.value for k in call.keywords]
    rest = _rest(source, Span(node_span(source, call.func).end, whole.end), given, "(")
    if not values or rest is None:
        return None
    opening = tail(source, located.node)
    before.append(())
    return Items(
        located=located,
        target=target,
        call=call,
        values=tuple(values),
        before=tuple(before),
        behind=tuple(behind),
        opening=opening,
        closing="",
        rest=rest,
        lines=lines,
    )


def _bound_call(source: Source, statement: Span) -> tuple[Located, ast.expr, ast.Call] | None:
    """A statement that binds one name or attribute to what a call returns."""
    located = locate(source, statement)
    node = located.node if located else None
    if located is None or not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return None
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    target = targets[0]
    if isinstance(target, ast.Attribute) and not isinstance(target.value, ast.Name):
        return None
    if len(targets) != 1 or not isinstance(target, (ast.Name, ast.Attribute)):
        return None
    ends = isinstance(node.value, ast.Call) and (
        node_span(source, node.value).end == node_span(source, node).end
    )
    # Else the call stands in brackets of its own.
    return (located, target, node.value) if ends and isinstance(node.value, ast.Call) else None


def _added(node: ast.stmt, target: ast.expr) -> ast.expr | None:
    """``a`` of the statement ``model.add(a)``."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr != "add" or ast.unparse(call.func.value) != ast.unparse(target):
        return None
    plain = len(call.args) == 1 and not call.keywords
    single = (ast.Starred, ast.GeneratorExp)
    return call.args[0] if plain and not isinstance(call.args[0], single) else None


def _gaps(source: Source, whole: Span, values: list[ast.expr]) -> list[Gap] | None:
    """What stands in front of, between and behind the elements of a list."""
    spans = [node_span(source, v) for v in values]
    starts = [whole.start, *(s.end for s in spans)]
    ends = [*(s.start for s in spans), whole.end]
    gaps = [gap(source, a, b) for a, b in zip(starts, ends, strict=True)]
    allowed = [("[",), *[(",",)] * (len(values) - 1), ("]", ",]")]
    if any(g.code not in codes for g, codes in zip(gaps, allowed, strict=True)):
        return None
    return gaps


def _rest(source: Source, span: Span, given: list[ast.expr], opening: str = "") -> str | None:
    """The text of further arguments, up to the end of the call; ``None`` with comments in it."""
    text = text_of(source, span).strip()
    if "#" in text or not text.endswith(")"):
        return None
    inside = text.removeprefix(opening).removesuffix(")").strip().strip(",").strip()
    if bool(inside) != bool(given):
        return None
    return " ".join(line.strip() for line in inside.splitlines()) if "\n" in inside else inside


def _reads(value: ast.expr, target: ast.expr) -> bool:
    wanted = ast.unparse(target)
    return any(
        isinstance(n, (ast.Name, ast.Attribute)) and ast.unparse(n) == wanted
        for n in ast.walk(value)
    )


def _open(source: Source, items: Items) -> Position:
    return node_span(source, items.call.func).end


def replaced(source: Source, lines: Span, text: str) -> Edit:
    """Whole lines replaced; the last line of a file may lack its end."""
    last = source.lines[-1] if source.lines else ""
    if lines.end.line >= len(source.lines) and not last.endswith(("\n", "\r")):
        text = text.removesuffix(newline(source))
    return Edit(lines, text)
