"""Calls of Keras: its constructors, the methods of its objects, and the objects themselves.

Never runs a function of the program.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from keras_lsp.semantics import histories
from keras_lsp.semantics.activation import NeverReturns
from keras_lsp.semantics.effects import (
    after_method,
    constructed,
    head_of,
    method_result,
    sources,
)
from keras_lsp.semantics.events import Argument
from keras_lsp.semantics.expressions import Expressions
from keras_lsp.semantics.gradients import learners
from keras_lsp.semantics.observing import model_of
from keras_lsp.semantics.outputs import gives_one
from keras_lsp.semantics.owners import touched, trained_with
from keras_lsp.semantics.phases import Family, Object
from keras_lsp.semantics.purity import leaves_models_alone, never_returns
from keras_lsp.semantics.symbolic import is_symbolic
from keras_lsp.semantics.symbols import TRAINING, family_of
from keras_lsp.semantics.values import (
    UNKNOWN,
    Atom,
    BoundMethod,
    Mapping,
    Ref,
    Result,
    Sequence,
    Super,
    Symbol,
    Tensor,
    Value,
    one,
    only,
)


class KerasCalls(Expressions):
    """Calls whose callee is not the program's own."""

    def super_method(
        self,
        node: ast.Call,
        receiver: Super,
        method: str,
        arguments: tuple[Argument, ...],
        forwarded: bool,
    ) -> Value:
        raise NotImplementedError

    def _symbol(
        self, node: ast.Call, symbol: Symbol, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        assert self.state is not None
        name = symbol.name
        family = family_of(name)
        api = "tf_keras" if self.target.keras2 else symbol.api
        if name in ("keras.Input", "keras.layers.Input"):
            return one(Tensor(symbolic=not self.target.is_keras2(api), one=True))
        if family is Family.MODEL:
            phase, parts = constructed(name, arguments, forwarded, self.place(node), self.state)
            made = Object(
                family,
                name,
                phase=phase,
                parts=parts,
                head=head_of(name, arguments),
                api=api,
                arguments=kept(arguments, forwarded),
            )
            return one(self.allocate(node, made))
        if family is not None:
            made = Object(family, name, api=api, arguments=kept(arguments, forwarded))
            return one(self.allocate(node, made))
        if name.rpartition(".")[2] == "clone_model":
            return UNKNOWN
        tensors = [a.value for a in arguments if any(isinstance(x, Tensor) for x in a.value)]
        if tensors:
            found = frozenset[object]()
            for value in tensors:
                found |= sources(value)
            symbolic = name not in _TOLD_BY_SHAPE and any(map(is_symbolic, tensors))
            return one(Tensor(found, symbolic))  # type: ignore[arg-type]
        return one(Result(name))

    def _method(
        self, node: ast.Call, bound: BoundMethod, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        assert self.state is not None
        receiver, method = bound.receiver, bound.name
        if isinstance(receiver, Super):
            return self.super_method(node, receiver, method, arguments, forwarded)
        if isinstance(receiver, Ref):
            thing = self.state.object(receiver)
            if thing is not None and thing.phase is not None:
                return self._model_method(node, receiver, thing, method, arguments, forwarded)
            self.look_at(one(receiver))
            if thing is not None and thing.family is Family.HISTORY and method == "keys":
                return histories.dict_of(receiver)
            if thing is not None and thing.family is Family.OPTIMIZER:
                if not learners(node, one(receiver), arguments, self.state):
                    self.state.store(receiver, touched(thing))
                self.hand_over(arguments)
            return UNKNOWN
        if isinstance(receiver, (Sequence, Mapping)):
            self.give_away(*(a.value for a in arguments))
            self._forget_display(node.func)
            return UNKNOWN
        if isinstance(receiver, Symbol):
            self.hand_over(arguments)
            return UNKNOWN
        if isinstance(receiver, Result):
            if never_returns(f"{receiver.name}.{method}"):
                raise NeverReturns
            if not leaves_models_alone(receiver.name):
                self.hand_over(arguments)
            return one(Result(f"{receiver.name}.{method}"))
        return UNKNOWN

    def _model_method(
        self,
        node: ast.Call,
        ref: Ref,
        thing: Object,
        method: str,
        arguments: tuple[Argument, ...],
        forwarded: bool,
    ) -> Value:
        state = self.state
        assert state is not None
        place = self.place(node)
        for argument in arguments:
            # Callbacks and losses may hold the model from now on; a layer becomes its part.
            if method != "add":
                self.look_at(argument.value)
        if method in TRAINING:
            compilation = thing.phase.compilation if thing.phase else None
            self.train_optimizer(only(compilation.optimizer) if compilation else None, ref)
        state.change(
            one(ref),
            lambda model: after_method(model, method, arguments, forwarded, place, state),
        )
        if method in ("set_weights", "load_weights"):
            state.change(one(ref), lambda model: model.reset(tuple(p.place for p in self.loops)))
        if method in ("add_loss", "add_metric"):
            state.change(one(ref), lambda model: model.with_attribute("add_loss", UNKNOWN))
        if method in ("fit", "fit_generator"):
            trained = model_of(state, ref, state.object(ref) or thing)
            return one(self.allocate(node, histories.of_fit(trained, ref, arguments, forwarded)))
        return method_result(method, ref, thing, arguments, place)

    def train_optimizer(self, optimizer: Atom | None, model: Ref) -> None:
        """Training ties an optimizer to the variables of this model."""
        held = self.object(optimizer) if isinstance(optimizer, Ref) else None
        thing = self.object(model)
        if self.state is not None and held is not None and thing is not None:
            assert isinstance(optimizer, Ref)
            self.state.store(optimizer, trained_with(held, model, thing))

    def _forget_display(self, func: ast.expr) -> None:
        """A method of a list may have changed it: its display no longer tells."""
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            value = self.lookup(func.value.id)
            atom = only(value)
            if isinstance(atom, (Sequence, Mapping)) and atom.items is not None:
                self.give_away(value)
                self.bind(func.value.id, one(replace(atom, items=None)))

    def _called_object(self, node: ast.Call, ref: Ref, arguments: tuple[Argument, ...]) -> Value:
        """``layer(x)``, ``model(x)``: the tensor knows what computed it."""
        state = self.state
        thing = self.object(ref)
        if state is None or thing is None:
            return UNKNOWN
        if thing.phase is not None:
            place = self.place(node)
            state.change(one(ref), lambda m: after_method(m, "__call__", (), False, place, state))
        found = frozenset({ref.id})
        for argument in arguments:
            found |= sources(argument.value)
        if thing.family in (Family.LAYER, Family.MODEL):
            symbolic = any(is_symbolic(a.value) for a in arguments)
            return one(Tensor(found, symbolic, gives_one(thing, arguments, state)))
        if thing.family is Family.INSTANCE:
            self.hand_over(arguments)
        return UNKNOWN

    def hand_over(self, arguments: tuple[Argument, ...]) -> None:
        """Somebody unknown gets the arguments, and may use what escaped before."""
        if self.state is not None:
            for argument in arguments:
                self.state.blur(argument.value)
            self.state.blur_escaped()


_TOLD_BY_SHAPE = frozenset(
    f"keras.{module}.{name}"
    for module in ("ops", "backend")
    for name in ("shape", "size", "ndim", "int_shape", "dtype", "is_tensor", "is_keras_tensor")
)
"""What Keras answers without any numbers: the answer is no tensor."""


def kept(arguments: tuple[Argument, ...], forwarded: bool) -> tuple[tuple[str, Value], ...]:
    kept = tuple((a.name, a.value) for a in arguments)
    return (*kept, ("**", UNKNOWN)) if forwarded else kept
