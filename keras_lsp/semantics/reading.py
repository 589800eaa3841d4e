"""Reading: what a name or an attribute holds, and who has looked at it.

Never follows a call and never learns what an expression is for.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from keras_lsp.semantics import histories
from keras_lsp.semantics.api_reads import ROOTS, last_name, may_be_api, of_attribute
from keras_lsp.semantics.definitions import is_closed
from keras_lsp.semantics.events import AttributeUse, NameUse
from keras_lsp.semantics.gradients import TRAINABLE, WEIGHTS
from keras_lsp.semantics.imports import named
from keras_lsp.semantics.machine import Machine
from keras_lsp.semantics.needs import unmet
from keras_lsp.semantics.optimizers import compiled_with, reached
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
    Value,
    Weights,
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


class Reading(Machine):
    """Reads names and attributes; what is undefined, missing or telling is told as an event."""

    def name(
        self, node: ast.Name, attribute: str = "", called: bool = False, of: ast.Call | None = None
    ) -> Value:
        """``of``: the call that it is an argument of."""
        value = self.lookup(node.id)
        if may_be_undefined(value):
            self._saw_undefined(node, value, attribute, called, of)
            value = defined(value) or UNKNOWN
            # Whoever got past this line has it defined: it is told once.
            self.bind(node.id, value)
        if attribute not in NOT_A_USE:
            self.look_at(value)
        return value

    def _saw_undefined(
        self, node: ast.Name, value: Value, attribute: str, called: bool, of: ast.Call | None
    ) -> None:
        running = self.activation
        if self.quiet or any(r.leaves_open(node.id, self.guards) for r in running.rounds):
            return
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
                argument_of=self.text(of.func) if of is not None else "",
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

    def attribute(self, node: ast.Attribute, called: bool = False, used_as: str = "") -> Value:
        if isinstance(node.value, ast.Name):
            value = self.name(node.value, attribute=node.attr)
        elif isinstance(node.value, ast.Attribute):
            value = self.attribute(node.value, used_as=node.attr)
        else:
            value = self.evaluate(node.value)
        return self.read_attribute(node, value, called, used_as)

    def read_attribute(
        self, node: ast.Attribute, value: Value, called: bool, used_as: str = ""
    ) -> Value:
        if node.attr not in NOT_A_USE:
            self.look_at(value)
        found = join_all(self._attribute_of(atom, node) for atom in value)
        if node.attr == "optimizer" and is_unknown(found):
            found = reached(self, node)
        if not self.quiet and len(value) == 1:
            (atom,) = value
            if may_be_api(atom):
                here = (self.place(node), self.here, self.context())
                read = of_attribute(node, atom, called, *here)
                if read is not None:
                    self.emit(read)
        telling = any(isinstance(a, (Nothing, Function, Class, Ref, Symbol)) for a in value)
        if telling and not self.quiet and not all(isinstance(a, Symbol) for a in value):
            self._tell_attribute(node, value, called, is_undefined(found), used_as)
        if may_be_undefined(found):
            found = defined(found) or UNKNOWN
        return found

    def _tell_attribute(
        self, node: ast.Attribute, value: Value, called: bool, missing: bool, used_as: str
    ) -> None:
        place = self.place(node)
        name_place = last_name(place, node.attr)
        # ``self.model.fit``: what is missing, or still ``None``, is ``self.model``.
        needed = node if missing else node.value
        use = used_as if missing else node.attr
        if isinstance(needed, ast.Attribute) and use in MODEL_USES:
            need = unmet(self, needed, place, False) if missing or _is_unset(value) else None
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
                of_module=isinstance(node.value, ast.Name) and self.is_of_module(node.value.id),
            )
        )

    def is_of_module(self, name: str) -> bool:
        """A function's own names, and those of functions around it, come first."""
        running = self.activation
        own = running.scope is not None and name in running.scope.locals
        inside = running.definition is not None
        return not (inside and own) and not any(name in s.locals for _, s in running.enclosing)

    def objects(self, *values: Value) -> tuple[tuple[ObjectId, Object], ...]:
        state = self.state
        if state is None:
            return ()
        held = {ref.id: None for v in values for ref in reachable(v)}
        known = ((id, state.at(id)) for id in held)
        return tuple((id, thing) for id, thing in known if thing is not None)

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
            case Result() | Sequence() | Mapping() | Constant() | Super():
                return one(BoundMethod(atom, name))
            case BoundMethod(name="history", receiver=Ref() as receiver):
                return histories.of_dict(self.state, receiver, name)
        return UNKNOWN

    def _symbol_attribute(self, atom: Symbol, name: str) -> Value:
        if is_keras_class(atom.name):
            return one(BoundMethod(atom, name))
        dotted = atom.name.removeprefix("keras")
        return named(f"{ROOTS[atom.api]}{dotted}.{name}")

    def _external_attribute(self, atom: External, node: ast.Attribute) -> Value:
        dotted = f"{atom.name}.{node.attr}"
        return named(dotted, last_name(self.place(node), node.attr))

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
            if name in WEIGHTS and self.state is not None and node not in self.learning:
                # Through these its weights can be put back; nobody looks how.
                self.state.store(ref, thing.reset(tuple(loop.place for loop in self.loops)))
            if name in TRAINABLE:
                return one(Weights(frozenset({ref})))
            if name == "layers":
                return one(Sequence("layers", (one(Part(ref)),)))
            if name == "optimizer" and thing.phase is not None and thing.phase.compilation:
                return compiled_with(self, thing.phase.compilation, thing.api)
            return UNKNOWN
        if thing.family is Family.HISTORY and name == "history":
            return histories.dict_of(ref)
        followed = thing.family in (Family.LAYER, Family.OPTIMIZER)
        return one(BoundMethod(ref, name)) if followed else UNKNOWN

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

    def get_property(self, ref: Ref, function: Function, node: ast.Attribute) -> Value:
        raise NotImplementedError

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


def _is_unset(value: Value) -> bool:
    """Still the ``None`` that somebody wrote down."""
    return bool(value) and all(isinstance(a, Nothing) and a.origin == "literal" for a in value)


def _used(thing: Object) -> Phase:
    assert thing.phase is not None
    return replace(thing.phase, used=YES)


def _escaped(thing: Object) -> Object:
    return replace(thing, escaped=True)
