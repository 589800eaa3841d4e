"""Loops: what differs from one iteration to the next, and what leaves an iteration.

Never decides that a model in a loop is a mistake; it gathers the facts on which a
rule can.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from keras_lsp.semantics.deciding import decides
from keras_lsp.semantics.escapes import Escapes
from keras_lsp.semantics.events import (
    AttributeChange,
    AttributeUse,
    Binding,
    Call,
    Event,
    Loop,
    Rebuilt,
)
from keras_lsp.semantics.gradients import WEIGHTS
from keras_lsp.semantics.loop_facts import loop_facts, mentions
from keras_lsp.semantics.moving import optimizers_of, parts_of, to_move
from keras_lsp.semantics.owners import has_weights
from keras_lsp.semantics.purity import is_pure, only_asks
from keras_lsp.semantics.repeating import body_of, repeating_calls, repeats
from keras_lsp.semantics.values import (
    Constant,
    Function,
    ObjectId,
    Ref,
    Result,
    Sequence,
    Value,
    constant,
    only,
)
from keras_lsp.semantics.varying import (
    LoopNode,
    counts,
    target_names,
    varying_names,
)
from keras_lsp.syntax import Place
from keras_lsp.syntax.walk import names_in

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine


_WRAPPERS = frozenset({"enumerate", "tqdm", "trange", "list", "sorted", "reversed", "progressbar"})
_FOLDS = ("kfold", "split", "fold", "leaveone", "leavep", "shufflesplit")


def describe(machine: Machine, node: LoopNode, iterated: Value) -> Loop:
    """What a rule may want to know of a loop, before it runs."""
    statement = machine.activation.statement
    if not isinstance(node, ast.While):
        inner = _unwrapped(node.iter)
        if inner is not node.iter and isinstance(inner, ast.Call) and _is_split(inner):
            with machine.quietly():
                iterated = machine.evaluate(inner)
    decides = node.test if isinstance(node, ast.While) else node.iter
    start = Place.of(statement, node)
    end = Place.of(statement, decides)
    facts = loop_facts(statement, node)
    return Loop(
        place=Place(statement, start.line, start.column, end.end_line, end.end_column),
        kind="while" if isinstance(node, ast.While) else "for",
        targets=() if isinstance(node, ast.While) else tuple(target_names(node.target)),
        iterable=machine.text(decides),
        over="" if isinstance(node, ast.While) else _over(node.iter, iterated),
        count=None if isinstance(node, ast.While) else _count(node.iter, iterated),
        varying=facts.varying,
        bound=facts.bound,
        breaks=facts.breaks,
        loads_outside=machine.loads() > facts.loads,
        clears_session=facts.clears or _clears(machine, facts.called),
        iterator=iterated,
        counted=not isinstance(node, ast.While) or counts(node),
    )


def _clears(machine: Machine, called: frozenset[str]) -> bool:
    """A function of the program that the loop calls clears the session."""
    return any(
        mentions(atom.definition.node, "clear_session")
        for name in called
        for atom in machine.lookup(name)
        if isinstance(atom, Function)
    )


def _over(node: ast.expr, iterated: Value) -> str:
    inner = _unwrapped(node)
    text = ast.unparse(inner).lower()
    atom = only(iterated)
    if isinstance(atom, Result) and any(f in atom.name.lower() for f in _FOLDS):
        return "split"
    if any(f in text for f in _FOLDS) and not text.startswith(("range", "x_", "y_")):
        return "split"
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
        if inner.func.id in ("range", "trange"):
            return "range"
        return "data" if inner.func.id == "zip" else ""
    return "data" if isinstance(inner, (ast.Name, ast.Attribute, ast.Subscript)) else ""


def _is_split(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "split"


def _unwrapped(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Call) and node.args:
        func = node.func
        name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
        if name not in _WRAPPERS or name == "trange":
            break
        node = node.args[0]
    return node


def _count(node: ast.expr, iterated: Value) -> int | None:
    inner = _unwrapped(node)
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
        if inner.func.id in ("range", "trange") and not inner.keywords:
            values = [a.value for a in inner.args if isinstance(a, ast.Constant)]
            bounds = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
            if len(bounds) == len(inner.args):
                try:
                    return len(range(*bounds))
                except (TypeError, ValueError):
                    return None
    atom = only(iterated)
    if isinstance(atom, Sequence) and atom.items is not None and atom.kind != "layers":
        return len(atom.items)
    if isinstance(atom, Constant) and isinstance(constant(iterated), str):
        return len(str(atom.value))
    return None


def rebuilt(machine: Machine, node: LoopNode, loop: Loop, events: list[Event]) -> Iterator[Rebuilt]:
    """The models that an iteration of this loop makes under a plain name."""
    told = set()
    for event in events:
        if (
            isinstance(event, Binding)
            and event.context.calls == machine.calls
            and event.context.loops
            and event.context.loops[-1].place == loop.place
            and event.models
            and "." not in event.name
            and event.place not in told
            and all(loop.place in m.loops and not m.id.old for m in event.models)
        ):
            told.add(event.place)
            fact = _rebuilt(machine, node, loop, event, events)
            if fact is not None:
                yield fact


def _rebuilt(
    machine: Machine, node: LoopNode, loop: Loop, made: Binding, events: list[Event]
) -> Rebuilt | None:
    statement = _statement_at(node.body, made)
    if statement is None or not isinstance(statement.value, ast.Call):
        return None
    ids = {m.id for m in made.models}
    calls = [
        e for e in events if isinstance(e, Call) and ids & {m.id for m in (*e.models, *e.learners)}
    ]
    fit = next((c for c in calls if ids & {m.id for m in c.trained}), None)
    escapes = Escapes(node, made.name, statement, machine)
    neutral = frozenset({statement.value, *repeating_calls(machine, node)})
    varying = varying_names(node, neutral) - {made.name}
    own = [c for c in calls if c.context.calls == machine.calls]
    same = _invariant(machine, statement.value, varying)
    varies = not same or decides(machine, node, calls, varying - escapes.derived - escapes.tapes)
    kept = escapes.reason or _escaped(machine, ids)
    moved = [made.statement]
    for call in own:
        if call.method in ("add", "compile", "build") and call.discarded:
            part = to_move(machine, node.body, call.statement, made.name)
            if part not in moved:
                moved.append(part)
    moved.extend(optimizers_of(machine, node.body, own, varying))
    compiled = [c for c in own if c.method == "compile"]
    optimizer = next((a.place for c in compiled if (a := c.argument("optimizer", 0))), None)
    return Rebuilt(
        place=machine.place(statement.value.func),
        statement=made.statement,
        context=made.context,
        loop=loop,
        name=made.name,
        model=made.models[0],
        trained=fit is not None,
        changed=any(c.method in _CHANGING for c in calls) or _is_changed(events, ids),
        only_asked=only_asks(node.body, made.name),
        same=same,
        learns=any(has_weights(machine.object(Ref(id))) for id, _ in made.models[0].layers),
        reset=_is_reset(events, ids),
        lives_on=_lives_on(machine, ids, made.name),
        varies=varies,
        kept=kept,
        used_after=escapes.used_after,
        statements=tuple(moved),
        parts=parts_of(machine, node.body, moved, neutral, varying),
        optimizer=optimizer,
        fit=fit.place if fit else None,
    )


_RESETTING = WEIGHTS | {"set_weights", "load_weights", "get_layer"}


def _is_reset(events: list[Event], ids: set[ObjectId]) -> bool:
    return any(
        isinstance(e, AttributeUse) and e.attribute in _RESETTING and ids & {m.id for m in e.models}
        for e in events
    )


def _lives_on(machine: Machine, ids: set[ObjectId], name: str) -> bool:
    old = {ObjectId(id.site, id.context, old=True) for id in ids}
    value = frozenset(Ref(id) for id in ids | old)
    return machine.state is not None and machine.held_elsewhere(value, name)


_CHANGING = frozenset({"set_weights", "load_weights", "add", "pop", "compile", "build"})


def _is_changed(events: list[Event], ids: set[ObjectId]) -> bool:
    return any(isinstance(e, AttributeChange) and ids & {m.id for m in e.models} for e in events)


def _statement_at(body: list[ast.stmt], made: Binding) -> ast.Assign | ast.AnnAssign | None:
    """The assignment itself, where it is reached in every iteration."""
    for part in body:
        if isinstance(part, (ast.With, ast.AsyncWith)):
            found = _statement_at(part.body, made)
            if found is not None:
                return found
        if isinstance(part, (ast.Assign, ast.AnnAssign)) and (
            (part.lineno, part.col_offset) == (made.statement.line, made.statement.column)
        ):
            return part
    return None


def _invariant(machine: Machine, call: ast.Call, varying: frozenset[str]) -> bool:
    """Whether constructing the model depends on nothing that varies."""
    for argument in (*call.args, *(k.value for k in call.keywords)):
        if names_in(argument) & varying or not is_pure(argument):
            return False
    if names_in(call.func) & varying:
        return False
    if isinstance(call.func, ast.Name):
        for atom in machine.lookup(call.func.id):
            if isinstance(atom, Function):
                inside = frozenset().union(*map(names_in, body_of(atom.definition.node)))
                if (inside - atom.definition.scope.locals) & varying:
                    return False
                if not repeats(machine, atom.definition):
                    return False
    return True


def _escaped(machine: Machine, ids: set[ObjectId]) -> str:
    state = machine.state
    for id in ids:
        thing = state.object(Ref(id)) if state else None
        if thing is not None and thing.escaped:
            return "it is handed on"
    return ""
