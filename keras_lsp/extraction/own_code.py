"""The program's own functions and classes, run on what is known of their arguments.

Never learns what a layer is.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from keras_lsp.extraction import tensors
from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.core import DEEPEST
from keras_lsp.extraction.memory import Memory, joined_memories
from keras_lsp.extraction.training import Training
from keras_lsp.extraction.values import (
    NONE,
    Array,
    Bound,
    Class,
    Const,
    DictObject,
    External,
    Function,
    InstanceObject,
    PartOf,
    Ref,
    Super,
    Sym,
    Tup,
    Value,
    const,
)
from keras_lsp.networks import UNKNOWN
from keras_lsp.syntax.source import Place
from keras_lsp.syntax.walk import children, walk

KERAS_BASES = ("keras.Model", "keras.Layer", "keras.models.Functional", "keras.Sequential")


class OwnCode(Training):
    def __init__(self) -> None:
        super().__init__()
        self.returns: list[tuple[Value, Memory]] = []
        """What the function that is being run has returned, and what was true then."""
        self.seen: set[int] = set()
        """The functions and classes that have been run, by their nodes."""

    def run(self, body: list[ast.stmt]) -> bool:
        """Runs statements; whether the end of them is reached."""
        raise NotImplementedError

    def call(self, node: ast.Call) -> Value:
        callee = self.evaluate(node.func)
        if isinstance(callee, External) and callee.dotted == "builtins.super":
            return self._super(node)
        given = self.arguments(node)
        return self.called(callee, given, node)

    def called(self, callee: Value, given: Arguments, node: ast.Call) -> Value:
        if isinstance(callee, Sym):
            return self.call_symbol(callee, given, node)
        if isinstance(callee, External):
            return self.call_external(callee.dotted, given, node)
        if isinstance(callee, Function):
            return self.call_function(callee, given)
        if isinstance(callee, Class):
            return self._instance(callee, given, self.place(node))
        if isinstance(callee, Bound):
            if isinstance(callee.receiver, Super):
                return self._super_method(callee.receiver, callee.name, given)
            return self._own_method(callee, given, node)
        if isinstance(callee, Ref):
            thing = self.memory.object(callee)
            if isinstance(thing, InstanceObject) and not is_keras(thing.made_of):
                method = self._method(thing.made_of, "__call__")
                if isinstance(method, Function):
                    return self.call_function(method, given, callee)
                self.memory.blur(Tup((callee, *given.values)))
                return UNKNOWN
            return self.call_object(callee, given, node)
        if isinstance(callee, PartOf):
            return UNKNOWN
        for value in given.values:
            self.memory.blur(value)
        return UNKNOWN

    # Functions

    def call_function(self, function: Function, given: Arguments, *first: Value) -> Value:
        node = function.node
        traits = _traits(node)
        is_generator = traits.yields and not isinstance(node, ast.Lambda)
        if not function.is_plain or is_generator or self.depth >= DEEPEST:
            for value in (*first, *given.values):
                self.memory.blur(value)
            return UNKNOWN
        self.seen.add(id(node))
        self.frames.append(function.frame)
        number = len(self.frames) - 1
        bound = self._bound(function, given, first)
        self.parameters[number] = frozenset(_named(node.args))
        for name, value in bound.items():
            self.memory.names[number, name] = value
        before = self.frame, self.statement, self.returns
        self.frame, self.statement, self.returns = number, function.statement, []
        self.depth += 1
        try:
            if isinstance(node, ast.Lambda):
                self.returns.append((self.evaluate(node.body), self.memory))
            elif self.run(node.body):
                self.returns.append((NONE, self.memory))
            if not traits.has_scopes:
                # Nobody can look at its names any more: they would be carried along for nothing.
                for _, memory in self.returns:
                    memory.forget(number)
            self.memory = joined_memories([memory for _, memory in self.returns]) or self.memory
            values = [value for value, _ in self.returns]
            if not values:
                return UNKNOWN
            return values[0] if all(value == values[0] for value in values) else UNKNOWN
        finally:
            self.depth -= 1
            self.frame, self.statement, self.returns = before

    def _bound(
        self, function: Function, given: Arguments, first: tuple[Value, ...]
    ) -> dict[str, Value]:
        arguments = function.node.args
        positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        names = [*positional, *(a.arg for a in arguments.kwonlyargs)]
        if not given.is_complete:
            self.memory.blur(Tup(given.values))
            bound: dict[str, Value] = dict.fromkeys(names, UNKNOWN)
            bound.update(function.defaults if given.is_assumed else ())
            bound.update(zip(positional, first, strict=False))
        else:
            bound = {**dict.fromkeys(names, UNKNOWN), **dict(function.defaults)}
            values = (*first, *given.args)
            bound.update(zip(positional, values, strict=False))
            rest = tuple(values[len(positional) :])
            if arguments.vararg:
                bound[arguments.vararg.arg] = Tup(rest)
            more = [(k, v) for k, v in given.keywords if k not in names]
            bound.update((k, v) for k, v in given.keywords if k in names)
            if arguments.kwarg:
                bound[arguments.kwarg.arg] = self.dict_of(more)
        for extra in (arguments.vararg, arguments.kwarg):
            if extra:
                bound.setdefault(extra.arg, UNKNOWN)
        return bound

    def dict_of(self, pairs: list[tuple[str, Value]]) -> Value:
        return self.new(DictObject(tuple((const(name), value) for name, value in pairs)))

    # Classes

    def _instance(self, made_of: Class, given: Arguments, place: Place) -> Value:
        if not isinstance(self._method(made_of, "__init__"), Function):
            if not all(isinstance(base, Sym) for base in made_of.bases):
                self.memory.blur(Tup(given.values))
                return UNKNOWN
        ref = self.new(InstanceObject(made_of, (), place))
        self.seen.add(id(made_of.node))
        constructor = self._method(made_of, "__init__")
        if isinstance(constructor, Function):
            self.call_function(constructor, given, ref)
        if is_model(made_of):
            self.models.append((ref, ""))
        return ref

    def _method(self, made_of: Class, name: str) -> Value | None:
        found = dict(made_of.methods).get(name)
        if found is not None:
            return found
        for base in made_of.bases:
            inherited = self._method(base, name) if isinstance(base, Class) else None
            if inherited is not None:
                return inherited
        return None

    def instance_attribute(self, receiver: Ref, thing: InstanceObject, name: str) -> Value:
        found = thing.get(name)
        if found is not None:
            return found
        if isinstance(self._method(thing.made_of, name), Function):
            return Bound(receiver, name)
        if is_keras(thing.made_of):
            return Bound(receiver, name)
        return UNKNOWN

    def _own_method(self, callee: Bound, given: Arguments, node: ast.Call) -> Value:
        thing = self.memory.object(callee.receiver)
        if isinstance(thing, InstanceObject):
            method = self._method(thing.made_of, callee.name)
            if isinstance(method, Function):
                return self.call_function(method, given, callee.receiver)
            if callee.name == "add_weight" and is_keras(thing.made_of):
                return self._weight(given)
            self.memory.blur(Tup(given.values))
            return UNKNOWN
        return self.call_method(callee.receiver, callee.name, given, node)

    def _weight(self, given: Arguments) -> Value:
        """A weight is an array of the shape that it is given; Keras 2 wants its name first."""
        named = bool(given.args) and isinstance(given.args[0], Const)
        shape = given.get("shape", 1 if named else 0)
        items = None if shape is None else self.memory.items(shape)
        known = None if items is None else tensors.dimensions(Tup(items))
        return UNKNOWN if known is None else Array(known)

    def _super(self, node: ast.Call) -> Value:
        frame = self.frame
        while frame > 0:
            instance = self.memory.names.get((frame, "self"))
            thing = self.memory.object(instance) if instance is not None else None
            if instance is not None and isinstance(thing, InstanceObject):
                return Super(instance, self._class_of(thing.made_of, node))
            frame = self.frames[frame]
        return UNKNOWN

    def _class_of(self, made_of: Class, node: ast.Call) -> Class:
        """The class in whose text ``super()`` stands."""
        if any(each is node for each in walk(made_of.node)):
            return made_of
        for base in made_of.bases:
            if isinstance(base, Class):
                return self._class_of(base, node)
        return made_of

    def _super_method(self, receiver: Super, name: str, given: Arguments) -> Value:
        for base in receiver.after.bases:
            if isinstance(base, Class):
                method = self._method(base, name)
                if isinstance(method, Function):
                    return self.call_function(method, given, receiver.instance)
        if name in ("__init__", "build", "compile", "__setattr__"):
            return NONE
        self.memory.blur(Tup(given.values))
        return UNKNOWN

    def defined_class(self, node: ast.ClassDef) -> Value:
        bases = tuple(self.evaluate(base) for base in node.bases)
        methods: list[tuple[str, Value]] = []
        for each in node.body:
            if isinstance(each, ast.FunctionDef):
                methods.append((each.name, self.defined(each)))
            elif isinstance(each, (ast.AsyncFunctionDef, ast.Assign, ast.AnnAssign)):
                methods += [(name, UNKNOWN) for name in _targets(each)]
        return Class(node, self.statement, self.frame, bases, tuple(methods))

    def defined(self, node: ast.FunctionDef) -> Function:
        arguments = node.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        values = [self.evaluate(default) for default in arguments.defaults]
        pairs = list(zip(names[len(names) - len(values) :], values, strict=True))
        for keyword, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default is not None:
                pairs.append((keyword.arg, self.evaluate(default)))
        plain = all(self._is_harmless(each) for each in node.decorator_list)
        return Function(node, self.statement, self.frame, tuple(pairs), None, plain)

    def _is_harmless(self, decorator: ast.expr) -> bool:
        found = self.evaluate(decorator)
        return isinstance(found, External) and found.dotted in (
            "tensorflow.function", "tensorflow.autograph.experimental.do_not_convert",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Traits:
    """What a look at a function tells."""

    yields: bool
    has_scopes: bool
    """Something in it may look at its names when it has been left."""


def _traits(node: ast.FunctionDef | ast.Lambda) -> _Traits:
    """Found once, and kept with the node."""
    known: _Traits | None = getattr(node, "_traits", None)
    if known is not None:
        return known
    yields = has_scopes = False
    pending: list[ast.AST] = list(node.body) if isinstance(node.body, list) else [node.body]
    while pending:
        each = pending.pop()
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            has_scopes = True
            continue
        yields = yields or isinstance(each, (ast.Yield, ast.YieldFrom))
        has_scopes = has_scopes or isinstance(each, ast.GeneratorExp)
        pending += children(each)
    made = node._traits = _Traits(yields, has_scopes)  # type: ignore[union-attr]
    return made


def _named(arguments: ast.arguments) -> list[str]:
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _targets(node: ast.AsyncFunctionDef | ast.Assign | ast.AnnAssign) -> list[str]:
    if isinstance(node, ast.AsyncFunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def is_keras(made_of: Class) -> bool:
    return any(
        (isinstance(base, Sym) and base.name in KERAS_BASES)
        or (isinstance(base, Class) and is_keras(base))
        for base in made_of.bases
    )


def is_model(made_of: Class) -> bool:
    return any(
        (isinstance(base, Sym) and base.name == "keras.Model")
        or (isinstance(base, Class) and is_model(base))
        for base in made_of.bases
    )
