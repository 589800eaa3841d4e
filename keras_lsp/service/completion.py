"""Completion: the strings that Keras knows where one is being typed, and names behind a dot.

Never learns how an editor shows it; works on the line up to the cursor, which seldom parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keras_lsp.catalog import identifiers, releases
from keras_lsp.catalog.targets import Target
from keras_lsp.semantics.events import ApiRead
from keras_lsp.semantics.program import Analysis
from keras_lsp.service.keras_names import imported_names
from keras_lsp.text import Position, Span

_STRING = re.compile(
    r"(?P<name>[^\W\d]\w*)\s*=\s*[\[({]?(?:[^\"'=()]*[\"'][^\"']*[\"'],\s*)*[\"'](?P<typed>[\w.-]*)$"
)
_FIRST = re.compile(r"\b(?P<callee>Activation|compile)\(\s*[\"'](?P<typed>[\w.-]*)$")
_DOTTED = re.compile(r"(?<![\w.])(?P<owner>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\.(?P<typed>\w*)$")
_FROM = re.compile(
    r"^\s*from\s+(?P<root>keras|tensorflow\.keras|tf_keras)(?P<rest>[\w.]*)\s+import\s+"
    r"(?:\(?[\w\s,]*,\s*)?\(?(?P<typed>\w*)$"
)
_APIS = {"keras": "keras", "tensorflow.keras": "tf.keras", "tf_keras": "tf_keras"}

_VALUES = {
    "padding": ("same", "valid", "causal"),
    "data_format": ("channels_last", "channels_first"),
    "monitor": ("val_loss", "val_accuracy", "loss", "accuracy"),
    "mode": ("auto", "min", "max"),
    "class_mode": ("categorical", "binary", "sparse", "input"),
    "label_mode": ("int", "categorical", "binary"),
    "interpolation": ("bilinear", "nearest", "bicubic"),
    "reduction": ("sum_over_batch_size", "sum", "mean", "none"),
}
"""Strings of arguments that have no family."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that may stand here."""

    text: str
    kind: str
    """``string``, ``class``, ``function`` or ``module``."""
    detail: str
    span: Span
    """What was typed of it so far."""


def completions(analysis: Analysis, position: Position) -> list[Completion]:
    """What fits at a position, in alphabetical order; preferred spellings of strings first."""
    lines = analysis.source.lines
    if position.line >= len(lines):
        return []
    before = lines[position.line][: position.column]
    target = analysis.target
    imported = imported_names(analysis)
    if not imported and "keras" not in analysis.source.text:
        return []
    string = _STRING.search(before) or _FIRST.search(before)
    if string is not None:
        return list(_strings(string, position, _api(imported), target))
    dotted = _FROM.search(before) or _DOTTED.search(before)
    return list(_names(dotted, position, imported, target)) if dotted else []


def _api(imported: dict[str, ApiRead]) -> str:
    """The package that most of the file's names come from."""
    apis = [event.api for event in imported.values()]
    return max(sorted(set(apis)), key=apis.count) if apis else "keras"


def _strings(
    match: re.Match[str], position: Position, api: str, target: Target
) -> Iterator[Completion]:
    groups = match.groupdict()
    name = groups.get("name") or {"Activation": "activation"}.get(groups["callee"], "optimizer")
    family = identifiers.family_of_argument(name) or identifiers.COMPILE.get(name)
    span = Span.of(position.line, match.start("typed"), position.line, position.column)
    if family is None:
        for value in _VALUES.get(name, ()):
            yield Completion(value, "string", f"`{name}` of Keras", span)
        return
    # Abbreviations and class names are valid, but nobody needs them offered.
    for value in sorted(identifiers.listed(family, api, target)):
        if value.islower() and value not in _INNER:
            yield Completion(value, "string", f"{family} of {target.name(api)}", span)


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
        api, path = _APIS[groups["root"]], f"keras{groups['rest']}"
    else:
        found = _meaning(groups["owner"], imported)
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


def _meaning(owner: str, imported: dict[str, ApiRead]) -> tuple[str, str] | None:
    """The package and path that a dotted name of the file leads to."""
    first, _, rest = owner.partition(".")
    bound = imported.get(first)
    if bound is not None and bound.written.partition(".")[0] != first:
        return bound.api, f"{bound.path}.{rest}" if rest else bound.path
    if bound is not None and first in _APIS:
        # ``import keras.layers`` binds ``keras``.
        return bound.api, f"keras.{rest}" if rest else "keras"
    if rest == "keras" or rest.startswith("keras."):
        # ``tf.keras``: TensorFlow itself is no Keras name.
        return "tf.keras", rest
    return None
