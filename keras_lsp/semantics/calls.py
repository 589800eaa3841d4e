"""Calls: constructors and methods of Keras, and the program's own functions.

Never decides whether a call is a mistake; it tells what happened.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import partial

from keras_lsp.catalog.operations import is_operation
from keras_lsp.semantics.activation import NeverReturns
from keras_lsp.semantics.attribute_types import AttributeTypes
from keras_lsp.semantics.concerns import is_of_model, is_op_on_symbol, is_told, may_concern
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.gradients import learned, learners, passed_on, read_to_learn
from keras_lsp.semantics.own_calls import OwnCalls
from keras_lsp.semantics.owners import stranger
from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.purity import is_pure, leaves_models_alone, never_returns
from keras_lsp.semantics.values import (
    EMPTY,
    UNKNOWN,
    Atom,
    BoundMethod,
    Class,
    External,
    Function,
    Mapping,
    Part,
    Ref,
    Result,
    Symbol,
    Tensor,
    Value,
    is_unknown,
    join,
    one,
    only,
    reachable,
)
from keras_lsp.syntax import Place
from keras_lsp.syntax.walk import NO_NAMES, names_in


class Calls(OwnCalls, AttributeTypes):
    """Evaluates calls; the program's own functions are run with the values at hand."""

    def call(self, node: ast.Call) -> Value:
        self.left -= 1
        receiver, function = self._callee(node.func)
        receiver = self.as_typed(node.func, receiver)
        tells = not self.quiet and is_told(function)
        before, self.learning = self.learning, read_to_learn(node) or self.learning
        arguments, forwarded = self._arguments(node, tells)
        self.learning = before
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return self._super(arguments)
        event = None
        learning = learners(node, receiver, arguments, self.state)
        if not tells and not self.quiet and may_concern(receiver, function, arguments, learning):
            tells, arguments = True, self._told(node, arguments)
        if tells:
            event = self._event(node, receiver, function, arguments, forwarded, learning)
        slot = len(self.events)
        result = EMPTY
        atoms = sorted(function, key=repr) if len(function) > 1 else list(function)
        if len(atoms) <= 1:
            for atom in atoms:
                result = self._call_atom(node, atom, arguments, forwarded)
        else:
            result = self._call_each(node, atoms, arguments, forwarded)
        self._learn(node, learning, receiver)
        if event is not None and not self.quiet:
            told = self._completed(event, result)
            if told is not None:
                self.events.insert(slot, told)
        return result if atoms else UNKNOWN

    def _learn(self, node: ast.Call, models: tuple[Ref, ...], receiver: Value) -> None:
        state, optimizer = self.state, only(receiver)
        if state is None:
            return
        for model in models:
            self.train_optimizer(optimizer, model)
            state.change(one(model), partial(learned, place=self.place(node)))

    def _call_each(
        self, node: ast.Call, atoms: list[Atom], arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        """One of several callees: each is tried on a state of its own."""
        assert self.state is not None
        before, result, after = self.state, EMPTY, None
        for atom in atoms:
            self.state = before.fork()
            try:
                result = join(result, self._call_atom(node, atom, arguments, forwarded))
            except NeverReturns:
                continue
            after = self.state if after is None else after.join(self.state)
        if after is None:
            self.state = before
            raise NeverReturns
        self.state = after
        return result

    # Callee and arguments

    def _callee(self, func: ast.expr) -> tuple[Value, Value]:
        if isinstance(func, ast.Attribute):
            if isinstance(func.value, ast.Name):
                receiver = self.name(func.value, attribute=func.attr)
            elif isinstance(func.value, ast.Attribute):
                receiver = self.attribute(func.value, used_as=func.attr)
            else:
                receiver = self.evaluate(func.value)
            return receiver, self.read_attribute(func, receiver, called=True)
        if isinstance(func, ast.Name):
            return EMPTY, self.name(func, called=True)
        return EMPTY, self.evaluate(func)

    def _arguments(self, node: ast.Call, told: bool) -> tuple[tuple[Argument, ...], bool]:
        """What a call is given, and whether there may be more: ``*args`` or ``**kwargs``.

        ``told``: an event will tell of them, else they are as far as the interpreter needs.
        """
        found = []
        position = 0
        starred = spread = False
        for expr in node.args:
            if isinstance(expr, ast.Starred):
                self.evaluate(expr)
                starred = True
                continue
            value = self._argument_value(expr, node)
            found.append(self._argument("?" if starred else str(position), expr, value, told))
            position += 1
        for keyword in node.keywords:
            value = self._argument_value(keyword.value, node)
            if keyword.arg is not None:
                found.append(self._argument(keyword.arg, keyword.value, value, told))
            else:
                spread = True
                found.extend(self._spread(keyword.value, value, told))
        return tuple(found), starred or spread

    def _argument_value(self, expr: ast.expr, call: ast.Call) -> Value:
        if isinstance(expr, ast.Name):
            return self.name(expr, of=call)
        return self.evaluate(expr)

    def _argument(self, name: str, expr: ast.expr, value: Value, told: bool) -> Argument:
        place = self.place(expr)
        if not told:
            return Argument(name, value, place, "", NO_NAMES, True)
        return Argument(name, value, place, self.text(expr), names_in(expr), is_pure(expr))

    def _told(self, node: ast.Call, arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
        exprs = [e for e in node.args if not isinstance(e, ast.Starred)]
        # A node has one place, which is made once.
        by_place = {id(self.place(e)): e for e in (*exprs, *(k.value for k in node.keywords))}
        return tuple(
            Argument(a.name, a.value, a.place, self.text(e), names_in(e), is_pure(e), a.written)
            for a in arguments
            for e in (by_place[id(a.place)],)
        )

    def _spread(self, expr: ast.expr, value: Value, told: bool) -> list[Argument]:
        """``**{"epochs": 3}``: a literal dict gives its arguments."""
        atom = only(value)
        if isinstance(atom, Mapping) and atom.items is not None:
            spread = (self._argument(str(key), expr, item, told) for key, item in atom.items)
            return [replace(argument, written=False) for argument in spread]
        return []

    # Telling

    def _event(
        self,
        node: ast.Call,
        receiver: Value,
        function: Value,
        arguments: tuple[Argument, ...],
        forwarded: bool,
        learning: tuple[Ref, ...],
    ) -> Call | None:
        """What is known of the call before it is made."""
        if self.quiet or self.node is None:
            return None
        callee = only(function)
        symbol = callee.name if isinstance(callee, Symbol) else ""
        own = callee.definition if isinstance(callee, (Function, Class)) else None
        attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        models = self.models(receiver)
        consumer, assigned, discarded = self.consumer
        place = self.place(node)
        return Call(
            place=place,
            statement=self.here,
            context=self.context(),
            callee=self.text(node.func),
            external=callee.name if isinstance(callee, External) else "",
            symbol=symbol,
            api=callee.api if isinstance(callee, Symbol) else "",
            method=attribute if not symbol else "",
            name_place=_last_name(self.place(node.func), attribute),
            receiver=self.text(node.func.value) if isinstance(node.func, ast.Attribute) else "",
            receiver_value=receiver,
            models=models,
            arguments=arguments,
            forwarded=forwarded,
            result=EMPTY,
            assigned=assigned if consumer is node else "",
            discarded=discarded if consumer is node else False,
            kept=False,
            made=(),
            function=own.qualname if own is not None else "",
            function_place=own.name_place if own is not None else None,
            objects=self.objects(receiver, *(a.value for a in arguments)),
            learners=self.models(frozenset(learning)) if learning else (),
            refused=bool(learning) and self._is_refused(only(receiver), learning),
        )

    def _is_refused(self, optimizer: Atom | None, models: tuple[Ref, ...]) -> bool:
        held = self.object(optimizer) if isinstance(optimizer, Ref) else None
        return (
            self.state is not None
            and held is not None
            and any(
                (thing := self.object(model)) is not None
                and stranger(self.state, model.id, thing, held)
                for model in models
            )
        )

    def _completed(self, event: Call, result: Value) -> Call | None:
        """The event with its result; ``None`` where the call does not concern Keras."""
        concerns = (
            event.symbol
            or event.external == "tensorflow.function"
            or is_op_on_symbol(External(event.external), event.arguments)
            or event.models
            or event.learners
            or event.function
            or any(map(is_of_model, event.receiver_value))
            or self.holds_model(event.receiver_value)
            or self.holds_model(result)
            or any(thing.family is not Family.INSTANCE for _, thing in event.objects)
        )
        if not concerns:
            return None
        kept = event.discarded and self.held_elsewhere(result, "")
        # Nobody has seen it yet; another one with these three would be made for each call.
        rest = {"result": result, "kept": kept, "made": self.models(result)}
        for name, value in rest.items():
            object.__setattr__(event, name, value)
        return event

    def held_elsewhere(self, value: Value, name: str) -> bool:
        """Whether something other than ``name`` holds an object of ``value``."""
        held = set(reachable(value))
        state = self.state
        if not held or state is None:
            return False
        if state.touched is not None:
            state.touched.held.update(ref.id for ref in held)
        for key, names in state.frames.items():
            for other, known in names.items():
                if (other != name or key != self.activation.key) and held & set(reachable(known)):
                    return True
        for thing in state.heap.values():
            if thing.family is Family.HISTORY:
                continue
            for attribute, known in thing.attributes:
                if f"self.{attribute}" != name and held & set(reachable(known)):
                    return True
        return any((o := state.object(r)) is not None and o.escaped for r in held)

    # What is called

    def _call_atom(
        self, node: ast.Call, atom: Atom, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        match atom:
            case Symbol():
                return self._symbol(node, atom, arguments, forwarded)
            case BoundMethod():
                return self._method(node, atom, arguments, forwarded)
            case Function():
                return self.call_function(node, atom, arguments, forwarded)
            case Class():
                return self._instance(node, atom, arguments, forwarded)
            case Ref():
                return self._called_object(node, atom, arguments)
            case Part():
                return one(Tensor(frozenset({atom.model.id})))
            case External():
                return self._external(node, atom, arguments, forwarded)
        self.hand_over(arguments)
        return UNKNOWN

    def _external(
        self, node: ast.Call, external: External, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        if never_returns(external.name):
            raise NeverReturns
        if (weights := passed_on(external.name, arguments)) is not None:
            return weights
        known = self.imported(self, external)
        if known is not None and not is_unknown(known):
            result = EMPTY
            for atom in known:
                result = join(result, self._call_atom(node, atom, arguments, forwarded))
            return result
        if not leaves_models_alone(external.name):
            self.hand_over(arguments)
        if is_op_on_symbol(external, arguments) and is_operation(external.name):
            # It is refused; once it is mended it gives such a tensor again.
            return one(Tensor(symbolic=True))
        return one(Result(external.name))


def _last_name(place: Place, attribute: str) -> Place:
    if not attribute:
        return place
    size = len(attribute.encode())
    return Place(
        place.statement, place.end_line, place.end_column - size, place.end_line, place.end_column
    )
