"""Open calls: whose arguments are being typed at a position, told by the text before it.

Never asks a parser: a call that is being typed seldom parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from keras_lsp.syntax import Source
from keras_lsp.text import Position, Span

_FARTHEST = 300
"""Lines of a statement that are looked at; only whole functions are longer."""
_HEADER = re.compile(r"\s*(?:async\s+def|def|class)\b")
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>(?i:[rbfu]{0,2})(?P<quote>\"\"\"|'''|"|'))
    |(?P<name>[^\W\d]\w*(?:[ \t]*\.[ \t]*[^\W\d]\w*)*)
    |(?P<open>[\[({])
    |(?P<close>[\])}])
    |(?P<comma>,)
    |(?P<equals>(?<![=!<>:])=(?!=))
    |(?P<colon>:)
    |(?P<other>\S)""",
    re.VERBOSE,
)
_NO_CALL = frozenset({"def", "class"})
_WORDS = frozenset(
    {"if", "elif", "while", "for", "in", "not", "and", "or", "return", "yield", "assert", "lambda",
     "print", "is", "with", "as", "else", "del", "raise", "except", "await", "from", "import"}
)  # fmt: skip
"""Words before a parenthesis that are no callees."""


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call at a position, and the argument that is being typed there."""

    callee: str
    """The dotted text before the parenthesis, ``.fit`` where what is before the dot is no name."""
    index: int
    """How many arguments stand before the one that is being typed."""
    keyword: str
    """The keyword of the argument that is being typed, else ``""``."""
    keywords: frozenset[str]
    """The keywords of the arguments before it."""
    direct: bool
    """Nothing but a name, or a string, has been typed of the argument."""
    string: Span | None
    """What has been typed of a string, if the position is in one."""
    key: bool = False
    """It is in a dict, before the colon."""
    around: tuple[str, ...] = ()
    """The callees of the calls that it is an argument of, the outermost first."""


@dataclass(slots=True)
class _Bracket:
    sign: str
    callee: str
    index: int = 0
    keyword: str = ""
    keywords: set[str] = field(default_factory=set)
    parts: int = 0
    """Tokens of the argument so far, its keyword not among them."""
    name: str = ""
    """The last token, if it is a name; ``)`` for the end of another expression, ``.`` behind it."""
    before_colon: bool = True


def call_at(source: Source, position: Position) -> OpenCall | None:
    """The innermost call that is open at a position; ``None`` where no call is."""
    if position.line >= len(source.lines):
        return None
    start = _start(source, position)
    lines = source.lines[start : position.line]
    text = "".join(lines) + source.lines[position.line][: position.column]
    stack = [_Bracket("", "")]
    string: str | None = None
    for token, value in _tokens(text):
        string = value if token == "unclosed" else None
        if token != "comment":
            _step(stack, token, value)
    calls = [b for b in stack if b.callee]
    if not calls:
        return None
    call, top = calls[-1], stack[-1]
    typed = None
    if string is not None and "\n" not in string:
        begins = position.column - len(string)
        typed = Span.of(position.line, begins, position.line, position.column)
    direct = call is top and call.parts == (1 if call.name or typed else 0)
    return OpenCall(
        call.callee,
        call.index,
        call.keyword,
        frozenset(call.keywords - {call.keyword}),
        direct,
        typed,
        key=top.sign == "{" and top.before_colon,
        around=tuple(b.callee for b in calls[:-1]),
    )


def _start(source: Source, position: Position) -> int:
    """The line from which the text is looked at."""
    start = source.start_of(source.statement_at(position.line))
    if position.line - start <= _FARTHEST:
        return start
    for line in range(position.line, position.line - _FARTHEST, -1):
        if _HEADER.match(source.lines[line]):
            return line
    return position.line


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The tokens of a text; of a string that does not end, what has been typed of it."""
    at = 0
    while (match := _TOKEN.search(text, at)) is not None:
        at = match.end()
        kind = match.lastgroup or ""
        if kind != "string" and match["string"] is None:
            yield kind, match[0]
            continue
        quote = match["quote"]
        end = _end_of_string(text, at, quote)
        if end is None:
            yield "unclosed", text[at:]
            return
        at = end
        yield "string", ""


def _end_of_string(text: str, start: int, quote: str) -> int | None:
    """Behind the string; at the end of the line where a plain one is left open before."""
    at = start
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith(quote, at):
            return at + len(quote)
        elif text[at] == "\n" and len(quote) == 1:
            return at
        else:
            at += 1
    return None


def _step(stack: list[_Bracket], token: str, value: str) -> None:
    top = stack[-1]
    if token == "open":
        callee = top.name if value == "(" else ""
        top.parts += 1
        top.name = ""
        stack.append(_Bracket(value, callee))
    elif token == "close":
        if len(stack) > 1:
            stack.pop()
        stack[-1].name = ")"
    elif token == "comma":
        top.index += 1
        top.keyword, top.parts, top.name, top.before_colon = "", 0, "", True
    elif token == "equals" and top.name and top.parts == 1 and "." not in top.name:
        top.keyword = top.name
        top.keywords.add(top.name)
        top.parts, top.name = 0, ""
    elif token == "name":
        name = re.sub(r"\s", "", value)
        if top.name == ".":
            # ``….fit``: what stands before is no name.
            name = f".{name}"
        elif top.name in _NO_CALL:
            name = ""
        top.parts += 1
        top.name = "" if name in _WORDS else name
    else:
        top.parts += 1
        top.before_colon = top.before_colon and token != "colon"
        goes_on = value == "." and top.name == ")"
        top.name = "." if goes_on else ")" if token == "string" else ""
