"""Keras names in a file: which name of the API stands at a position, and what to tell of it.

Never learns how an editor shows it; the text is Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from keras_lsp.catalog import addresses, changes, releases, successors
from keras_lsp.catalog.signatures import Kind, Parameter
from keras_lsp.catalog.targets import NEWEST, Target
from keras_lsp.semantics.events import ApiRead
from keras_lsp.semantics.program import Analysis
from keras_lsp.text import Position, Span

APIS = {"keras": "keras", "tensorflow.keras": "tf.keras", "tf_keras": "tf_keras"}
"""The packages that Keras comes by, as programs spell them."""
_WORD = re.compile(r"[^\W\d]\w*")
_WIDEST = 78


@dataclass(frozen=True, slots=True)
class Named:
    """A name of Keras as a file uses it."""

    path: str
    api: str
    target: Target
    span: Span


def imported_names(analysis: Analysis) -> dict[str, ApiRead]:
    """What the imports of a file bind, the last one where there are several."""
    return {
        event.bound: event
        for event in analysis.of_kind(ApiRead)
        if isinstance(event, ApiRead) and event.bound and event.api != "tensorflow"
    }


def name_at(analysis: Analysis, position: Position) -> Named | None:
    """The Keras name at a position: an import, an attribute, or a name that an import bound."""
    lines = analysis.source.lines
    if position.line >= len(lines):
        return None
    word = word_at(lines[position.line], position.column)
    if not word:
        return None
    for event in analysis.of_kind(ApiRead):
        assert isinstance(event, ApiRead)
        if event.api == "tensorflow" or (word not in event.written and word != event.bound):
            # To locate one costs more than to see that it is another.
            continue
        found = analysis.locate(event.name_place)
        if found is None or found[0] != analysis.path:
            continue
        if found[1].start <= position <= found[1].end:
            return Named(event.path, event.api, event.context.target, found[1])
    for match in _WORD.finditer(lines[position.line]):
        if match.start() <= position.column <= match.end():
            bound = imported_names(analysis).get(match[0])
            after_dot = lines[position.line][: match.start()].rstrip().endswith(".")
            if bound is None or after_dot:
                return None
            span = Span.of(position.line, match.start(), position.line, match.end())
            return Named(bound.path, bound.api, bound.context.target, span)
    return None


def word_at(line: str, column: int) -> str:
    """The name that a column of a line is in or at, else ``""``."""
    found = (m[0] for m in _WORD.finditer(line) if m.start() <= column <= m.end())
    return next(found, "")


def told(named: Named) -> str | None:
    """A page about the name, for the release that the program meets."""
    path, api, target = named.path, named.api, named.target
    views = target.views(api)
    missing = changes.missing(path, api, target)
    everywhere = releases.mask_of(path) & releases.all_views(api)
    if missing is None and not releases.mask_of(path) & views:
        return None
    canonical = releases.canonical_of(path)
    parts = [f"```python\n{_signature(path, canonical, views)}\n```"]
    parts.append(releases.summary(path))
    parts += _history(named, missing, everywhere)
    parts.append(_links(named, missing))
    return "\n\n".join(filter(None, parts))


def _history(named: Named, missing: changes.Missing | None, everywhere: int) -> Iterator[str]:
    """Since when it is there, until when, and what took its place."""
    path, api, target = named.path, named.api, named.target
    here = target.name(api)
    if missing is not None:
        new = changes.successor(path, api, target) or (
            changes.module_instead(path, api, target) if missing.module else None
        )
        instead = f"use `{new}`" if new else successors.WHY_NOT.get(path, "")
        had = f"Keras {missing.until} had it, {here} has not"
        yield f"**Gone**: {had}: {instead}" if instead else f"**Gone**: {had}"
        return
    if not everywhere:
        return
    yield f"{here}; known since Keras {releases.since(everywhere)} ({target.source})"
    later = changes.missing(path, api, replace(target, version=NEWEST.version, legacy=False))
    if later is not None:
        new = changes.successor(path, api, NEWEST)
        instead = f"; there it is `{new}`" if new else ""
        yield f"Keras {later.until} is the last that has it, Keras 3 has not{instead}"


def _links(named: Named, missing: changes.Missing | None) -> str:
    """The page of the name itself, where it has one, and for Keras 3 the section of keras.io."""
    path, api, target = named.path, named.api, named.target
    new = changes.successor(path, api, target) if missing is not None else None
    pages = [addresses.own_page(new or path, api, target)]
    if missing is not None:
        pages.append(addresses.former_page(path, missing.until))
    links = [f"[{name}]({address})" for name, address in filter(None, pages)]
    if not links:
        # Nothing describes old releases any more.
        newest = addresses.own_page(path, api, NEWEST)
        links += [f"[{newest[0]} in Keras 3]({newest[1]})"] if newest else []
    elif not target.is_keras2(api):
        links.append(f"[keras.io]({addresses.section(releases.canonical_of(new or path))})")
    return " · ".join(links)


def _signature(path: str, canonical: str, views: int) -> str:
    parameters = releases.signature(canonical, views)
    if parameters is None:
        parameters = releases.signature(canonical, releases.all_views("keras"))
    return written(path, parameters)


def written(path: str, parameters: tuple[Parameter, ...] | None) -> str:
    """A callable with its parameters, on several lines where one is too long."""
    if parameters is None:
        return path
    texts = written_parameters(parameters)
    line = f"{path}({', '.join(texts)})"
    if len(line) <= _WIDEST:
        return line
    rows, row = [], ""
    for text in texts:
        if row and len(row) + len(text) + 6 > _WIDEST:
            rows.append(row.rstrip())
            row = ""
        row += f"{text}, "
    return f"{path}(\n    " + "\n    ".join([*rows, row.rstrip()]) + "\n)"


def written_parameters(parameters: tuple[Parameter, ...]) -> list[str]:
    """Parameters as Python writes them, with the ``*`` before those that need their keyword."""
    found = []
    keyword = False
    for parameter in parameters:
        if parameter.kind in (Kind.REST, Kind.REST_BY_KEYWORD):
            found.append(f"{parameter.kind.value}{parameter.name}")
            keyword = True
            continue
        if parameter.kind is Kind.KEYWORD and not keyword:
            found.append("*")
            keyword = True
        default = f"={parameter.default}" if parameter.default is not None else ""
        found.append(f"{parameter.name}{default}")
    return found


def meaning(owner: str, imported: dict[str, ApiRead]) -> tuple[str, str] | None:
    """The package and path that a dotted name of the file leads to."""
    first, _, rest = owner.partition(".")
    bound = imported.get(first)
    if bound is not None and bound.written.partition(".")[0] != first:
        return bound.api, f"{bound.path}.{rest}" if rest else bound.path
    if bound is not None and first in APIS:
        # ``import keras.layers`` binds ``keras``.
        return bound.api, f"keras.{rest}" if rest else "keras"
    if rest == "keras" or rest.startswith("keras."):
        # ``tf.keras``: TensorFlow itself is no Keras name.
        return "tf.keras", rest
    return None
