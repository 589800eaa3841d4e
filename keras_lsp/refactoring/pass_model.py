"""Give a function the module's model that it reads as a parameter, which all calls pass.

Only where every call can be seen: the function is never handed on, and no other file names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.parameter import pass_parameter
from keras_lsp.refactoring import Cursor, Offer, refactoring
from keras_lsp.semantics.events import AttributeUse, Binding, FunctionSeen
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@refactoring("rewrite")
def pass_model(cursor: Cursor) -> Iterator[Offer]:
    functions = {f.name: f for f in cursor.near(FunctionSeen) if cursor.is_on(f.whole)}
    plain = {name for name, f in functions.items() if not f.owner and "." not in name}
    uses = [
        use
        for use in cursor.near(AttributeUse)
        if use.context.standalone and use.context.function in plain and use.models
    ]
    if not uses:
        return
    of_module = {
        bound.name
        for bound in cursor.events(Binding)
        if not bound.context.function and bound.models and "." not in bound.name
    }
    for use in uses:
        name, function = use.receiver, use.context.function
        if name not in of_module or function.startswith("test"):
            continue
        if cursor.is_on(use.place) or cursor.is_on(functions[function].place):
            title = f"Pass `{name}` to `{function}` as a parameter"
            yield Offer(title, partial(_pass, function, name), calls_of=function)


def _pass(function: str, name: str, source: Source) -> tuple[Edit, ...] | None:
    return pass_parameter(source, function, name)
