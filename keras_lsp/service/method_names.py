"""Methods of models in a file: which one stands at a position, and what to tell of it.

Never learns how an editor shows it; the text is Markdown.
"""

from __future__ import annotations

from keras_lsp.catalog import addresses, releases
from keras_lsp.catalog.members import lost
from keras_lsp.catalog.successors import METHODS
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.program import Analysis
from keras_lsp.service.keras_names import Named, word_at, written
from keras_lsp.text import Position

_MODELS = "keras.Model"


def method_at(analysis: Analysis, position: Position) -> Named | None:
    """The method of a model that is called at a position."""
    lines = analysis.source.lines
    word = word_at(lines[position.line], position.column) if position.line < len(lines) else ""
    for call in analysis.of_kind(Call):
        assert isinstance(call, Call)
        if (
            not word
            or call.method != word
            or not call.models
            or call.method in call.models[0].overrides
        ):
            continue
        found = analysis.locate(call.name_place)
        if found is None or found[0] != analysis.path:
            continue
        if found[1].start <= position <= found[1].end:
            # Under Keras 2 all models are those of the package that programs call ``keras``.
            api = "keras" if call.context.target.keras2 else call.models[0].api
            return Named(f"{_MODELS}.{call.method}", api, call.context.target, found[1])
    return None


def told_of_method(named: Named) -> str | None:
    """A page about the method, for the release that the program meets."""
    name = named.path.removeprefix(f"{_MODELS}.")
    target = named.target
    everywhere = releases.member("Model", name) & releases.all_views(named.api)
    if not everywhere:
        return None
    # What ``keras`` and ``tf.keras`` have of a release are the same models.
    views = target.views("tf_keras" if named.api == "tf_keras" or target.legacy else "keras")
    parameters = releases.signature(named.path, views)
    if parameters is None:
        parameters = releases.signature(named.path, releases.all_views("keras"))
    parts = [f"```python\n{written(named.path, parameters)}\n```"]
    until = lost("model", name, named.api, target)
    here = target.name(named.api)
    if until is not None:
        instead = f": use `{METHODS[name]}`" if name in METHODS else ""
        parts.append(f"**Gone**: models had it until Keras {until}, {here} has not{instead}")
    else:
        parts.append(f"{here}; known since Keras {releases.since(everywhere)} ({target.source})")
    page = addresses.own_page(_MODELS, named.api, target)
    if page is not None and until is None:
        parts.append(f"[{page[0]}.{name}]({page[1]}#{name})")
    return "\n\n".join(parts)
