"""What is to be told of a function once its body was run for itself.

Never runs it.
"""

from __future__ import annotations

import ast

from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.events import FunctionSeen, Model
from keras_lsp.semantics.machine import Machine
from keras_lsp.semantics.values import Nothing, ObjectId, Ref, is_none
from keras_lsp.syntax import Place


def function_seen(machine: Machine, definition: FunctionDefinition) -> FunctionSeen | None:
    running = machine.activation
    node = definition.node
    if isinstance(node, ast.Lambda):
        return None
    returned = running.returned
    final = running.returns.state
    local: list[tuple[str, Place, Model]] = []
    kept: set[str] = set()
    names = final.names(running.key) if final else {}
    machine.state = final
    first = dict(definition.scope.first_binding)
    for name, value in names.items():
        models = machine.models(value) if final else ()
        if not models or name in definition.parameters:
            continue
        own = [m for m in models if _of_function(m.id, definition)]
        if len(own) != len(models) or name not in first:
            continue
        local.append((name, Place.of(definition.statement, first[name]), models[0]))
        if any(m.escaped for m in models):
            kept.add(name)
    return FunctionSeen(
        place=definition.name_place,
        whole=Place.of(definition.statement, node),
        context=machine.context(),
        name=definition.qualname,
        owner=definition.owner.name if definition.owner else "",
        decorators=definition.decorators,
        transparent=definition.transparent,
        returns_value=bool(returned) and not is_none(returned),
        returns_model=bool(machine.models(frozenset(a for a in returned if isinstance(a, Ref)))),
        falls_off=any(isinstance(a, Nothing) and a.origin == "function" for a in returned),
        yields=definition.scope.yields,
        local_models=tuple(local),
        kept=frozenset(kept),
        shadows=(),
        in_loop=False,
        loops=(),
    )


def _of_function(id: ObjectId, definition: FunctionDefinition) -> bool:
    """Whether the object was made by this function itself or by a call that it made."""
    place = id.outermost
    node = definition.node
    return place.statement is definition.statement and (
        node.lineno <= place.line <= (node.end_lineno or place.line)
    )
