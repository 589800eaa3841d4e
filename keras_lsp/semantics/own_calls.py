"""Calls of the program's own functions and classes: their bodies are run.

Never learns what a statement means; bodies are run by whoever can.
"""

from __future__ import annotations

import ast
from functools import partial

from keras_lsp.semantics.activation import Activation, NeverReturns
from keras_lsp.semantics.data import batches_of
from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.events import Argument
from keras_lsp.semantics.keras_calls import KerasCalls, kept
from keras_lsp.semantics.machine import DEPTH
from keras_lsp.semantics.phases import MAYBE, Family, Object, fresh
from keras_lsp.semantics.relevance import matters
from keras_lsp.semantics.symbolic import is_symbolic
from keras_lsp.semantics.symbols import MODEL_CLASSES, family_of
from keras_lsp.semantics.tested import is_test_name
from keras_lsp.semantics.values import (
    NONE,
    UNKNOWN,
    Class,
    Constant,
    Function,
    Nothing,
    Ref,
    Super,
    Symbol,
    Value,
    join,
    one,
    only,
    reachable,
)
from keras_lsp.syntax import Place

TELLING = frozenset({Family.MODEL, Family.HISTORY, Family.OPTIMIZER, Family.INSTANCE})


_TENSORFLOW = frozenset({"tf", "tensorflow"})


class OwnCalls(KerasCalls):
    """Calls whose callee the program defines."""

    def _instance(
        self, node: ast.Call, origin: Class, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        base = self.keras_base(origin)
        name = origin.definition.name
        if base in MODEL_CLASSES:
            phase = fresh("subclass", built=MAYBE, place=self.place(node))
            made = Object(
                Family.MODEL, base, one(origin), phase, arguments=kept(arguments, forwarded)
            )
        elif base:
            family = family_of(base) or Family.INSTANCE
            made = Object(family, base, one(origin), arguments=kept(arguments, forwarded))
        else:
            made = Object(Family.INSTANCE, name, one(origin), closed=self.closed(origin))
        ref = self.allocate(node, made)
        init = self.class_attribute(origin, "__init__")
        atom = only(init) if init else None
        if isinstance(atom, Function) and base not in MODEL_CLASSES:
            method = Function(atom.definition, atom.frame, ref)
            self.call_function(node, method, arguments, forwarded)
        else:
            for argument in arguments:
                self.give_away(argument.value)
        return one(ref)

    def keras_base(self, origin: Class, depth: int = 6) -> str:
        """The Keras class that a class of the program derives from, or ``""``."""
        for base in origin.bases:
            for parent in base:
                if isinstance(parent, Symbol) and family_of(parent.name):
                    return parent.name
                if isinstance(parent, Class) and depth:
                    found = self.keras_base(parent, depth - 1)
                    if found:
                        return found
        return ""

    def _super(self, arguments: tuple[Argument, ...]) -> Value:
        running = self.activation
        owner = running.definition.owner if running.definition else None
        instance = self.state.get(running.key, running.self_name) if self.state else None
        atom = only(instance) if instance else None
        if owner is None:
            return UNKNOWN
        return one(Super(atom if isinstance(atom, Ref) else None, owner))

    def super_method(
        self,
        node: ast.Call,
        receiver: Super,
        method: str,
        arguments: tuple[Argument, ...],
        forwarded: bool,
    ) -> Value:
        for argument in arguments:
            self.give_away(argument.value)
        thing = self.object(receiver.instance) if receiver.instance else None
        if receiver.instance is None or thing is None:
            return UNKNOWN
        for origin in thing.origin:
            if isinstance(origin, Class):
                for base in _bases_after(origin, receiver.owner):
                    found = self.class_attribute(base, method)
                    atom = only(found) if found else None
                    if isinstance(atom, Function):
                        bound = Function(atom.definition, atom.frame, receiver.instance)
                        return self.call_function(node, bound, arguments, forwarded)
        if thing.phase is not None and self.state is not None:
            return self._model_method(node, receiver.instance, thing, method, arguments, forwarded)
        return UNKNOWN

    def call_function(
        self, node: ast.AST, function: Function, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        """Run the body with these arguments; where that is not possible, assume the worst."""
        definition = function.definition
        if (
            len(self.calls) >= DEPTH
            or definition in self.callers
            or self.left < 0
            or definition.scope.yields
            or definition.asynchronous
            or not definition.transparent
            or self.state is None
        ):
            self.hand_over(arguments)
            if self.state is not None and function.receiver:
                self.state.blur(one(function.receiver))
            batches = batches_of(definition)
            return one(batches) if batches is not None else UNKNOWN
        if not self._concerns(function, arguments):
            self.give_away(*(argument.value for argument in arguments))
            if function.receiver is not None:
                # Its body is not run: any of its attributes may be set now.
                self.state.blur(one(function.receiver))
            return UNKNOWN
        return self._run_body(self.place(node), function, arguments, forwarded)

    def _concerns(self, function: Function, arguments: tuple[Argument, ...]) -> bool:
        """Whether the body can say anything about a model, or does something to one."""
        for argument in arguments:
            for ref in reachable(argument.value):
                thing = self.object(ref)
                if thing is not None and thing.family in TELLING:
                    return True
        definition = function.definition
        if any(name in _TENSORFLOW for name, _, _ in definition.scope.attributes):
            # TensorFlow may refuse what it is given.
            if any(is_symbolic(argument.value) for argument in arguments):
                return True
        known = self.relevant.get(definition)
        if known is None:
            found = partial(self.state.get, definition.path) if self.state else _nowhere
            known = self.relevant[definition] = matters(definition, found)
        return known

    def _run_body(
        self, site: Place, function: Function, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        assert self.state is not None
        definition = function.definition
        key = (definition, (*self.calls, site))
        frame = self.parameters(function, arguments, forwarded)
        outer, calls, callers, node = self.activation, self.calls, self.callers, self.node
        guards, conditional, consumer = self.guards, self.conditional, self.consumer
        before = self.here if node is not None else site
        self.state.open_frame(key, frame)
        self.activation = running = activation_of(definition, key, function.frame, outer)
        statements = self.statements_of_calls
        self.statements_of_calls = (*statements, before)
        self.calls, self.callers = (*calls, site), (*callers, definition)
        self.guards, self.conditional = frozenset(), 0
        self.consumer = (None, "", False)
        try:
            result = self.run_function(definition)
        finally:
            self.activation, self.calls, self.callers, self.node = outer, calls, callers, node
            self.statements_of_calls = statements
            self.guards, self.conditional, self.consumer = guards, conditional, consumer
        self.state = running.returns.state
        if self.state is None:
            raise NeverReturns
        self.state.close_frame(key)
        return result

    def run_function(self, definition: FunctionDefinition) -> Value:
        """Execute a body; the returned value, the end of the body counted as ``None``."""
        running = self.activation
        node = definition.node
        if isinstance(node, ast.Lambda):
            running.returned = self.evaluate(node.body)
            running.returns.add(self.state)
            return running.returned
        self.run(node.body)
        if self.state is not None:
            origin = self._nothing(definition)
            running.returned = join(running.returned, one(origin))
            running.returns.add(self.state)
        return running.returned

    def _nothing(self, definition: FunctionDefinition) -> Nothing:
        """The ``None`` of a function that ends without ``return``."""
        place = definition.name_place
        return Nothing("function", definition.qualname, place, self._forgotten(), place)

    def _forgotten(self) -> str:
        """The one local name that holds a model which this call has made and nobody keeps."""
        state, running = self.state, self.activation
        names = state.names(running.key) if state else {}
        own = [
            name
            for name, value in names.items()
            if (models := self.models(value))
            and all(m.id.context[: len(self.calls)] == self.calls for m in models)
            and not any(m.escaped for m in models)
            and name not in (running.definition.parameters if running.definition else ())
        ]
        return own[0] if len(own) == 1 else ""

    def parameters(
        self, function: Function, arguments: tuple[Argument, ...], forwarded: bool
    ) -> dict[str, Value]:
        """Bind arguments to parameters; what a ``*`` may have bound is unknown."""
        a = function.definition.node.args
        positional = [p.arg for p in (*a.posonlyargs, *a.args)]
        frame: dict[str, Value] = {}
        names = list(positional)
        if function.definition.kind == "class" and names:
            frame[names.pop(0)] = UNKNOWN
        elif function.receiver is not None and names:
            frame[names.pop(0)] = one(function.receiver)
        for argument in arguments:
            if argument.name.isdigit():
                index = int(argument.name)
                if index < len(names):
                    frame[names[index]] = argument.value
                else:
                    self.give_away(argument.value)
            elif argument.name in positional or argument.name in {p.arg for p in a.kwonlyargs}:
                frame[argument.name] = argument.value
            else:
                self.give_away(argument.value)
        defaults = dict(zip(reversed(positional), reversed(a.defaults), strict=False))
        defaults |= {p.arg: d for p, d in zip(a.kwonlyargs, a.kw_defaults, strict=True) if d}
        for name in (*positional, *(p.arg for p in a.kwonlyargs)):
            if name not in frame:
                default = defaults.get(name)
                frame[name] = UNKNOWN if forwarded or default is None else _literal(default)
        for extra in (a.vararg, a.kwarg):
            if extra:
                frame[extra.arg] = UNKNOWN
        return frame

    def get_property(self, ref: Ref, function: Function, node: ast.Attribute) -> Value:
        if "setter" in function.definition.decorators:
            return UNKNOWN
        plain = {"property", "cached_property"}
        if not set(function.definition.decorators) <= plain:
            return UNKNOWN
        bound = Function(function.definition, function.frame, ref)
        if definition_is_runnable(function.definition) and function.definition not in self.callers:
            if len(self.calls) < DEPTH and self.left > 0 and self.state is not None:
                return self._run_body(self.place(node), bound, (), False)
        return UNKNOWN


def _nowhere(name: str) -> Value | None:
    return None


def definition_is_runnable(definition: FunctionDefinition) -> bool:
    return not definition.scope.yields and not definition.asynchronous


def activation_of(
    definition: FunctionDefinition, key: object, closure: object, outer: Activation | None
) -> Activation:
    """The activation of a function whose closure is the frame ``closure``."""
    enclosing: list[tuple[object, object]] = []
    parent, frame = definition.parent, closure
    while parent is not None:
        enclosing.append((frame, parent.scope))
        parent, frame = parent.parent, None
    names = definition.parameters
    node = definition.node
    name = definition.name
    owner = definition.owner
    return Activation(
        key=key,
        path=definition.path,
        statement=definition.statement,
        scope=definition.scope,
        definition=definition,
        enclosing=tuple(enclosing),  # type: ignore[arg-type]
        qualname=definition.qualname,
        self_name=names[0] if definition.kind in ("method", "property") and names else "",
        in_test=is_test_name(name)
        or (owner is not None and owner.name.startswith("Test"))
        or (outer is not None and outer.in_test and not isinstance(node, ast.Lambda)),
    )


def _literal(node: ast.expr) -> Value:
    """A default argument: evaluated once, when the function is defined."""
    if isinstance(node, ast.Constant):
        return NONE if node.value is None else one(Constant.of(node.value))
    return UNKNOWN


def _bases_after(origin: Class, owner: object) -> list[Class]:
    """The classes of the program that ``super()`` in ``owner`` looks at."""
    found = []
    pending = [origin]
    while pending:
        klass = pending.pop(0)
        parents = [p for base in klass.bases for p in base if isinstance(p, Class)]
        if klass.definition is owner:
            found.extend(parents)
        pending.extend(parents)
    return found
