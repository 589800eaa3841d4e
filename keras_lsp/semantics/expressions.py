"""Expressions: what each kind of expression evaluates to.

Never follows a call; that is the next layer's work.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from keras_lsp.catalog.names import canonical
from keras_lsp.semantics.definitions import is_closed, names_in
from keras_lsp.semantics.events import AttributeUse, History, Loop, NameUse, SubscriptUse
from keras_lsp.semantics.machine import Machine
from keras_lsp.semantics.needs import unmet
from keras_lsp.semantics.phases import YES, Family, Object, Phase
from keras_lsp.semantics.symbols import MODEL_METHODS, MODEL_USES, NOT_A_USE, is_keras_class
from keras_lsp.semantics.values import (
    EMPTY,
    UNDEFINED,
    UNKNOWN,
    Atom,
    BoundMethod,
    Class,
    Constant,
    External,
    Function,
    Mapping,
    Nothing,
    ObjectId,
    Part,
    Ref,
    Result,
    Sequence,
    Super,
    Symbol,
    Tensor,
    Value,
    constant,
    defined,
    is_undefined,
    is_unknown,
    join,
    join_all,
    may_be_undefined,
    one,
    only,
    reachable,
)


class Expressions(Machine):
    """Evaluates expressions; reads of names and attributes are told as events."""

    def evaluate(self, node: ast.expr) -> Value:
        how = _KINDS.get(type(node))
        return how(self, node) if how else self._parts(node)

    def call(self, node: ast.Call) -> Value:
        raise NotImplementedError

    def get_property(self, ref: Ref, function: Function, node: ast.Attribute) -> Value:
        raise NotImplementedError

    def bind_target(self, target: ast.expr, value: Value, source: ast.expr | None) -> None:
        raise NotImplementedError

    # Names

    def name(
        self, node: ast.Name, attribute: str = "", called: bool = False, argument_of: str = ""
    ) -> Value:
        value = self.lookup(node.id)
        if may_be_undefined(value):
            self._saw_undefined(node, value, attribute, called, argument_of)
            value = defined(value) or UNKNOWN
            # Whoever got past this line has it defined: it is told once.
            self.bind(node.id, value)
        if attribute not in NOT_A_USE:
            self.look_at(value)
        return value

    def _saw_undefined(
        self, node: ast.Name, value: Value, attribute: str, called: bool, argument_of: str
    ) -> None:
        if self.quiet:
            return
        running = self.activation
        scope = running.scope
        local = scope is not None and node.id in scope.locals
        binding = None
        if scope is not None and local:
            first = dict(scope.first_binding).get(node.id)
            binding = self.place(first) if first is not None else None
        self.emit(
            NameUse(
                place=self.place(node),
                context=self.context(),
                name=node.id,
                value=value,
                attribute=attribute,
                called=called,
                scope="local" if local else "global",
                argument_of=argument_of,
                binding=binding,
                model_binding=None,
                model_binding_function="",
                builder_result_dropped=None,
                builder_call="",
                star_import=self.unknown_star,
                statement=self.here,
            )
        )

    def look_at(self, value: Value) -> None:
        """Somebody looks at a model: what it has learned is not lost unseen."""
        state = self.state
        if state is None:
            return
        for ref in reachable(value):
            thing = state.object(ref)
            if thing is None:
                continue
            if thing.phase is not None and thing.phase.used is not YES:
                state.store(ref, thing.with_phase(_used(thing)))
            elif thing.family is Family.HISTORY:
                self.look_at(thing.attribute("model") or EMPTY)

    # Attributes

    def attribute(self, node: ast.Attribute, called: bool = False) -> Value:
        if isinstance(node.value, ast.Name):
            value = self.name(node.value, attribute=node.attr)
        else:
            value = self.evaluate(node.value)
        return self.read_attribute(node, value, called)

    def read_attribute(self, node: ast.Attribute, value: Value, called: bool) -> Value:
        if node.attr not in NOT_A_USE:
            self.look_at(value)
        found = join_all(self._attribute_of(atom, node) for atom in value)
        telling = any(isinstance(a, (Nothing, Function, Class, Ref, Symbol)) for a in value)
        if telling and not self.quiet and not all(isinstance(a, Symbol) for a in value):
            self._tell_attribute(node, value, called, is_undefined(found))
        if may_be_undefined(found):
            found = defined(found) or UNKNOWN
        return found

    def _tell_attribute(
        self, node: ast.Attribute, value: Value, called: bool, missing: bool
    ) -> None:
        place = self.place(node)
        size = len(node.attr.encode())
        name_place = type(place)(
            place.statement,
            place.end_line,
            place.end_column - size,
            place.end_line,
            place.end_column,
        )
        needed = node if missing else node.value
        if isinstance(needed, ast.Attribute) and (
            missing or (_is_unset(value) and node.attr in MODEL_USES)
        ):
            need = unmet(self, needed, place, False)
            if need is not None:
                self.emit(need)
        self.emit(
            AttributeUse(
                place=place,
                name_place=name_place,
                statement=self.here,
                context=self.context(),
                receiver=self.text(node.value),
                value=value,
                attribute=node.attr,
                called=called,
                missing=missing,
                models=self.models(value),
                objects=self.objects(value),
            )
        )

    def objects(self, *values: Value) -> tuple[tuple[ObjectId, Object], ...]:
        state = self.state
        if state is None:
            return ()
        found = {
            ref.id: state.heap[ref.id]
            for v in values
            for ref in reachable(v)
            if ref.id in state.heap
        }
        return tuple(found.items())

    def _attribute_of(self, atom: Atom, node: ast.Attribute) -> Value:
        name = node.attr
        match atom:
            case Symbol():
                return self._symbol_attribute(atom, name)
            case External():
                return self._external_attribute(atom, node)
            case Ref():
                return self._object_attribute(atom, node)
            case Class():
                return self.class_attribute(atom, name) or UNKNOWN
            case Result() | Sequence() | Mapping() | Constant():
                return one(BoundMethod(atom, name))
            case Super():
                return one(BoundMethod(atom, name))
            case Part():
                return UNKNOWN
        return UNKNOWN

    def _symbol_attribute(self, atom: Symbol, name: str) -> Value:
        if is_keras_class(atom.name):
            return one(BoundMethod(atom, name))
        dotted = atom.name.removeprefix("keras")
        root = {"tf.keras": "tensorflow.keras", "tf_keras": "tf_keras"}.get(atom.api, "keras")
        found = canonical(f"{root}{dotted}.{name}")
        return one(Symbol(found.name, atom.api)) if found else UNKNOWN

    def _external_attribute(self, atom: External, node: ast.Attribute) -> Value:
        dotted = f"{atom.name}.{node.attr}"
        found = canonical(dotted)
        if found is not None:
            return one(Symbol(found.name, found.api))
        size = len(node.attr.encode())
        whole = self.place(node)
        end = whole.end_column
        place = type(whole)(whole.statement, whole.end_line, end - size, whole.end_line, end)
        return one(External(dotted, place))

    def _object_attribute(self, ref: Ref, node: ast.Attribute) -> Value:
        thing = self.object(ref)
        if thing is None:
            return UNKNOWN
        name = node.attr
        own = thing.attribute(name)
        if own is not None:
            return own
        for origin in thing.origin:
            if isinstance(origin, Class):
                inherited = self.class_attribute(origin, name)
                if inherited is not None:
                    return self._bound(inherited, ref, node)
                if thing.closed and thing.family is Family.INSTANCE:
                    return self._closed(origin, name)
                break
        if thing.family is Family.MODEL:
            if name in MODEL_METHODS:
                return one(BoundMethod(ref, name))
            if name == "layers":
                return one(Sequence("layers", (one(Part(ref)),)))
            return UNKNOWN
        if thing.family is Family.HISTORY and name == "history":
            return one(BoundMethod(ref, "history"))
        return UNKNOWN if thing.family is not Family.LAYER else one(BoundMethod(ref, name))

    def _closed(self, origin: Class, name: str) -> Value:
        return UNKNOWN if name.startswith("__") or not self.closed(origin) else UNDEFINED

    def closed(self, atom: Class, depth: int = 6) -> bool:
        """Whether all attributes that instances have are set by code that we see."""
        if not is_closed(atom.definition) or not depth:
            return False
        for base in atom.bases:
            parent = only(base)
            if isinstance(parent, Class):
                if not self.closed(parent, depth - 1):
                    return False
            elif not (
                isinstance(parent, External) and parent.name in ("builtins.object", "abc.ABC")
            ):
                return False
        return True

    def _bound(self, value: Value, ref: Ref, node: ast.Attribute) -> Value:
        """A class attribute read from an instance: functions become methods."""
        result = EMPTY
        for atom in value:
            if isinstance(atom, Function) and atom.receiver is None:
                kind = atom.definition.kind
                if kind == "property":
                    result = join(result, self.get_property(ref, atom, node))
                    continue
                if kind != "static":
                    atom = Function(atom.definition, atom.frame, ref)
            result = join(result, one(atom))
        return result

    def class_attribute(self, atom: Class, name: str, depth: int = 6) -> Value | None:
        """What a class or its bases in the program bind to a name."""
        for key, value in atom.namespace:
            if key == name:
                return value
        if depth:
            for base in atom.bases:
                for parent in base:
                    if isinstance(parent, Class):
                        found = self.class_attribute(parent, name, depth - 1)
                        if found is not None:
                            return found
                    elif not isinstance(parent, (Symbol, External)):
                        return UNKNOWN
        return None

    # Displays and subscripts

    def _display(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        items = tuple(self.evaluate(e) for e in node.elts)
        known = not any(isinstance(e, ast.Starred) for e in node.elts)
        kind = "tuple" if isinstance(node, ast.Tuple) else "list"
        return one(Sequence(kind, items if known and len(items) <= 64 else None))

    def _dict(self, node: ast.Dict) -> Value:
        items: list[tuple[object, Value]] = []
        known = True
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node)
            key = constant(self.evaluate(key_node)) if key_node else None
            known = known and key is not None
            items.append((key, value))
        if not known:
            self.give_away(*(v for _, v in items))
        return one(Mapping(tuple(items) if known else None))

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        key = self.evaluate(node.slice)
        if not self.quiet:
            self._tell_subscript(node, value, key)
        return join_all(_item(atom, constant(key)) for atom in value)

    def _tell_subscript(self, node: ast.Subscript, value: Value, key: Value) -> None:
        for atom in value:
            ref = atom.receiver if isinstance(atom, BoundMethod) else atom
            thing = self.object(ref) if isinstance(ref, Ref) else None
            if not isinstance(ref, Ref) or thing is None or len(value) != 1:
                continue
            if thing.family is not Family.HISTORY:
                continue
            self.emit(
                SubscriptUse(
                    place=self.place(node),
                    key_place=self.place(node.slice),
                    context=self.context(),
                    receiver=self.text(node.value),
                    value=value,
                    attribute="history" if isinstance(atom, BoundMethod) else "",
                    key=constant(key),
                    history=_history(ref, thing),
                )
            )

    # Operators

    def _bool_op(self, node: ast.BoolOp) -> Value:
        first, *rest = node.values
        result = self.evaluate(first)
        with self.under(names_in(first)):
            for value in rest:
                result = join(result, self.evaluate(value))
        return result

    def _if_exp(self, node: ast.IfExp) -> Value:
        self.evaluate(node.test)
        with self.under(names_in(node.test)):
            return join(self.evaluate(node.body), self.evaluate(node.orelse))

    def _compute(self, node: ast.expr) -> Value:
        """Arithmetic: a tensor if a tensor goes in, else nothing that we follow."""
        sources: frozenset[ObjectId] = frozenset()
        tensor = False
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                for atom in self.evaluate(child):
                    if isinstance(atom, Tensor):
                        tensor, sources = True, sources | atom.sources
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = constant(self.evaluate(node.operand))
            if type(inner) in (int, float):
                return one(Constant.of(-inner))  # type: ignore[operator]
        return one(Tensor(sources)) if tensor else UNKNOWN

    def _compare(self, node: ast.Compare) -> Value:
        self._parts(node)
        return UNKNOWN

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.bind_target(node.target, value, node.value)
        return value

    def _lambda(self, node: ast.Lambda) -> Value:
        for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self.evaluate(default)
        return one(Function(self.function(node), self.activation.key))

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> Value:
        before = {n: self.lookup_quietly(n) for n in _targets(node.generators)}
        loops, self.loops = self.loops, (*self.loops, self._comprehension_loop(node))
        self.conditional += 1
        try:
            for generator in node.generators:
                iterated = self.evaluate(generator.iter)
                self.bind_comprehended(generator.target, iterated)
                for test in generator.ifs:
                    self.evaluate(test)
            parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            made = join_all(self.evaluate(part) for part in parts)
        finally:
            self.loops = loops
            self.conditional -= 1
        for name, value in before.items():
            self.restore(name, value)
        self.give_away(made)
        return one(Mapping(None) if isinstance(node, ast.DictComp) else Sequence("list", None))

    def _comprehension_loop(self, node: ast.expr) -> Loop:
        names = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
        return Loop(
            place=self.place(node),
            kind="comprehension",
            targets=tuple(_targets(getattr(node, "generators", []))),
            iterable="",
            over="",
            count=None,
            varying=names,
            clears_session=False,
            iterator=UNKNOWN,
        )

    def bind_comprehended(self, target: ast.expr, iterated: Value) -> None:
        raise NotImplementedError

    def lookup_quietly(self, name: str) -> Value | None:
        return self.state.get(self.activation.key, name) if self.state else None

    def restore(self, name: str, value: Value | None) -> None:
        """Comprehension targets live in a scope of their own: put back what was there."""
        state = self.state
        if state is None:
            return
        if value is not None:
            state.bind(self.activation.key, name, value)
        elif state.get(self.activation.key, name) is not None:
            state.bind(self.activation.key, name, UNKNOWN)
            state.frames[self.activation.key].pop(name, None)

    def give_away(self, *values: Value) -> None:
        """Put values where we do not follow them: anyone may get at them from now on."""
        state = self.state
        if state is None:
            return
        for value in values:
            for ref in reachable(value):
                thing = state.object(ref)
                if thing is not None and not thing.escaped:
                    state.store(ref, _escaped(thing))
            self.look_at(value)

    def _yield(self, node: ast.Yield | ast.YieldFrom | ast.Await) -> Value:
        if node.value is not None:
            value = self.evaluate(node.value)
            self.give_away(value)
        return UNKNOWN

    def _starred(self, node: ast.Starred) -> Value:
        self.give_away(self.evaluate(node.value))
        return UNKNOWN

    def _constant(self, node: ast.Constant) -> Value:
        if node.value is None:
            return one(Nothing())
        return one(Constant.of(node.value))

    def _parts(self, node: ast.expr) -> Value:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child)
        return UNKNOWN


_KINDS: dict[type[ast.expr], Callable[[Expressions, ast.expr], Value]] = {
    ast.Name: Expressions.name,  # type: ignore[dict-item]
    ast.Attribute: Expressions.attribute,  # type: ignore[dict-item]
    ast.Constant: Expressions._constant,  # type: ignore[dict-item]
    ast.Call: lambda self, node: self.call(node),  # type: ignore[arg-type]
    ast.List: Expressions._display,  # type: ignore[dict-item]
    ast.Tuple: Expressions._display,  # type: ignore[dict-item]
    ast.Set: Expressions._display,  # type: ignore[dict-item]
    ast.Dict: Expressions._dict,  # type: ignore[dict-item]
    ast.Subscript: Expressions._subscript,  # type: ignore[dict-item]
    ast.BoolOp: Expressions._bool_op,  # type: ignore[dict-item]
    ast.IfExp: Expressions._if_exp,  # type: ignore[dict-item]
    ast.BinOp: Expressions._compute,
    ast.UnaryOp: Expressions._compute,
    ast.Compare: Expressions._compare,  # type: ignore[dict-item]
    ast.NamedExpr: Expressions._named,  # type: ignore[dict-item]
    ast.Lambda: Expressions._lambda,  # type: ignore[dict-item]
    ast.ListComp: Expressions._comprehension,  # type: ignore[dict-item]
    ast.SetComp: Expressions._comprehension,  # type: ignore[dict-item]
    ast.GeneratorExp: Expressions._comprehension,  # type: ignore[dict-item]
    ast.DictComp: Expressions._comprehension,  # type: ignore[dict-item]
    ast.Yield: Expressions._yield,  # type: ignore[dict-item]
    ast.YieldFrom: Expressions._yield,  # type: ignore[dict-item]
    ast.Await: Expressions._yield,  # type: ignore[dict-item]
    ast.Starred: Expressions._starred,  # type: ignore[dict-item]
}


def _is_unset(value: Value) -> bool:
    """Still the ``None`` that somebody wrote down."""
    return bool(value) and all(isinstance(a, Nothing) and a.origin == "literal" for a in value)


def _item(atom: Atom, key: object) -> Value:
    """What subscripting gives."""
    match atom:
        case Sequence(items=items) if items is not None:
            if len(items) == 1 and atom.kind == "layers":
                return items[0] if type(key) is int else one(atom)
            if type(key) is int and -len(items) <= key < len(items):
                return items[key]
            return join(join_all(items), UNKNOWN)
        case Mapping(items=items) if items is not None:
            for known, value in items:
                if known == key and type(known) is type(key):
                    return value
            return join(join_all(v for _, v in items), UNKNOWN)
        case Tensor():
            return one(atom)
    return UNKNOWN


def _targets(generators: list[ast.comprehension]) -> list[str]:
    return [n.id for g in generators for n in ast.walk(g.target) if isinstance(n, ast.Name)]


def _used(thing: Object) -> Phase:
    assert thing.phase is not None
    return replace(thing.phase, used=YES)


def _escaped(thing: Object) -> Object:
    return replace(thing, escaped=True)


def _history(ref: Ref, thing: Object) -> History:
    metrics = thing.attribute("metrics") or UNKNOWN
    names: list[str] | None = []
    for atom in metrics:
        if isinstance(atom, Sequence) and atom.items is not None:
            for item in atom.items:
                known = constant(item)
                if names is not None:
                    names = [*names, known] if isinstance(known, str) else None
        else:
            names = None
    validated = constant(thing.attribute("validated") or UNKNOWN)
    return History(
        fit=ref.id.site,
        keys=None,
        metrics=None if names is None or is_unknown(metrics) else tuple(names),
        validated=validated if isinstance(validated, bool) else None,
        one_output=constant(thing.attribute("one_output") or UNKNOWN) is True,
    )
