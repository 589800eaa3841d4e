"""Calls: add, rename and remove arguments.

Never learns what a call does.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from keras_lsp.editing.statements import delete, locate, newline, node_span, text_of
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit, Position, Span


def call_at(source: Source, span: Span) -> ast.Call | None:
    """The call expression that has exactly this span."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.lineno - 1 == span.start.line:
            if node_span(source, node) == span:
                return node
    return None


def add_keyword(source: Source, call: Span, name: str, value: str) -> tuple[Edit, ...] | None:
    """A keyword argument behind the last one, on a line of its own where they have one."""
    node = call_at(source, call)
    if node is None:
        return None
    arguments = [*node.args, *(k.value for k in node.keywords)]
    if not arguments:
        end = node_span(source, node).end
        return (Edit.insert(Position(end.line, end.column - 1), f"{name}={value}"),)
    last = max(arguments, key=lambda a: (a.end_lineno or 0, a.end_col_offset or 0))
    end = node_span(source, last).end
    line = source.lines[last.lineno - 1]
    space = line[: len(line) - len(line.lstrip())]
    apart = last.lineno > node.lineno and len(arguments) > 0
    separator = f",{newline(source)}{space}" if apart else ", "
    return (Edit.insert(end, f"{separator}{name}={value}"),)


def rename_keyword(source: Source, value: Span, old: str, new: str) -> tuple[Edit, ...] | None:
    """``old=value`` becomes ``new=value``; ``value`` is the span of the value."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword) and node.arg == old:
            if node_span(source, node.value) == value:
                start = node_span(source, node).start
                return (Edit(Span(start, Position(start.line, start.column + len(old))), new),)
    return None


def argument_span(source: Source, call: Span, name: str, position: int) -> Span | None:
    """Where the value of an argument stands, by keyword or by position."""
    node = call_at(source, call)
    if node is None:
        return None
    for keyword in node.keywords:
        if keyword.arg == name:
            return node_span(source, keyword.value)
    plain = not any(isinstance(a, ast.Starred) for a in node.args)
    if plain and position < len(node.args):
        return node_span(source, node.args[position])
    return None


def is_one_line(span: Span) -> bool:
    return span.start.line == span.end.line


@dataclass(frozen=True, slots=True)
class Handover:
    """A call that is to go to another callee with other parameters."""

    call: Span
    arguments: tuple[tuple[str, Place], ...]
    """Keyword or position of each argument, and where its value stands."""
    old: tuple[str, ...]
    """The parameters of the former callee, in order."""
    taken: frozenset[str]
    """The parameters of the new one."""
    dropped: frozenset[str]
    """Keywords that need not reach it."""


def handed_over(source: Source, named: Handover, renamed: Mapping[str, str]) -> list[Edit] | None:
    """What stood at a position gets its name; ``None`` where an argument finds no place."""
    node = call_at(source, named.call)
    if node is None:
        return None
    edits: list[Edit] = []
    for name, place in named.arguments:
        span = source.span(place)
        if name.isdigit():
            keyword = named.old[int(name)] if int(name) < len(named.old) else ""
            if int(name) and keyword not in named.taken:
                return None
            edits += [Edit.insert(span.start, f"{keyword}=")] if int(name) else []
        elif name in renamed:
            edits += rename_keyword(source, span, name, renamed[name]) or ()
        elif name in named.dropped:
            removed = without_keyword(source, node, name)
            if removed is None:
                return None
            edits.append(removed)
        elif name not in named.taken:
            return None
    return edits


def without_keyword(source: Source, call: ast.Call, name: str) -> Edit | None:
    """Take a keyword argument out, with the comma that goes with it."""
    arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    spans = sorted(node_span(source, a) for a in arguments)
    found = next((k for k in call.keywords if k.arg == name), None)
    if found is None:
        return None
    span = node_span(source, found)
    at = spans.index(span)
    if at:
        removed = Span(spans[at - 1].end, span.end)
    elif len(spans) > 1:
        removed = Span(span.start, spans[1].start)
    else:
        end = node_span(source, call).end
        removed = Span(node_span(source, call.func).end, end)
        inside = text_of(source, removed).replace(text_of(source, span), "", 1)
        return Edit(removed, "()") if set(inside) <= set("(), \t\r\n") else None
    around = text_of(source, removed).replace(text_of(source, span), "", 1)
    # A comment would go with it, a bracket would stay alone.
    return Edit.delete(removed) if set(around) <= set(", \t\r\n") else None


def replace_string(place: Place, old: str, new: str, source: Source) -> tuple[Edit, ...] | None:
    """A string that stands at a place, or in a display there, with another text."""
    whole = source.span(place)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and node.value == old and isinstance(node.value, str):
            span = node_span(source, node)
            written = text_of(source, span)
            if whole.start <= span.start and span.end <= whole.end:
                if written[1:-1] == old:
                    return (Edit(span, f"{written[0]}{new}{written[0]}"),)
    return None


def call_name(place: Place, name: str, source: Source) -> tuple[Edit, ...] | None:
    """Parentheses behind a class that stands at a place, or in a display there."""
    whole = source.span(place)
    for node in ast.walk(source.tree):
        last = getattr(node, "id", None) or getattr(node, "attr", None)
        if last == name and isinstance(node, (ast.Name, ast.Attribute)):
            span = node_span(source, node)
            called = text_of(source, Span(span.end, whole.end)).lstrip().startswith("(")
            if whole.start <= span.start and span.end <= whole.end and not called:
                return (Edit.insert(span.end, "()"),)
    return None


def rewrite_call(function: Place, pattern: str, source: Source) -> tuple[Edit, ...] | None:
    """``f(x)`` becomes ``tuple(x.shape)``, if it has as many plain arguments as the pattern.

    The place is that of ``f`` or of the whole call.
    """
    span = source.span(function)
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        if span in (node_span(source, node.func), node_span(source, node)):
            edit = _rewritten(source, node, pattern)
            return (edit,) if edit is not None else None
    return None


def rewrite_calls(
    statement: Place, bound: str, pattern: str, source: Source
) -> tuple[Edit, ...] | None:
    """Every call of an imported function written as `rewrite_call` does, and no import of it left.

    ``None`` where the function is used otherwise.
    """
    span = source.span(statement)
    nodes = list(ast.walk(source.tree))
    called = [n for n in nodes if isinstance(n, ast.Call) and _is_name(n.func, bound)]
    edits = [_rewritten(source, call, pattern) for call in called]
    whole = [edit for edit in edits if edit is not None]
    nested = any(_is_name(n, bound) for c in called for a in c.args for n in ast.walk(a))
    if nested or len(whole) != sum(_is_name(n, bound) for n in nodes):
        return None
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node_span(source, node) == span:
            rest = [a for a in node.names if (a.asname or a.name) != bound]
            names = ", ".join(f"{a.name} as {a.asname}" if a.asname else a.name for a in rest)
            located = locate(source, span)
            if rest and "#" not in text_of(source, span):
                return (Edit(span, f"from {node.module} import {names}"), *whole)
            removed = delete(source, located) if located is not None and not rest else None
            return (*removed, *whole) if removed is not None else None
    return None


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _rewritten(source: Source, call: ast.Call, pattern: str) -> Edit | None:
    wanted = {field for _, field, _, _ in Formatter().parse(pattern) if field}
    starred = any(isinstance(a, ast.Starred) for a in call.args)
    if len(call.args) != len(wanted) or call.keywords or starred:
        return None
    first, *others = (text_of(source, node_span(source, a)) for a in call.args)
    simple = isinstance(call.args[0], (ast.Name, ast.Attribute, ast.Call, ast.Subscript))
    return Edit(node_span(source, call), pattern.format(first if simple else f"({first})", *others))


def replace_name(place: Place, new: str, source: Source) -> tuple[Edit, ...]:
    """What stands at a place, written otherwise."""
    return (Edit(source.span(place), new),)


def with_default(
    function: Place, name: str, position: int, value: str, source: Source
) -> tuple[Edit, ...] | None:
    """What is called at a place gets an argument that was a default so far, if it has none."""
    span = source.span(function)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node_span(source, node.func) == span:
            spread = any(isinstance(a, ast.Starred) for a in node.args)
            if spread or any(k.arg is None for k in node.keywords):
                return None
            if len(node.args) > position or any(k.arg == name for k in node.keywords):
                return ()
            return add_keyword(source, node_span(source, node), name, value)
    return None


def insert_behind(place: Place, text: str, source: Source) -> tuple[Edit, ...]:
    """What stands at a place, with something behind it."""
    return (Edit.insert(source.span(place).end, text),)


def as_tuples(lists: Sequence[Place], source: Source) -> tuple[Edit, ...] | None:
    """List displays written as tuples, where all stand in this file."""
    edits: list[Edit] = []
    if not all(source.has(place.statement) for place in lists):
        return None
    for span in map(source.span, lists):
        text = text_of(source, span)
        if not (text.startswith("[") and text.endswith("]")):
            return None
        last = Position(span.end.line, span.end.column - 1)
        edits.append(Edit(Span(span.start, Position(span.start.line, span.start.column + 1)), "("))
        edits.append(Edit(Span(last, span.end), ",)" if _is_single(text) else ")"))
    return tuple(edits)


def _is_single(display: str) -> bool:
    """Whether a display of one item ends without a comma, by which a tuple would be none."""
    node = ast.parse(display, mode="eval").body
    alone = isinstance(node, ast.List) and len(node.elts) == 1
    return alone and not display[:-1].rstrip().endswith(",")


def as_generator(place: Place, source: Source) -> tuple[Edit, ...]:
    """A generator that gives what the iterator at a place gives."""
    span = source.span(place)
    return Edit.insert(span.start, "(batch for batch in "), Edit.insert(span.end, ")")
