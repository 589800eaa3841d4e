"""Repair: a tree for a statement that does not parse, by mending the broken lines.

Never moves anything: all lines keep their numbers, so positions stay true.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from keras_lsp.text import split_lines, without_end

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_SCAN = re.compile(r'''"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#.*|[()\[\]{}]|["']''')
_HEADER = re.compile(
    r"\s*(?:async\s+)?(def|class|for|while|if|elif|else|with|try|except|finally|match|case)\b"
)
_OPERATOR = re.compile(r"(?:[=+\-*/%&|^<>~@,]|\b(?:and|or|not|in|is|if|else|return|lambda))\s*$")

TRIES = 24
"""Parses that one broken statement may cost."""


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """What the parser says about a line; ``line`` counts from zero in the statement."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A body, the lines that were changed to get it, and what was wrong with them."""

    body: tuple[ast.stmt, ...]
    broken: tuple[int, ...]
    errors: tuple[SyntaxProblem, ...]


def parse(text: str) -> Mended:
    """The statements of ``text``; broken lines are mended or left out.  Never raises."""
    tree, problem = _try(text)
    if tree is not None:
        return Mended(tuple(tree.body), (), ())
    assert problem is not None
    return _mend(text, problem)


def _try(text: str) -> tuple[ast.Module | None, SyntaxProblem | None]:
    """``ast.parse`` with its many ways to fail brought to one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text), None
    except SyntaxError as error:
        return None, SyntaxProblem(max(0, (error.lineno or 1) - 1), error.msg or "invalid syntax")
    except (ValueError, RecursionError, MemoryError, UnicodeError) as error:
        return None, SyntaxProblem(-1, str(error) or "it is too deeply nested")


def _mend(text: str, problem: SyntaxProblem) -> Mended:
    lines = split_lines(text)
    errors, broken = [problem], set[int]()
    left = TRIES
    while left > 0 and problem.line >= 0:
        row = min(problem.line, len(lines) - 1)
        if "expected an indented block" in problem.message:
            row = _header_above(lines, row)
        best: tuple[int, str, SyntaxProblem] | None = None
        for candidate in _candidates(lines[row]):
            left -= 1
            tree, found = _try("".join((*lines[:row], candidate, *lines[row + 1 :])))
            if tree is not None:
                return Mended(tuple(tree.body), tuple(sorted({*broken, row})), tuple(errors))
            assert found is not None
            if found.line > row and (best is None or found.line > best[0]):
                best = (found.line, candidate, found)
            if left <= 0:
                break
        broken.add(row)
        if best is not None:
            lines[row], problem = best[1], best[2]
        else:
            blank = _end(lines[row])
            if lines[row] == blank:
                break
            lines[row] = blank
            tree, found = _try("".join(lines))
            if tree is not None:
                return Mended(tuple(tree.body), tuple(sorted(broken)), tuple(errors))
            assert found is not None
            problem = found
        errors.append(problem)
    return _recovered(text, errors[:1])


def _candidates(line: str) -> Iterator[str]:
    """Repairs of one line, the most faithful first; its line end stays."""
    end, base = _end(line), without_end(line).rstrip()
    indent = base[: len(base) - len(base.lstrip())]
    if base.endswith("."):
        base += "_"
    elif _OPERATOR.search(base) and not base.endswith(","):
        base += " None"
    closed = base + _closers(base)
    if closed != without_end(line):
        yield closed + end
    if _HEADER.match(line):
        header = closed.rstrip(":").rstrip()
        yield f"{header}: pass{end}"
        yield f"{header}:{end}"
        if match := re.match(r"\s*(?:async\s+)?def\s+\w+", line):
            yield f"{match[0]}(): pass{end}"
        elif match := re.match(r"\s*class\s+\w+", line):
            yield f"{match[0]}: pass{end}"
        yield f"{indent}if 1: pass{end}"
        yield f"{indent}if 1:{end}"
    yield f"{indent}pass{end}"


def _closers(line: str) -> str:
    """What would close the brackets and the string that the line leaves open."""
    stack: list[str] = []
    for token in _SCAN.findall(line):
        if token in _CLOSERS:
            stack.append(_CLOSERS[token])
        elif stack and token == stack[-1]:
            stack.pop()
        elif token in ('"', "'", '"""', "'''"):
            stack.append(token)
            break
    return "".join(reversed(stack))


def _header_above(lines: list[str], row: int) -> int:
    """The header whose block is missing: the last line with code above ``row``."""
    at = row - 1
    while at > 0 and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
        at -= 1
    return max(at, 0)


def _end(line: str) -> str:
    return line[len(without_end(line)) :]


def _recovered(text: str, errors: list[SyntaxProblem]) -> Mended:
    """Broken in several places: parso keeps the statements that are whole."""
    every = tuple(range(max(1, len(split_lines(text)))))
    if len(text) > 1_000_000 or errors[0].line < 0:
        return Mended((), every, tuple(errors))
    import parso

    body: list[ast.stmt] = []
    try:
        for node in parso.parse(text).children:  # type: ignore[no-untyped-call]
            if node.type in ("error_node", "error_leaf", "endmarker"):
                continue
            tree, _ = _try(node.get_code(include_prefix=False))
            for statement in tree.body if tree else ():
                ast.increment_lineno(statement, node.start_pos[0] - 1)
                body.append(statement)
    except (RecursionError, MemoryError, ValueError):
        body = []
    kept = {n for s in body for n in range(s.lineno - 1, s.end_lineno or s.lineno)}
    return Mended(tuple(body), tuple(n for n in every if n not in kept), tuple(errors))
