"""Completion: the strings that Keras knows where one is being typed, and names behind a dot.

Never learns how an editor shows it; works on the text up to the cursor, which seldom parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keras_lsp.catalog import identifiers, releases
from keras_lsp.catalog.signatures import Kind
from keras_lsp.catalog.targets import Target
from keras_lsp.semantics.events import ApiRead
from keras_lsp.semantics.program import Analysis
from keras_lsp.service.callees import callee_of
from keras_lsp.service.keras_names import APIS, imported_names, meaning
from keras_lsp.service.open_calls import OpenCall, call_at
from keras_lsp.service.own_strings import layer_names, monitors
from keras_lsp.text import Position, Span

_TYPED = re.compile(r"(?<![\w.])[^\W\d]?\w*$")
_ASSIGNED = re.compile(r"^\s*(?P<name>[^\W\d]\w*)\s*=\s*[\"'](?P<typed>[\w.-]*)$")
_DOTTED = re.compile(r"(?<![\w.])(?P<owner>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\.(?P<typed>\w*)$")
_FROM = re.compile(
    r"^\s*from\s+(?P<root>keras|tensorflow\.keras|tf_keras)(?P<rest>[\w.]*)\s+import\s+"
    r"(?:\(?[\w\s,]*,\s*)?\(?(?P<typed>\w*)$"
)

_VALUES = {
    "padding": ("same", "valid", "causal"),
    "data_format": ("channels_last", "channels_first"),
    "mode": ("auto", "min", "max"),
    "class_mode": ("categorical", "binary", "sparse", "input"),
    "label_mode": ("int", "categorical", "binary"),
    "color_mode": ("rgb", "grayscale", "rgba"),
    "interpolation": ("bilinear", "nearest", "bicubic"),
    "merge_mode": ("concat", "sum", "mul", "ave"),
    "output_mode": ("int", "multi_hot", "count", "tf_idf", "one_hot"),
    "pooling": ("avg", "max"),
    "reduction": ("sum_over_batch_size", "sum", "mean", "none"),
    "save_freq": ("epoch",),
    "weights": ("imagenet",),
}
"""Strings of arguments that have no family."""

_FIRST = {"Activation": "activation", "compile": "optimizer", "get_layer": "name"}
"""What the first argument is, of whatever has this name."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that may stand here."""

    text: str
    kind: str
    """``string``, ``keyword``, ``class``, ``function`` or ``module``."""
    detail: str
    span: Span
    """What was typed of it so far."""


def completions(analysis: Analysis, position: Position) -> list[Completion]:
    """What fits at a position, the likeliest first."""
    lines = analysis.source.lines
    if position.line >= len(lines):
        return []
    before = lines[position.line][: position.column]
    imported = imported_names(analysis)
    if not imported and "keras" not in analysis.source.text:
        return []
    dotted = _FROM.search(before) or _DOTTED.search(before)
    call = call_at(analysis.source, position)
    if call is not None and call.string is not None:
        name = _parameter(analysis, call)
        if name == "layer name":
            owner = call.callee.rpartition(".")[0]
            names = layer_names(analysis, owner, position)
            return [Completion(n, "string", "a layer's name", call.string) for n in names]
        return list(_strings(analysis, name, call.string, _api(imported)))
    if dotted is not None:
        return list(_names(dotted, position, imported, analysis.target))
    if call is not None:
        return list(_keywords(analysis, call, before, position))
    assigned = _ASSIGNED.search(before)
    if assigned is None:
        return []
    span = Span.of(position.line, assigned.start("typed"), position.line, position.column)
    return list(_strings(analysis, assigned["name"], span, _api(imported)))


def _api(imported: dict[str, ApiRead]) -> str:
    """The package that most of the file's names come from."""
    apis = [event.api for event in imported.values()]
    return max(sorted(set(apis)), key=apis.count) if apis else "keras"


def _parameter(analysis: Analysis, call: OpenCall) -> str:
    """The parameter that a string is being typed for, else ``""``."""
    if call.key:
        return ""
    name = call.callee.rpartition(".")[2]
    if call.keyword:
        return "layer name" if name == "get_layer" else call.keyword
    callee = callee_of(analysis, call.callee)
    reached = callee.parameter(call.index) if callee is not None else None
    if name == "get_layer" and call.index == 0:
        return "layer name"
    if reached is not None:
        return reached.name
    return _FIRST.get(name, "") if call.index == 0 else ""


def _strings(analysis: Analysis, name: str, span: Span, api: str) -> Iterator[Completion]:
    target = analysis.target
    if name == "monitor":
        for value in monitors(analysis, span.start):
            yield Completion(value, "string", "measured while the model is trained", span)
        return
    family = identifiers.family_of_argument(name) or identifiers.COMPILE.get(name)
    if family is None:
        for value in _VALUES.get(name, ()):
            yield Completion(value, "string", f"`{name}` of Keras", span)
        return
    # Abbreviations and class names are valid, but nobody needs them offered.
    for value in sorted(identifiers.listed(family, api, target)):
        if value.islower() and value not in _INNER:
            yield Completion(value, "string", f"{family} of {target.name(api)}", span)


def _keywords(
    analysis: Analysis, call: OpenCall, before: str, position: Position
) -> Iterator[Completion]:
    """The parameters that have no argument yet."""
    typed = _TYPED.search(before)
    callee = callee_of(analysis, call.callee) if not call.keyword and call.direct else None
    if callee is None or typed is None:
        return
    span = Span.of(position.line, typed.start(), position.line, position.column)
    reached = [callee.parameter(index) for index in range(call.index)]
    by_position = not call.keywords
    for parameter in callee.parameters:
        if parameter.kind not in (Kind.NORMAL, Kind.KEYWORD) or parameter.name in call.keywords:
            continue
        if by_position and parameter in reached:
            continue
        default = f"={parameter.default}" if parameter.default is not None else ""
        detail = f"{callee.name}({parameter.name}{default})"
        yield Completion(f"{parameter.name}=", "keyword", detail, span)


_INNER = frozenset(
    {"loss", "metric", "optimizer", "initializer", "regularizer", "constraint",
     "loss_function_wrapper", "mean_metric_wrapper", "function", "reduction_metric"}
)  # fmt: skip
"""Base classes, which are looked up like any other."""


def _names(
    match: re.Match[str], position: Position, imported: dict[str, ApiRead], target: Target
) -> Iterator[Completion]:
    groups = match.groupdict()
    if "root" in groups:
        api, path = APIS[groups["root"]], f"keras{groups['rest']}"
    else:
        found = meaning(groups["owner"], imported)
        if found is None:
            return
        api, path = found
    views = target.views(api)
    if not releases.is_module(path) or not releases.mask_of(path) & views:
        return
    span = Span.of(position.line, match.start("typed"), position.line, position.column)
    for name in sorted(releases.below(path, views)):
        whole = f"{path}.{name}"
        kind = (
            "module" if releases.is_module(whole) else "class" if name[:1].isupper() else "function"
        )
        yield Completion(name, kind, releases.summary(whole), span)
