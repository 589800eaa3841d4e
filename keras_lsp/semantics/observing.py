"""Observing: what an event says of a model, read off the state in which it happens.

Never changes a state.
"""

from __future__ import annotations

from keras_lsp.catalog.names import parameters
from keras_lsp.semantics.events import Model
from keras_lsp.semantics.outputs import is_one
from keras_lsp.semantics.owners import stranger
from keras_lsp.semantics.phases import Family, Object
from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import Class, ObjectId, Ref, Value, constant, is_none, only
from keras_lsp.syntax.walk import NO_NAMES


def model_of(state: State, ref: Ref, thing: Object) -> Model:
    """The model that an object is, as it is now."""
    assert thing.phase is not None
    user_class, overrides = "", NO_NAMES
    for atom in thing.origin:
        if isinstance(atom, Class):
            user_class = atom.definition.name
            overrides |= defined_methods(atom)
    optimizer = _optimizer(state, thing)
    # Looked up once: there may be hundreds.
    parts = [(part, state.at(part)) for part in thing.parts]
    return Model(
        id=ref.id,
        type=thing.type,
        phase=thing.phase,
        loops=thing.loops,
        api=thing.api,
        user_class=user_class,
        overrides=overrides,
        escaped=thing.escaped,
        plain=not user_class and bool(parts) and all(_is_plain(part) for _, part in parts),
        reset_in=thing.reset_in,
        layers=tuple((id, part.loops) for id, part in parts if part and _is_layer(part)),
        all_known=all(_is_layer(part) for _, part in parts),
        optimizer=optimizer,
        optimizer_refuses=optimizer is not None and stranger(state, ref.id, thing, optimizer),
        adds_loss=thing.attribute("add_loss") is not None
        or thing.escaped
        or (_lacks_loss(thing) and any(_may_penalise(state, part) for part in thing.parts)),
        activation=_activation(state, thing.head),
        one_output=thing.phase.kind == "sequential"
        or (thing.phase.kind == "functional" and is_one(thing.head)),
    )


def defined_methods(atom: Class, depth: int = 5) -> frozenset[str]:
    """The names that the body of a class and of its bases in the program bind."""
    names = frozenset(name for name, _ in atom.namespace)
    if depth:
        for base in atom.bases:
            for parent in base:
                if isinstance(parent, Class):
                    names |= defined_methods(parent, depth - 1)
    return names


def _is_layer(part: Object | None) -> bool:
    return part is not None and part.family is Family.LAYER


def _is_plain(part: Object | None) -> bool:
    return part is not None and not any(isinstance(a, Class) for a in part.origin)


def _lacks_loss(thing: Object) -> bool:
    """Only then it matters whether a layer has a loss of its own."""
    compilation = thing.phase.compilation if thing.phase else None
    return compilation is not None and (not compilation.loss or is_none(compilation.loss))


def _may_penalise(state: State, part: ObjectId) -> bool:
    """Whether a layer, or one that it wraps, may be given a regularizer: that is a loss, too."""
    thing = state.at(part)
    if thing is None or thing.type.endswith(".ActivityRegularization"):
        return True
    names = parameters(thing.type) or ()
    for key, value in thing.arguments:
        if key.isdigit():
            key = names[int(key)] if int(key) < len(names) else ""
        if not key.isidentifier() or (key.endswith("_regularizer") and not is_none(value)):
            return True
        inner = (atom.id for atom in value if isinstance(atom, Ref) and atom.id != part)
        if any(_is_layer(state.at(id)) and _may_penalise(state, id) for id in inner):
            return True
    return False


def _optimizer(state: State, thing: Object) -> Object | None:
    compilation = thing.phase.compilation if thing.phase else None
    atom = only(compilation.optimizer) if compilation else None
    return state.object(atom) if isinstance(atom, Ref) else None


def _activation(state: State, head: Value) -> str:
    atom = only(head)
    layer = state.object(atom) if isinstance(atom, Ref) else None
    position = 0 if layer is not None and layer.type.endswith(".Activation") else 1
    given = layer.argument("activation", position) if layer else None
    literal = constant(given) if given else None
    if layer is not None and layer.type.endswith((".Softmax", ".Sigmoid")):
        return layer.type.rpartition(".")[2].lower()
    return literal if isinstance(literal, str) else ""
