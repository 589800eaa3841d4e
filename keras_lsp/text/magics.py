"""Magics: a notebook's cell as plain Python of the same lines and columns, and back.

Never runs a cell.  What is no Python becomes inert and stays legible in a comment
behind ``#:``, from which `restored` makes the very line again.
"""

from __future__ import annotations

import re
import warnings

from keras_lsp.text.lines import split_lines, without_end

_SUSPICIOUS = re.compile(
    r"^\s*(?:[%!?]|(?:pip|conda|ls|cd|pwd|mkdir|cat|cp|mv|rm)\s)|=\s*[%!]|\?\s*$", re.MULTILINE
)
_TIMING = r"%(?:time|timeit|prun|memit)\s+(?:-\w+\s*\d*\s+)*"
_TIMED = re.compile(rf"(?P<space>\s*)(?P<magic>{_TIMING})(?P<rest>\S.*)")
_TIMED_VALUE = re.compile(rf"(?P<target>\s*[\w.,\s\[\]*]+=)\s(?P<magic>{_TIMING})(?P<rest>\S.*)")
_ASSIGNED = re.compile(r"(?P<target>\s*[\w.,\s]+=\s*)(?P<rest>[!%].*)")
_NAMING = re.compile(r"(?P<space>\s*)(?P<rest>%(?:run|store|pylab|load_ext|reset)\b.*)")
_LINE_MAGIC = re.compile(r"(?P<space>\s*)(?P<rest>[%!?].*)")
_HELP = re.compile(r"(?P<space>\s*)(?P<rest>[\w.]+\?{1,2}\s*)")
_SHELL = re.compile(
    r"(?P<space>\s*)(?P<rest>(?:pip|conda|ls|cd|pwd|mkdir|cat|cp|mv|rm)"
    r"\s+[-\w./~*]+(?:\s+[-\w./~*=<>]+)*\s*)"
)
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\S*)")
_PYTHON_BODY = frozenset({"capture", "memit", "prun", "python3", "time", "timeit"})
_OTHER_BODY = re.compile(
    r"!|HTML|R|SVG|bash|bigquery|cmd|cython|file|html|javascript|js|latex|markdown|perl|pypy"
    r"|python2|ruby|script|sh|sql|svg|sx|system|writefile"
)

_NAMES = "from get_ipython import *"
"""A star import of something unknown: it may bind any name."""
_UNKNOWN = "get_ipython()"

_WHOLE = re.compile(rf"(?P<space>\s*)(?:pass|{re.escape(_NAMES)})  #: (?P<raw>.*)")
_COMMENT = re.compile(r"#: (?P<raw>.*)")
_MORE = r"(?P<more>  # keras-lsp:.*)?"
_AFTER_PASS = re.compile(rf"(?P<space>\s*)pass *; (?P<rest>.*)  #: (?P<magic>%.*?){_MORE}")
_AFTER_TARGET = re.compile(rf"(?P<target>.*?=) {{6,}}(?P<rest>.*)  #: = (?P<magic>%.*?){_MORE}")
_VALUE = re.compile(rf"(?P<target>.*?=\s*){re.escape(_UNKNOWN)}  #: (?P<raw>[!%].*)")

_STRING = re.compile(
    r"""(?P<mark>'''|\"{3})(?:\\.|(?!(?P=mark)).)*(?P<end>(?P=mark)|\Z)"""
    r"""|"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?|\#[^\r\n]*""",
    re.DOTALL,
)
_CLOSED = re.compile(r"""(?P<raw>.*?)(?P<mark>'''|\"{3})  #: (?P<filler> ?)(?P=mark)""")

_BRACKET = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\#.*|([(\[{])|([)\]}])""")


def plain_python(text: str) -> str:
    """A cell with all that is no Python made inert; lines and columns stay."""
    return _closed(_without_magics(text))


def _closed(text: str) -> str:
    """No string reaches into the next cell."""
    if "'''" not in text and '"""' not in text:
        return text
    for token in _STRING.finditer(text):
        if token["end"] == "":
            body = text.rstrip("\r\n")
            filler = " " if body.endswith(("\\", token["mark"][0])) else ""
            return f"{body}{filler}{token['mark']}  #: {filler}{token['mark']}{text[len(body) :]}"
    return text


def _without_magics(text: str) -> str:
    if not _SUSPICIOUS.search(text) or _parses(text):
        return text
    lines = split_lines(text)
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    magic = _CELL_MAGIC.match(lines[first])
    if magic is not None:
        if not _is_python(magic["name"], "".join(lines[first + 1 :])):
            return "".join(f"#: {line}" if line.strip() else line for line in lines)
        lines[first] = f"#: {lines[first]}"
        if _parses("".join(lines)):
            return "".join(lines)
    out: list[str] = []
    continued, depth = False, 0
    for line in lines:
        body = without_end(line)
        if continued:
            continued = body.endswith("\\")
            out.append(f"#: {line}" if body.strip() else line)
            continue
        plain = body if depth else _plain_line(body)
        continued = plain != body and body.endswith("\\")
        depth = max(0, depth + _opened(plain))
        out.append(plain + line[len(body) :])
    return "".join(out)


def traces(text: str, plain: str) -> frozenset[str]:
    """What stands in the comments that `plain_python` made in a cell."""
    found: set[str] = set()
    for before, after in zip(split_lines(text), split_lines(plain), strict=True):
        line, was = without_end(after), without_end(before)
        if line != was:
            found.add(_trace(line))
            line = _opened_again(line)
        if line != was:
            found.add(_trace(line))
    return frozenset(found)


def restored(text: str, made: frozenset[str]) -> str:
    """The cell that `plain_python` made this text of, wherever its lines stand now."""
    return "".join(_restored(without_end(line), made) + _end(line) for line in split_lines(text))


def _trace(line: str) -> str:
    return line.partition("#: ")[2].partition("  # keras-lsp:")[0]


def _restored(line: str, made: frozenset[str]) -> str:
    if "#: " not in line or _trace(line) not in made:
        return line
    line = _opened_again(line)
    if _trace(line) not in made:
        return line
    if match := _COMMENT.fullmatch(line):
        return match["raw"]
    if match := _WHOLE.fullmatch(line):
        return match["space"] + match["raw"]
    if match := _AFTER_PASS.fullmatch(line):
        return f"{match['space']}{match['magic']}{match['rest']}{match['more'] or ''}"
    if match := _AFTER_TARGET.fullmatch(line):
        return f"{match['target']} {match['magic']}{match['rest']}{match['more'] or ''}"
    if match := _VALUE.fullmatch(line):
        return match["target"] + match["raw"]
    return line


def _opened_again(line: str) -> str:
    """The line without the end of a string that `_closed` gave it."""
    match = _CLOSED.fullmatch(line)
    return match["raw"].removesuffix(match["filler"]) if match else line


def _plain_line(line: str) -> str:
    if match := _TIMED.fullmatch(line):
        # The statement after a timing magic runs in the notebook's own scope.
        if _parses(match["rest"]) and not match["rest"].endswith("\\"):
            filler = "pass".ljust(len(match["magic"]) - 2) + "; "
            return f"{match['space']}{filler}{match['rest']}  #: {match['magic']}"
    if match := _TIMED_VALUE.fullmatch(line):
        if _parses(match["rest"]) and not match["rest"].endswith("\\"):
            filler = " " * (1 + len(match["magic"]))
            return f"{match['target']}{filler}{match['rest']}  #: = {match['magic']}"
    if match := _ASSIGNED.fullmatch(line):
        return f"{match['target']}{_UNKNOWN}  #: {match['rest']}"
    if match := _NAMING.fullmatch(line):
        inert = "pass" if match["space"] else _NAMES
        return f"{match['space']}{inert}  #: {match['rest']}"
    for pattern in (_LINE_MAGIC, _HELP, _SHELL):
        if match := pattern.fullmatch(line):
            return f"{match['space']}pass  #: {match['rest']}"
    return line


def _is_python(magic: str, body: str) -> bool:
    """Whether a cell under this magic is Python that runs here."""
    return magic in _PYTHON_BODY or (not _OTHER_BODY.fullmatch(magic) and _parses(body))


def _opened(line: str) -> int:
    """How many brackets a line opens more than it closes."""
    marks = list(_BRACKET.finditer(line))
    return sum(bool(m[1]) for m in marks) - sum(bool(m[2]) for m in marks)


def _end(line: str) -> str:
    return line[len(without_end(line)) :]


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            # They are about the user's code, and nobody would see them.
            warnings.simplefilter("ignore")
            compile(text, "cell", "exec", dont_inherit=True, flags=0x400)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
