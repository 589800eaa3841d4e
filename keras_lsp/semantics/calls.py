"""Calls: constructors and methods of Keras, and the program's own functions.

Never decides whether a call is a mistake; it tells what happened.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from keras_lsp.semantics.definitions import FunctionDefinition, names_in
from keras_lsp.semantics.effects import (
    after_method,
    constructed,
    head_of,
    history,
    method_result,
    sources,
)
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.expressions import Expressions
from keras_lsp.semantics.machine import DEPTH, Activation, NeverReturns
from keras_lsp.semantics.phases import MAYBE, Family, Object, fresh
from keras_lsp.semantics.purity import is_pure, leaves_models_alone, never_returns
from keras_lsp.semantics.symbols import MODEL_CLASSES, TRAINING, family_of
from keras_lsp.semantics.values import (
    EMPTY,
    NONE,
    UNKNOWN,
    Atom,
    BoundMethod,
    Class,
    Constant,
    External,
    Function,
    Mapping,
    Nothing,
    Part,
    Ref,
    Result,
    Sequence,
    Super,
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


class Calls(Expressions):
    """Evaluates calls; the program's own functions are run with the values at hand."""

    consumer: tuple[ast.AST | None, str, bool] = (None, "", False)
    """The expression whose whole result a statement takes: ``(node, bound to, discarded)``."""

    def call(self, node: ast.Call) -> Value:
        self.left -= 1
        receiver, function = self._callee(node.func)
        arguments = self._arguments(node)
        forwarded = any(isinstance(a, ast.Starred) for a in node.args) or any(
            k.arg is None for k in node.keywords
        )
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return self._super(arguments)
        event = None
        if not self.quiet and self._may_concern(receiver, function, arguments):
            event = self._event(node, receiver, function, arguments, forwarded)
        slot = len(self.events)
        result = EMPTY
        atoms = sorted(function, key=repr) if len(function) > 1 else list(function)
        if len(atoms) <= 1:
            for atom in atoms:
                result = self._call_atom(node, atom, arguments, forwarded)
        else:
            result = self._call_each(node, atoms, arguments, forwarded)
        if event is not None and not self.quiet:
            told = self._completed(event, result)
            if told is not None:
                self.events.insert(slot, told)
        return result if atoms else UNKNOWN

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
            else:
                receiver = self.evaluate(func.value)
            return receiver, self.read_attribute(func, receiver, called=True)
        if isinstance(func, ast.Name):
            return EMPTY, self.name(func, called=True)
        return EMPTY, self.evaluate(func)

    def _arguments(self, node: ast.Call) -> tuple[Argument, ...]:
        callee = self.text(node.func) if node.args or node.keywords else ""
        found = []
        position = 0
        starred = False
        for expr in node.args:
            if isinstance(expr, ast.Starred):
                self.evaluate(expr)
                starred = True
                continue
            value = self._argument_value(expr, callee)
            found.append(self._argument("?" if starred else str(position), expr, value))
            position += 1
        for keyword in node.keywords:
            value = self._argument_value(keyword.value, callee)
            if keyword.arg is not None:
                found.append(self._argument(keyword.arg, keyword.value, value))
            else:
                found.extend(self._spread(keyword.value, value))
        return tuple(found)

    def _argument_value(self, expr: ast.expr, callee: str) -> Value:
        if isinstance(expr, ast.Name):
            return self.name(expr, argument_of=callee)
        return self.evaluate(expr)

    def _argument(self, name: str, expr: ast.expr, value: Value) -> Argument:
        """An argument as far as the interpreter needs it; ``_told`` fills in the rest."""
        return Argument(name, value, self.place(expr), "", frozenset(), True)

    def _told(self, node: ast.Call, arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
        exprs = [e for e in node.args if not isinstance(e, ast.Starred)]
        by_place = {self.place(e): e for e in (*exprs, *(k.value for k in node.keywords))}
        return tuple(
            replace(a, text=self.text(e), names=names_in(e), pure=is_pure(e))
            for a in arguments
            for e in (by_place[a.place],)
        )

    def _may_concern(
        self, receiver: Value, function: Value, arguments: tuple[Argument, ...]
    ) -> bool:
        """A cheap look before the dear one: does the call have to do with Keras at all?"""
        for atom in function:
            if isinstance(atom, (Symbol, Function, Class, Ref, Part)):
                return True
            if isinstance(atom, BoundMethod) and isinstance(atom.receiver, (Ref, Symbol, Super)):
                return True
            if isinstance(atom, External) and not leaves_models_alone(atom.name):
                return True
            if isinstance(atom, External) and atom.name == "tensorflow.function":
                return True
        return any(True for v in (receiver, *(a.value for a in arguments)) for _ in reachable(v))

    def _spread(self, expr: ast.expr, value: Value) -> list[Argument]:
        """``**{"epochs": 3}``: a literal dict gives its arguments."""
        atom = only(value)
        if isinstance(atom, Mapping) and atom.items is not None:
            spread = (self._argument(str(key), expr, item) for key, item in atom.items)
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
            method=attribute if not symbol else "",
            name_place=_last_name(self.place(node.func), attribute),
            receiver=self.text(node.func.value) if isinstance(node.func, ast.Attribute) else "",
            receiver_value=receiver,
            models=models,
            arguments=self._told(node, arguments),
            forwarded=forwarded,
            result=EMPTY,
            assigned=assigned if consumer is node else "",
            discarded=discarded if consumer is node else False,
            kept=False,
            made=(),
            function=own.qualname if own is not None else "",
            function_place=own.name_place if own is not None else None,
            objects=self.objects(receiver, *(a.value for a in arguments)),
        )

    def _completed(self, event: Call, result: Value) -> Call | None:
        """The event with its result; ``None`` where the call does not concern Keras."""
        concerns = (
            event.symbol
            or event.external == "tensorflow.function"
            or event.models
            or event.function
            or any(isinstance(a, Part) for a in event.receiver_value)
            or self.holds_model(event.receiver_value)
            or self.holds_model(result)
            or any(thing.family is not Family.INSTANCE for _, thing in event.objects)
        )
        if not concerns:
            return None
        kept = event.discarded and self.held_elsewhere(result, "")
        return replace(event, result=result, kept=kept, made=self.models(result))

    def held_elsewhere(self, value: Value, name: str) -> bool:
        """Whether something other than ``name`` holds an object of ``value``."""
        held = set(reachable(value))
        state = self.state
        if not held or state is None:
            return False
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

    def _symbol(
        self, node: ast.Call, symbol: Symbol, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        assert self.state is not None
        name = symbol.name
        family = family_of(name)
        api = "tf_keras" if self.keras2 else symbol.api
        if name in ("keras.Input", "keras.layers.Input"):
            return one(Tensor())
        if family is Family.MODEL:
            phase, parts = constructed(name, arguments, forwarded, self.place(node), self.state)
            made = Object(
                family,
                name,
                phase=phase,
                parts=parts,
                head=head_of(name, arguments),
                api=api,
                arguments=_kept(arguments, forwarded),
            )
            return one(self.allocate(node, made))
        if family is not None:
            made = Object(family, name, api=api, arguments=_kept(arguments, forwarded))
            return one(self.allocate(node, made))
        if name.rpartition(".")[2] == "clone_model":
            return UNKNOWN
        tensors = [a.value for a in arguments if any(isinstance(x, Tensor) for x in a.value)]
        if tensors:
            found = frozenset[object]()
            for value in tensors:
                found |= sources(value)
            return one(Tensor(found))  # type: ignore[arg-type]
        return one(Result(name))

    def _method(
        self, node: ast.Call, bound: BoundMethod, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        assert self.state is not None
        receiver, method = bound.receiver, bound.name
        if isinstance(receiver, Super):
            return self._super_method(node, receiver, method, arguments, forwarded)
        if isinstance(receiver, Ref):
            thing = self.state.object(receiver)
            if thing is not None and thing.phase is not None:
                return self._model_method(node, receiver, thing, method, arguments, forwarded)
            self.look_at(one(receiver))
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
            self._train_optimizer(ref, thing)
        state.change(
            one(ref),
            lambda model: after_method(model, method, arguments, forwarded, place, state),
        )
        if method in ("set_weights", "load_weights"):
            state.change(one(ref), lambda model: model.reset(tuple(p.place for p in self.loops)))
        if method == "add_loss":
            state.change(one(ref), lambda model: model.with_attribute("add_loss", UNKNOWN))
        if method in ("fit", "fit_generator"):
            trained = state.object(ref) or thing
            return one(self.allocate(node, history(trained, ref, arguments)))
        return method_result(method, ref, thing, arguments, place)

    def _train_optimizer(self, ref: Ref, thing: Object) -> None:
        """Training ties an optimizer to the variables of this model."""
        state = self.state
        compilation = thing.phase.compilation if thing.phase else None
        optimizer = only(compilation.optimizer) if compilation else None
        if state is None or not isinstance(optimizer, Ref):
            return
        held = state.object(optimizer)
        if held is not None:
            owner = join(held.attribute("owner") or EMPTY, one(ref))
            state.store(optimizer, held.with_attribute("owner", owner))

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
            return one(Tensor(found))
        if thing.family is Family.INSTANCE:
            self.hand_over(arguments)
        return UNKNOWN

    def _external(
        self, node: ast.Call, external: External, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        if never_returns(external.name):
            raise NeverReturns
        known = self.imported(self, external)
        if known is not None and not is_unknown(known):
            result = EMPTY
            for atom in known:
                result = join(result, self._call_atom(node, atom, arguments, forwarded))
            return result
        if not leaves_models_alone(external.name):
            self.hand_over(arguments)
        return one(Result(external.name))

    def hand_over(self, arguments: tuple[Argument, ...]) -> None:
        """Somebody unknown gets the arguments, and may use what escaped before."""
        if self.state is not None:
            for argument in arguments:
                self.state.blur(argument.value)
            self.state.blur_escaped()

    # Instances of the program's own classes

    def _instance(
        self, node: ast.Call, origin: Class, arguments: tuple[Argument, ...], forwarded: bool
    ) -> Value:
        base = self.keras_base(origin)
        name = origin.definition.name
        if base in MODEL_CLASSES:
            phase = fresh("subclass", built=MAYBE, place=self.place(node))
            made = Object(
                Family.MODEL, base, one(origin), phase, arguments=_kept(arguments, forwarded)
            )
        elif base:
            family = family_of(base) or Family.INSTANCE
            made = Object(family, base, one(origin), arguments=_kept(arguments, forwarded))
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

    def _super_method(
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

    # The program's own functions

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
            return UNKNOWN
        return self._run_body(self.place(node), function, arguments, forwarded)

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
        names = state.frames.get(running.key, {}) if state else {}
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
        in_test=name.startswith("test")
        or (owner is not None and owner.name.startswith("Test"))
        or (outer is not None and outer.in_test and not isinstance(node, ast.Lambda)),
    )


def _kept(arguments: tuple[Argument, ...], forwarded: bool) -> tuple[tuple[str, Value], ...]:
    kept = tuple((a.name, a.value) for a in arguments)
    return (*kept, ("**", UNKNOWN)) if forwarded else kept


def _last_name(place: Place, attribute: str) -> Place:
    if not attribute:
        return place
    size = len(attribute.encode())
    return Place(
        place.statement, place.end_line, place.end_column - size, place.end_line, place.end_column
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
