"""Own layers: what the ``call`` of a program's layer, or a ``Lambda``, makes of what goes in.

Never runs it: it is followed on tensors that stand for those that it is called on.

A ``compute_output_shape`` of its own is what Keras itself believes, whatever ``call`` does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from keras_lsp.extraction import tensors
from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.core import InputNode
from keras_lsp.extraction.networks import Networks
from keras_lsp.extraction.own_code import is_keras, is_model
from keras_lsp.extraction.statements import elements
from keras_lsp.extraction.values import (
    WEIGHTLESS,
    Const,
    DictObject,
    Function,
    InstanceObject,
    KerasTensor,
    LambdaBody,
    LayerObject,
    ListObject,
    Ref,
    Tup,
    Value,
)
from keras_lsp.networks import UNKNOWN, Made, Network, NetworkKind
from keras_lsp.replies import TensorSpec
from keras_lsp.syntax.source import Place

WEIGHTS = ("add_weight", "Variable")
"""What makes weights that no layer holds."""


class OwnLayers(Networks):
    def __init__(self) -> None:
        super().__init__()
        self._following: set[int] = set()

    def own_network(self, ref: Ref, thing: InstanceObject, name: str) -> Network | None:
        """A model or a layer of the program's own."""
        method = self._method(thing.made_of, "call")
        if not isinstance(method, Function) or not method.node.args.args[1:]:
            return None
        if ref.id in self._following:
            return None
        place = Place.of(method.statement, method.node)
        with self._followed(ref):
            starts, given = self._standing(ref, place)
            shape = self._shape_of_all(starts)
            build = self._method(thing.made_of, "build")
            if isinstance(build, Function):
                self.call_function(build, Arguments((shape,), ()), ref)
            computed = self._method(thing.made_of, "compute_output_shape")
            if isinstance(computed, Function):
                value = self._shaped(self.call_function(computed, Arguments((shape,), ()), ref))
            else:
                value = self.call_function(method, given, ref)
            found = self._inner(name, starts, value, thing.place)
        own = is_keras(thing.made_of) and any(w in ast.dump(thing.made_of.node) for w in WEIGHTS)
        is_partial = own or isinstance(computed, Function)
        kind = NetworkKind.SUBCLASS if is_model(thing.made_of) else NetworkKind.LAYER
        return replace(found, kind=kind, of=thing.made_of.node.name, is_partial=is_partial)

    def lambda_network(self, ref: Ref, thing: LayerObject, body: LambdaBody) -> Network | None:
        if ref.id in self._following:
            return None
        before = self.statement
        with self._followed(ref):
            self.statement = body.statement
            starts, given = self._standing(ref, thing.place)
            value: Value
            if body.output_shape is None:
                more = self.memory.object(body.arguments) if body.arguments else None
                items = (more.items or ()) if isinstance(more, DictObject) else ()
                pairs = tuple((str(key.value), value) for key, value in items)
                known = Arguments(given.args, pairs)
                value = self.called(body.function, known, body.node)
            elif isinstance(body.output_shape, Function):
                shape = Arguments((self._shape_of_all(starts),), ())
                value = self._shaped(self.call_function(body.output_shape, shape))
            else:
                value = self._shaped_after(body.output_shape, starts)
            found = self._inner("", starts, value, thing.place)
        self.statement = before
        return replace(found, of="Lambda")

    @contextmanager
    def _followed(self, ref: Ref) -> Iterator[None]:
        """Nothing that is done meanwhile has happened."""
        memory, before = self.memory, set(self.memory.objects)
        self.memory = memory.copy()
        self._following.add(ref.id)
        self.inside += 1
        self._before = before
        try:
            yield
        finally:
            self.inside -= 1
            self._following.discard(ref.id)
            self.memory = memory

    def _inner(self, name: str, starts: list[KerasTensor], value: Value, place: Place) -> Network:
        for id in set(self.memory.objects) - self._before:
            self._doubt(id)
        thing = self.memory.object(value)
        if isinstance(thing, ListObject) and thing.items is not None:
            value = Tup(thing.items)
        return self.graph(name, NetworkKind.LAYER, tuple(starts), elements(value), place)

    # What goes in

    def _standing(self, ref: Ref, place: Place) -> tuple[list[KerasTensor], Arguments]:
        """Tensors that stand for those of its first call, in the same order and structure."""
        calls = self.own_calls.get(ref.id, [])
        if not calls:
            start = self.node(InputNode(UNKNOWN, place))
            return [start], Arguments((start,), ())
        starts: list[KerasTensor] = []

        def stand(value: Value) -> Value:
            if isinstance(value, KerasTensor):
                start = self.node(InputNode(UNKNOWN, place))
                starts.append(start)
                return start
            items = self.memory.items(value)
            if items is None:
                return value
            made = tuple(stand(item) for item in items)
            return Tup(made) if isinstance(value, Tup) else self.list_of(made)

        first = calls[0]
        args = tuple(stand(value) for value in first.args)
        keywords = tuple((key, stand(value)) for key, value in first.keywords)
        every = [self.tensors_of(call.values) for call in calls]
        if all(len(each) == len(starts) for each in every):
            for start, outer in zip(starts, zip(*every, strict=True), strict=True):
                told = [self.outputs_of(each) for each in outer] if len(outer) > 1 else [None]
                if all(each == told[0] for each in told):
                    self.stand_ins[start.node] = outer[0]
        return starts, Arguments(args, keywords)

    def _shape_of_all(self, starts: list[KerasTensor]) -> Value:
        shapes = [tensors.attribute(self.outputs_of(start), "shape") for start in starts]
        return shapes[0] if len(shapes) == 1 else self.list_of(tuple(shapes))

    def _doubt(self, id: int) -> None:
        """Keras refuses a layer with weights that is made anew by each call."""
        thing = self.memory.objects[id]
        made = thing.made if isinstance(thing, LayerObject) else None
        if isinstance(thing, LayerObject) and not (
            isinstance(made, Made)
            and made.name.removeprefix("keras.layers.").startswith(WEIGHTLESS)
        ):
            self.memory.objects[id] = replace(thing, made=UNKNOWN)

    # What comes out

    def _shaped(self, value: Value) -> Value:
        """A tensor of the shape that was computed, or several of them."""
        items = self.memory.items(value)
        if items and all(self.memory.items(item) is not None for item in items):
            return Tup(tuple(self._shaped(item) for item in items))
        shape = None if items is None else tensors.dimensions(Tup(items))
        return UNKNOWN if shape is None else self.fresh(shape)

    def _shaped_after(self, shape: Value, starts: list[KerasTensor]) -> Value:
        """``Lambda(…, output_shape=(3,))``: the samples stay."""
        items = self.memory.items(shape)
        outputs = self.outputs_of(starts[0]) if len(starts) == 1 else None
        if items is None and isinstance(shape, Const) and type(shape.value) is int:
            items = (shape,)
        if items is None or not isinstance(outputs, TensorSpec):
            return UNKNOWN
        first = tensors.shape(outputs.shape[:1]).items
        return self._shaped(Tup((*first, *items)))
