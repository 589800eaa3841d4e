"""Needs: a method is run on an instance whose attribute nobody has set yet.

Never runs anything itself; it looks at the calls that led to the read.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from keras_lsp.semantics.classes import chain_of, methods_of, self_name
from keras_lsp.semantics.definitions import def_name
from keras_lsp.semantics.events import Setter, UnmetNeed
from keras_lsp.semantics.values import Class, Ref, only
from keras_lsp.syntax import Place
from keras_lsp.syntax.walk import walk

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine


def unmet(
    machine: Machine, attribute: ast.Attribute, place: Place, refused: bool
) -> UnmetNeed | None:
    """The need behind a read of ``self.attribute`` that finds nothing.

    ``None`` where the method was not called by the program, or nothing sets the attribute.
    """
    running = machine.activation
    if not machine.calls or not running.self_name or machine.state is None:
        return None
    if not isinstance(attribute.value, ast.Name) or attribute.value.id != running.self_name:
        return None
    if refused and not _sounds_like_model(attribute.attr):
        return None
    instance = only(machine.state.get(running.key, running.self_name) or frozenset())
    thing = machine.object(instance) if isinstance(instance, Ref) else None
    origin = only(thing.origin) if thing else None
    if not isinstance(origin, Class):
        return None
    setters = tuple(_setters(origin, attribute.attr))
    entry = _entry(machine, origin)
    if not setters or entry is None:
        return None
    call, method, statement = entry
    setters = tuple(s for s in setters if s.name != method)
    if not setters:
        return None
    return UnmetNeed(
        place=place,
        context=machine.context(),
        attribute=attribute.attr,
        method=method,
        call=call,
        statement=statement,
        instance=_instance(call, method),
        setters=setters,
        refused=refused,
    )


def _sounds_like_model(name: str) -> bool:
    """A guard may ask for anything; only the names of models are our business."""
    return any(word in name.lower() for word in ("model", "network", "net", "discriminator"))


def _entry(machine: Machine, origin: Class) -> tuple[Place, str, Place] | None:
    """The call from outside the class: ``trainer.train()``, not what ``train`` calls itself."""
    owners = {klass.definition for klass in chain_of(origin)}
    frames = list(zip(reversed(machine.callers), reversed(machine.calls), strict=False))
    found: tuple[Place, str, Place] | None = None
    statements = list(reversed(machine.statements_of_calls))
    for (definition, call), statement in zip(frames, statements, strict=False):
        if definition.owner not in owners:
            break
        found = (call, definition.name, statement)
    return None if found is None or found[1] == "__init__" else found


def _instance(call: Place, method: str) -> str:
    """``trainer`` of ``trainer.train()``, where it is a plain name."""
    line = call.statement.lines[call.line - 1].encode()[call.column :].decode(errors="replace")
    name, dot, rest = line.partition(".")
    return name if dot and name.isidentifier() and rest.startswith(f"{method}(") else ""


def _setters(origin: Class, attribute: str) -> list[Setter]:
    found = []
    for klass in chain_of(origin):
        statement = klass.definition.statement
        for method in methods_of(klass.definition.node):
            me = self_name(method)
            if method.name == "__init__" or not any(_sets(n, me, attribute) for n in walk(method)):
                continue
            required = len(method.args.args) - len(method.args.defaults) - 1
            named = any(d is None for d in method.args.kw_defaults)
            place = def_name(statement, method)
            found.append(Setter(method.name, place, required > 0 or named))
    return found


def _sets(node: ast.AST, me: str, attribute: str) -> bool:
    """``self.attribute = something`` that can be a model: a call or a name."""
    if not isinstance(node, ast.Assign) or not me:
        return False
    if not isinstance(node.value, (ast.Call, ast.Name, ast.Attribute)):
        return False
    return any(
        isinstance(t, ast.Attribute)
        and t.attr == attribute
        and isinstance(t.value, ast.Name)
        and t.value.id == me
        for target in node.targets
        for t in (target.elts if isinstance(target, ast.Tuple) else (target,))
    )
