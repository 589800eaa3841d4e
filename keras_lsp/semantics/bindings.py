"""Bindings: what statements do to names and attributes.

Never branches; that is the next layer's work.
"""

from __future__ import annotations

import ast

from keras_lsp.catalog.names import canonical
from keras_lsp.semantics import histories
from keras_lsp.semantics.api_reads import of_import
from keras_lsp.semantics.calls import Calls
from keras_lsp.semantics.events import AttributeChange, Binding
from keras_lsp.semantics.imports import imported_path, imported_value
from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.trainable import set_trainable
from keras_lsp.semantics.values import (
    EMPTY,
    UNKNOWN,
    BoundMethod,
    Cause,
    Class,
    External,
    Function,
    Nothing,
    Part,
    Ref,
    Result,
    Sequence,
    Tensor,
    Undefined,
    Value,
    defined,
    is_unknown,
    join,
    join_all,
    one,
    only,
)
from keras_lsp.syntax.walk import NO_NAMES


class Bindings(Calls):
    """Assignments, deletions and imports."""

    def _assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        name = ""
        if len(node.targets) == 1 and isinstance(target, (ast.Name, ast.Attribute)):
            name = target.id if isinstance(target, ast.Name) else ast.unparse(target)
        self.consumer = (node.value, name, False)
        if (
            isinstance(target, (ast.Tuple, ast.List))
            and isinstance(node.value, (ast.Tuple, ast.List))
            and len(target.elts) == len(node.value.elts)
            and not any(isinstance(e, ast.Starred) for e in (*target.elts, *node.value.elts))
            and len(node.targets) == 1
        ):
            values = [self.evaluate(e) for e in node.value.elts]
            for part, value, source in zip(target.elts, values, node.value.elts, strict=True):
                self.bind_target(part, value, source)
            return
        value = self.evaluate(node.value)
        for target in node.targets:
            self.bind_target(target, value, node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.consumer = (node.value, ast.unparse(node.target), False)
            self.bind_target(node.target, self.evaluate(node.value), node.value)

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self.evaluate(node.value)
        self.give_away(value)
        if isinstance(node.target, ast.Name):
            self.name(node.target)
            self.bind(node.target.id, UNKNOWN)
        elif isinstance(node.target, ast.Attribute):
            self.evaluate(node.target.value)

    def bind_target(self, target: ast.expr, value: Value, source: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self._tell_binding(target, target.id, value, source, self.lookup(target.id))
            self.bind(target.id, value)
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(target, value, source)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value)
        elif isinstance(target, ast.Starred):
            self.bind_target(target.value, UNKNOWN, None)
        elif isinstance(target, ast.Subscript):
            self._bind_item(target, value)

    def _unpack(self, target: ast.Tuple | ast.List, value: Value) -> None:
        atom = only(value)
        items = atom.items if isinstance(atom, Sequence) else None
        starred = any(isinstance(e, ast.Starred) for e in target.elts)
        if items is not None and len(items) == len(target.elts) and not starred:
            for part, item in zip(target.elts, items, strict=True):
                self.bind_target(part, item, None)
            return
        self.give_away(value)
        tensor = isinstance(atom, Tensor)
        for part in target.elts:
            self.bind_target(part, value if tensor else UNKNOWN, None)

    def _bind_item(self, target: ast.Subscript, value: Value) -> None:
        holder = self.evaluate(target.value)
        self.evaluate(target.slice)
        self.give_away(value)
        if self.state is not None:
            histories.forget_keys(self.state, holder)
        if isinstance(target.value, ast.Name) and isinstance(only(holder), Sequence):
            self.give_away(holder)
            self.bind(target.value.id, UNKNOWN)
        elif isinstance(target.value, ast.Name) and not is_unknown(holder):
            self.bind(target.value.id, UNKNOWN) if not any(
                isinstance(a, (Ref, Result)) for a in holder
            ) else None

    def _bind_attribute(self, target: ast.Attribute, value: Value, source: ast.expr | None) -> None:
        assert self.state is not None
        receiver = (
            self.name(target.value, attribute="trainable")
            if isinstance(target.value, ast.Name)
            else self.evaluate(target.value)
        )
        text = self.text(target)
        previous = EMPTY
        for atom in receiver:
            thing = self.object(atom) if isinstance(atom, Ref) else None
            if thing is not None:
                previous = join(previous, thing.attribute(target.attr) or UNKNOWN)
        if any(isinstance(a, (Ref, Part)) for a in receiver) and not self.quiet:
            models = self.models(receiver)
            parts = any(isinstance(a, Part) for a in receiver)
            if models or parts or any(_is_followed(self, a) for a in receiver):
                self.emit(
                    AttributeChange(
                        place=self.place(target),
                        statement=self.here,
                        context=self.context(),
                        receiver=self.text(target.value),
                        receiver_value=receiver,
                        attribute=target.attr,
                        value=value,
                        models=models,
                        objects=self.objects(receiver),
                    )
                )
        self._tell_binding(target, text, value, source, previous)
        if target.attr == "trainable":
            set_trainable(self.state, receiver, value, self.place(target))
        if is_unknown(receiver) or not receiver:
            self.give_away(value)
            return
        self.state.change(receiver, lambda thing: thing.with_attribute(target.attr, value))
        for atom in receiver:
            thing = self.object(atom) if isinstance(atom, Ref) else None
            if thing is None or thing.escaped:
                self.give_away(value)

    def _tell_binding(
        self, target: ast.expr, name: str, value: Value, source: ast.expr | None, previous: Value
    ) -> None:
        previous = defined(previous)
        telling = any(isinstance(a, (Ref, Function, Class, Nothing, BoundMethod)) for a in value)
        if self.quiet or not (telling or self.holds_model(previous)):
            return
        if all(isinstance(a, Nothing) and a.origin == "literal" for a in value) and not previous:
            if "." not in name:
                return
        methods = self._later_methods(name)
        self.emit(
            Binding(
                place=self.place(target),
                statement=self.here,
                context=self.context(),
                name=name,
                value=value,
                value_text=self.text(source) if source is not None else "",
                value_place=self.place(source) if source is not None else None,
                previous=previous,
                models=self.models(value),
                previous_models=self.models(previous),
                still_held=self.held_elsewhere(previous, name),
                called=bool(methods),
                later_methods=methods,
            )
        )

    def _later_methods(self, name: str) -> frozenset[str]:
        scope = self.activation.scope
        if scope is None:
            return self.read_from(name)
        if self.node is None:
            return NO_NAMES
        line = self.node.lineno
        found = (a for n, a, at in scope.attributes if n == name and (self.loops or at >= line))
        return frozenset(found) or NO_NAMES

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.name(target)
                cause = Cause("deleted", self.place(node))
                self.bind(target.id, one(Undefined(cause)))
            else:
                for child in ast.iter_child_nodes(target):
                    if isinstance(child, ast.expr):
                        self.evaluate(child)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*" and isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                if not self.import_star(module):
                    self.unknown_star = True
                self._tell_import(module, node, alias, "")
                continue
            name, value = imported_value(node, alias, self.place(alias))
            self.bind(name, value)
            self._tell_import(imported_path(node, alias), node, alias, name)

    def _tell_import(
        self, written: str, node: ast.Import | ast.ImportFrom, alias: ast.alias, bound: str
    ) -> None:
        place, statement = self.place(alias), self.place(node)
        read = of_import(written, bound, place, statement, self.context())
        if read is not None:
            self.emit(read)

    def import_star(self, module: str) -> bool:
        """Whether it is known what this star import brings."""
        if canonical(module) is not None:
            self.stars.add(module)
            return True
        return False

    def bind_comprehended(self, target: ast.expr, iterated: Value) -> None:
        element = join_all(_elements(atom) for atom in iterated) or UNKNOWN
        with self.quietly():
            self.bind_target(target, element, None)

    def _base(self, node: ast.expr) -> Value:
        """A base class; one of the program's other files is looked up there."""
        value = self.evaluate(node)
        return self.resolved(value)

    def resolved(self, value: Value) -> Value:
        result = EMPTY
        for atom in value:
            known = (
                self.imported(self, atom)
                if isinstance(atom, External) and not atom.name.startswith("builtins.")
                else None
            )
            result = join(result, known if known is not None else one(atom))
        return result


def _is_followed(machine: Bindings, atom: object) -> bool:
    thing = machine.object(atom) if isinstance(atom, Ref) else None
    return thing is not None and thing.family in (Family.LAYER, Family.OPTIMIZER)


def _elements(atom: object) -> Value:
    if isinstance(atom, Sequence) and atom.items is not None:
        return join_all(atom.items)
    return UNKNOWN
