"""Extraction: the statements that make a thing become a function that returns it.

Never learns of Keras; what makes parts is told to it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from keras_lsp.editing.construction import (
    Construction,
    Makers,
    builds_up_throughout,
    construction,
)
from keras_lsp.editing.scopes import (
    FUNCTIONS,
    all_names,
    free_reads,
    is_read,
    local_names,
    scope_of,
)
from keras_lsp.editing.selfmodel import Method, self_name
from keras_lsp.editing.sequence import replaced
from keras_lsp.editing.statements import (
    indentation,
    indented,
    names_bound,
    newline,
    node_span,
    reindented,
    string_lines,
    text_of,
    unit,
    whole_lines,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span

VERBS = ("build", "make", "create")
REFUSED = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
CELLS = ("# %%", "#%%", "# In[")
"""Comments that begin a cell: nothing may slip in front of them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The statements that go into the function, without a gap between them."""

    made: Construction
    nodes: tuple[ast.stmt, ...]
    result: str
    """The local name of what is made."""
    parameters: tuple[str, ...]
    method: Method | None
    """The method whose instance they read."""


def extract(source: Source, binding: Span, parts: Collection[Span]) -> tuple[Edit, ...] | None:
    """``model = Sequential(…)`` and what builds it up become ``model = build_model()``."""
    local = _with_local_name(source, binding, parts)
    if local is None:
        return None
    changed, result = local
    made = construction(changed, Span.at(binding.start), parts)
    piece = _piece(changed, made, parts, result) if made else None
    if piece is None:
        return None
    name = _free_name(changed, piece)
    if name is None:
        return None
    first, last = piece.nodes[0], piece.nodes[-1]
    top, bottom = (whole_lines(changed, n, comments=False) for n in (first, last))
    if top is None or bottom is None:
        return None
    lines = Span(top.start, bottom.end)
    function = _function(changed, piece, lines, name)
    if function is None:
        return None
    node, end = piece.made.located.node, newline(source)
    assert isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
    # In the source itself: there the target may be an attribute.
    start = binding.start
    head, assigns, _ = source.lines[start.line][start.column :].partition("=")
    if not assigns:
        return None
    called = f"{_instance(piece)}{name}({', '.join(piece.parameters)})"
    text = f"{indentation(source, node)}{head.rstrip()} = {called}{end}"
    return (function, replaced(source, lines, text))


def _with_local_name(
    source: Source, binding: Span, parts: Collection[Span]
) -> tuple[Source, str] | None:
    """The source in which what is made has a plain name, and that name."""
    made = construction(source, binding, parts)
    if made is None:
        return None
    if isinstance(made.target, ast.Name):
        return source, made.target.id
    assert isinstance(made.target, ast.Attribute)
    name, wanted = made.target.attr.lstrip("_"), ast.unparse(made.target)
    scope = scope_of(made.located)
    if not name or name in all_names(scope):
        return None
    run = _run(source, made, parts)
    uses = [
        n
        for node in run
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute) and ast.unparse(n) == wanted
    ]
    if any(text_of(source, node_span(source, use)) != wanted for use in uses):
        return None
    return source.edit([Edit(node_span(source, use), name) for use in uses]), name


def _piece(
    source: Source, made: Construction, parts: Collection[Span], result: str
) -> Piece | None:
    scope = scope_of(made.located)
    if isinstance(scope, (ast.ClassDef, ast.Lambda)):
        return None
    for nodes in (_run(source, made, parts), _run(source, made, ())):
        bound = frozenset[str]().union(*map(names_bound, nodes))
        if any(isinstance(n, REFUSED) for node in nodes for n in ast.walk(node)):
            continue
        if any(is_read(scope, name, nodes) for name in bound - {result}):
            continue
        if _reads_early(nodes, bound) or _is_all(scope, nodes, result):
            continue
        read = [name for name in free_reads(nodes) if name not in bound]
        given = _parameters(made, read)
        if given is not None:
            parameters, method = given
            return Piece(made, tuple(nodes), result, parameters, method)
    return None


def _run(source: Source, made: Construction, parts: Collection[Span]) -> list[ast.stmt]:
    """The statements around the binding, as far as they follow each other closely.

    Parts that are made behind it are taken in only where ``parts`` tells them.
    """
    block, index = made.located.block, made.located.index
    first = index
    while first and block[first - 1] in made.before:
        first -= 1
    makers, last = Makers(source, block, parts), index
    for at in range(index + 1, len(block)):
        if builds_up_throughout(block[at], made.target):
            last = at
        elif not parts or makers.value_of(block[at]) is None:
            break
    return block[first : last + 1]


def _reads_early(nodes: Sequence[ast.stmt], bound: frozenset[str]) -> bool:
    """A name is read before the statements bind it themselves."""
    so_far: set[str] = set()
    for node in nodes:
        own = names_bound(node) if isinstance(node, ast.For) else frozenset[str]()
        if (set(free_reads([node])) & bound) - so_far - own:
            return True
        so_far |= names_bound(node)
    return False


def _is_all(scope: ast.AST, nodes: Sequence[ast.stmt], result: str) -> bool:
    """The function around does nothing else: it is a builder already."""
    if not isinstance(scope, FUNCTIONS) or nodes[-1] not in scope.body:
        return False
    at = scope.body.index(nodes[-1]) + 1
    after = scope.body[at] if at < len(scope.body) else None
    value = after.value if isinstance(after, ast.Return) else None
    return isinstance(value, ast.Name) and value.id == result


def _parameters(
    made: Construction, read: Sequence[str]
) -> tuple[tuple[str, ...], Method | None] | None:
    """What is local where the statements stand, and the method whose instance they read."""
    functions = [p for p in made.located.parents if isinstance(p, FUNCTIONS)]
    # What a loop of the module counts with is better handed over than read from afar.
    loops = [p.target for p in made.located.parents if isinstance(p, (ast.For, ast.AsyncFor))]
    local = frozenset[str]().union(*map(local_names, functions), *map(names_bound, loops))
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    given = [name for name in read if name in local]
    if set(given) & imported or {"super", "__class__", "locals"} & set(read):
        return None
    parents = made.located.parents
    method = functions[0] if functions else None
    owner = parents[parents.index(method) - 1] if method else None
    if method is None or not isinstance(owner, ast.ClassDef):
        return tuple(given), None
    me = self_name(method)
    if me is None or me not in given:
        return tuple(given), None
    plain = all(isinstance(b, ast.Name) and b.id == "object" for b in owner.bases)
    if len(functions) > 1 or not plain or owner.keywords:
        return None
    return tuple(name for name in given if name != me), method


def _instance(piece: Piece) -> str:
    return f"{self_name(piece.method)}." if piece.method else ""


def _free_name(source: Source, piece: Piece) -> str | None:
    taken = all_names(source.tree)
    if piece.method is not None:
        taken |= {n.attr for n in ast.walk(source.tree) if isinstance(n, ast.Attribute)}
    names = (f"{verb}_{piece.result.strip('_')}" for verb in VERBS)
    return next((name for name in names if name not in taken), None)


def _function(source: Source, piece: Piece, lines: Span, name: str) -> Edit | None:
    """The new function, in front of the statement of the module that needs it."""
    located = piece.made.located
    outer = [n for n in (*located.parents, located.node) if isinstance(n, ast.stmt)]
    anchor = piece.method or outer[0]
    if anchor is located.node:
        anchor = piece.nodes[0]
    around = whole_lines(source, anchor)
    end, step = newline(source), unit(source)
    if around is None:
        return None
    space = indentation(source, anchor) if piece.method else ""
    protected = [inside for node in piece.nodes for inside in string_lines(node)]
    old = indentation(source, piece.nodes[0])
    body = reindented(source, lines, old, space + step, protected)
    if body is None:
        return None
    me = self_name(piece.method) if piece.method else None
    parameters = ", ".join([*([me] if me else []), *piece.parameters])
    head = indented(f"def {name}({parameters}):", space, end)
    tail = indented(f"{step}return {piece.result}", space, end)
    apart = 1 if piece.method else 2
    at = _behind_marker(source, around)
    above = _blank_lines_above(source, at)
    missing = max(0, apart - above) if at and not _opens_block(source, at) else 0
    return Edit.insert(Position(at, 0), f"{end * missing}{head}{body}{tail}{end * apart}")


def _behind_marker(source: Source, around: Span) -> int:
    at = around.start.line
    for line in range(around.start.line, around.end.line):
        if source.lines[line].startswith(CELLS):
            at = line + 1
        elif not source.lines[line].lstrip().startswith("#"):
            break
    return at


def _blank_lines_above(source: Source, line: int) -> int:
    count = 0
    while count < line and not source.lines[line - 1 - count].strip():
        count += 1
    return count


def _opens_block(source: Source, line: int) -> bool:
    """The line above begins the block, or is the marker of a cell."""
    above = source.lines[line - 1].rstrip()
    return above.endswith(":") or above.startswith(CELLS)
