"""Attributes and methods: of modules, layers, models, lists and texts.

Never runs a function of the program.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import replace
from typing import Any

from keras_lsp.extraction import arrays, tensors
from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.constants import FUNCTIONS, METHODS, NotKnown, checked
from keras_lsp.extraction.core import MOST_UNROLLED
from keras_lsp.extraction.parts import PROPERTIES, Parts
from keras_lsp.extraction.values import (
    NONE,
    NUMPY,
    Array,
    Bound,
    Const,
    DictObject,
    External,
    FunctionalObject,
    InstanceObject,
    KerasTensor,
    LayerObject,
    ListObject,
    PartOf,
    Ref,
    SequentialObject,
    Sym,
    Tup,
    Value,
    const,
)
from keras_lsp.networks import UNKNOWN, Made, Unknown

HARMLESS = frozenset(
    {"absl", "builtins", "collections", "datetime", "functools", "gc", "itertools", "json",
     "logging", "math", "matplotlib", "numpy", "os", "pandas", "pathlib", "random", "re", "seaborn",
     "sklearn", "sys", "tensorflow", "time", "typing"}
)  # fmt: skip
"""Modules whose functions leave models as they are."""
HARMFUL = frozenset({"builtins.setattr", "builtins.exec", "builtins.eval", "builtins.delattr"})


class Methods(Parts):
    def attribute(self, receiver: Value, name: str, node: ast.AST) -> Value:
        if isinstance(receiver, Sym):
            return self.below(receiver, name)
        if isinstance(receiver, External):
            return self.named(f"{receiver.dotted}.{name}")
        if isinstance(receiver, PartOf):
            return receiver
        if isinstance(receiver, Array) and name in ("shape", "ndim", "T"):
            return arrays.attribute(receiver, name)
        thing = self.memory.object(receiver)
        if isinstance(receiver, Ref) and isinstance(thing, InstanceObject):
            return self.instance_attribute(receiver, thing, name)
        if isinstance(receiver, Ref) and name in PROPERTIES:
            return self.property_of(receiver, name, node)
        if isinstance(receiver, KerasTensor):
            if name in tensors.ATTRIBUTES:
                return tensors.attribute(self.outputs_of(receiver), name)
            return Bound(receiver, name) if name == "get_shape" else UNKNOWN
        if isinstance(receiver, Tup):
            rank = tensors.of_shape(receiver, name) if name in ("rank", "ndims") else None
            return rank or Bound(receiver, name)
        return Bound(receiver, name)

    def instance_attribute(self, receiver: Ref, thing: InstanceObject, name: str) -> Value:
        raise NotImplementedError

    def call_method(self, receiver: Value, name: str, given: Arguments, node: ast.Call) -> Value:
        thing = self.memory.object(receiver)
        if isinstance(receiver, Array) and given.is_complete:
            plain = arrays.Given(given.args, given.keywords)
            return arrays.of_method(receiver, name, plain, self.memory.items)
        if isinstance(receiver, Ref):
            self.observe(receiver, name, given, node)
            if isinstance(thing, ListObject):
                return self._list_method(receiver, thing, name, given)
            if isinstance(thing, DictObject):
                return self._dict_method(receiver, thing, name, given)
            if isinstance(thing, SequentialObject):
                return self._sequential_method(receiver, thing, name, given, node)
            if name == "get_layer":
                return self.layer_named(receiver, given, node)
            if name in ("__call__", "call"):
                return self.call_object(receiver, given, node)
            if name in ("compile", "fit", "summary"):
                return NONE if name != "fit" else UNKNOWN
            return UNKNOWN
        if isinstance(receiver, KerasTensor) and name == "get_shape":
            return tensors.attribute(self.outputs_of(receiver), "shape")
        if isinstance(receiver, Tup) and name == "as_list":
            return self.list_of(receiver.items)
        if isinstance(receiver, Tup) and name == "num_elements":
            return tensors.of_shape(receiver, name) or UNKNOWN
        if isinstance(receiver, Const) and isinstance(receiver.value, str) and name in METHODS:
            if given.is_complete and all(isinstance(v, Const) for v in given.args):
                args = [v.value for v in given.args if isinstance(v, Const)]
                try:
                    return const(checked(getattr(receiver.value, name), *args))
                except NotKnown:
                    return UNKNOWN
        for value in (receiver, *given.values):
            self.memory.blur(value)
        return UNKNOWN

    def _sequential_method(
        self, ref: Ref, thing: SequentialObject, name: str, given: Arguments, node: ast.Call
    ) -> Value:
        if name == "add":
            value = given.get("layer", 0)
            place = node.args[0] if node.args else node
            self.add(ref, UNKNOWN if value is None else value, place)
            return NONE
        if name == "pop":
            if not thing.is_closed and thing.items and isinstance(thing.items[-1].value, Ref):
                self.memory.objects[ref.id] = replace(thing, items=thing.items[:-1])
                return thing.items[-1].value
            self._close(ref)
            return UNKNOWN
        if name == "build":
            shape = given.get("input_shape", 0)
            if shape is not None:
                made = Made("keras.Input", (), (("batch_shape", self.argument(shape)),))
                self.memory.objects[ref.id] = replace(thing, built=thing.built or made)
            return NONE
        if name in ("__call__", "call"):
            return self.call_object(ref, given, node)
        if name == "get_layer":
            return self.layer_named(ref, given, node)
        return UNKNOWN

    def _list_method(self, ref: Ref, thing: ListObject, name: str, given: Arguments) -> Value:
        items = thing.items
        if items is None or not given.is_complete or given.keywords:
            self.memory.blur(Tup((ref, *given.values)))
            return UNKNOWN
        if name == "append" and len(given.args) == 1:
            self.changed_list(ref, (*items, given.args[0]))
            return NONE
        if name == "extend" and len(given.args) == 1:
            more = self.iterated(given.args[0])
            self.changed_list(ref, None if more is None else items + more)
            return NONE
        if name == "pop" and not given.args and items:
            self.changed_list(ref, items[:-1])
            return items[-1]
        if name == "copy":
            return self.list_of(items)
        if name == "reverse":
            self.changed_list(ref, items[::-1])
            return NONE
        if name not in ("index", "count"):
            self.memory.blur(Tup((ref, *given.values)))
        return UNKNOWN

    def _dict_method(self, ref: Ref, thing: DictObject, name: str, given: Arguments) -> Value:
        items = dict(thing.items or ())
        if thing.items is not None and name in ("items", "keys", "values"):
            if name == "items":
                return self.list_of(tuple(Tup((k, v)) for k, v in items.items()))
            return self.list_of(tuple(items if name == "keys" else items.values()))
        if thing.items is not None and name == "get" and given.args:
            key = given.args[0]
            default = given.args[1] if len(given.args) > 1 else NONE
            return items.get(key, default) if isinstance(key, Const) else UNKNOWN
        if name not in ("get", "items", "keys", "values", "copy"):
            self.memory.blur(Tup((ref, *given.values)))
        return UNKNOWN

    # Built-in functions

    def call_external(self, dotted: str, given: Arguments, node: ast.Call) -> Value:
        found = self._builtin(dotted, given) if given.is_complete else UNKNOWN
        if found is UNKNOWN:
            found = self.told_of_tensor(dotted, given)
        if found is UNKNOWN and self.inside:
            found = self.inner_operation(dotted, given, node)
        if found is UNKNOWN and given.is_complete:
            plain = arrays.Given(given.args, given.keywords)
            found = arrays.external(dotted, plain, self.memory.items)
        root = dotted.partition(".")[0]
        if found is UNKNOWN and (root not in HARMLESS or dotted in HARMFUL):
            for value in given.values:
                self.memory.blur(value)
        return found

    def observe(self, ref: Ref, name: str, given: Arguments, node: ast.Call) -> None:
        """A method of something is called: somebody may keep what it tells."""
        raise NotImplementedError

    def _builtin(self, dotted: str, given: Arguments) -> Value:
        args = given.args
        if dotted in FUNCTIONS:
            values = args
            if len(args) == 1 and dotted in ("builtins.max", "builtins.min"):
                values = self.memory.items(args[0]) or ()
            if values and not given.keywords and all(isinstance(v, Const) for v in values):
                try:
                    known = [v.value for v in values if isinstance(v, Const)]
                    return const(checked(FUNCTIONS[dotted], *known))
                except NotKnown:
                    return UNKNOWN
            return UNKNOWN
        if dotted == "numpy.prod" and len(args) == 1 and not given.keywords:
            return self._product(args[0])
        name = dotted.removeprefix("builtins.")
        if name == "range" and all(isinstance(v, Const) for v in args) and args:
            return self._range([v.value for v in args if isinstance(v, Const)])
        lists = [self.iterated(value) for value in args]
        if name == "len" and len(args) == 1 and lists[0] is not None:
            return const(len(lists[0]))
        if name in ("list", "tuple") and len(args) <= 1:
            items = lists[0] if lists else ()
            if items is None:
                return UNKNOWN
            return Tup(items) if name == "tuple" else self.list_of(items)
        if name == "dict" and not args:
            pairs = tuple((const(key), value) for key, value in given.keywords)
            return self.new(DictObject(pairs))
        first = lists[0] if lists else None
        if first is None:
            return UNKNOWN
        if name == "reversed":
            return Tup(first[::-1])
        if name == "enumerate" and len(args) + len(given.keywords) == 1:
            return Tup(tuple(Tup((const(n), value)) for n, value in enumerate(first)))
        if name == "zip" and {key for key, _ in given.keywords} <= {"strict"}:
            known = [each for each in lists if each is not None]
            if len(known) == len(lists):
                return Tup(tuple(Tup(each) for each in zip(*known, strict=False)))
        return UNKNOWN

    def _product(self, value: Value) -> Value:
        items = self.memory.items(value)
        whole: Value = const(1) if items else UNKNOWN
        for item in items or ():
            if not isinstance(whole, Const) or not isinstance(item, Const):
                return UNKNOWN
            try:
                whole = const(checked(operator.mul, whole.value, item.value))
            except NotKnown:
                return UNKNOWN
        return Const(whole.value, NUMPY) if isinstance(whole, Const) else whole

    def _range(self, bounds: list[Any]) -> Value:
        try:
            found = range(*bounds)
            if len(found) > MOST_UNROLLED:
                return UNKNOWN
        except (TypeError, ValueError, OverflowError):
            return UNKNOWN
        return Tup(tuple(const(n) for n in found))

    # Attributes that are set

    def set_attribute(self, receiver: Value, name: str, value: Value) -> None:
        if isinstance(receiver, PartOf):
            receiver, value = receiver.whole, UNKNOWN
        thing = self.memory.object(receiver)
        if isinstance(receiver, Ref) and isinstance(thing, InstanceObject) and name != "trainable":
            self.memory.objects[receiver.id] = thing.having(name, value)
            return
        if isinstance(receiver, Ref) and not isinstance(
            thing, (ListObject, DictObject, type(None))
        ):
            if name == "trainable":
                self._freeze(receiver, value)
            elif isinstance(thing, LayerObject) and name != "name":
                self.memory.objects[receiver.id] = replace(thing, made=UNKNOWN)
            return
        if name == "trainable" and receiver is UNKNOWN:
            for id, each in list(self.memory.objects.items()):
                if not isinstance(each, (ListObject, DictObject)):
                    self.memory.objects[id] = replace(each, trainable=UNKNOWN)
        self.memory.blur(value)

    def _freeze(self, ref: Ref, value: Value) -> None:
        known = isinstance(value, Const) and isinstance(value.value, bool)
        wanted: bool | Unknown = (
            bool(value.value) if known and isinstance(value, Const) else UNKNOWN
        )
        thing = self.memory.object(ref)
        if thing is not None and not isinstance(thing, (ListObject, DictObject)):
            self.memory.objects[ref.id] = replace(thing, trainable=wanted)
        if isinstance(thing, SequentialObject):
            for item in thing.items:
                if isinstance(item.value, Ref):
                    self._freeze(item.value, value)
        if isinstance(thing, FunctionalObject):
            for id in self.layers_of(thing):
                self._freeze(Ref(id), value)

    def layers_of(self, thing: FunctionalObject) -> list[int]:
        raise NotImplementedError
