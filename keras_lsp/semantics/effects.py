"""Effects: what the methods of Keras do to a model's life.

Never learns of the program's own functions.  Each effect is Keras 3's, with the
difference of Keras 2 (``tf_keras``) where there is one.
"""

from __future__ import annotations

from dataclasses import replace

from keras_lsp.semantics.events import Argument
from keras_lsp.semantics.phases import (
    MAYBE,
    NO,
    YES,
    Compilation,
    Family,
    Object,
    Phase,
    Tri,
    fresh,
)
from keras_lsp.semantics.state import State
from keras_lsp.semantics.symbols import (
    EVALUATION,
    PREDICTION,
    RETURNS_NONE,
    SAVING,
    TRAINING,
    is_input,
)
from keras_lsp.semantics.values import (
    EMPTY,
    NONE,
    UNKNOWN,
    Nothing,
    ObjectId,
    Part,
    Ref,
    Sequence,
    Tensor,
    Value,
    constant,
    one,
    reachable,
)
from keras_lsp.syntax import Place

SHAPE_ARGUMENTS = frozenset(
    {"input_shape", "input_dim", "batch_input_shape", "batch_shape", "input_length"}
)

_FUNCTIONAL = ("keras.Model", "keras.models.Functional")


def given(arguments: tuple[Argument, ...], name: str, position: int | None = None) -> Value:
    """The value of an argument, ``EMPTY`` where it is absent."""
    wanted = (name,) if position is None else (name, str(position))
    return next((a.value for a in arguments if a.name in wanted), EMPTY)


def after_method(
    thing: Object,
    method: str,
    arguments: tuple[Argument, ...],
    forwarded: bool,
    place: Place,
    state: State,
) -> Object:
    """The model after one of its Keras methods has returned."""
    phase = thing.phase
    if phase is None:
        return thing
    if method == "compile":
        return thing.with_phase(_compiled(phase, arguments, forwarded, place))
    if method in TRAINING:
        return thing.with_phase(
            replace(
                phase, built=YES, traced=YES, trained=YES, used=NO, empty=NO,
                traced_frozen=phase.frozen if phase.traced is NO else phase.traced_frozen,
                at=replace(phase, at=_without(phase.at, "grown")).happened("trained", place),
            )
        )  # fmt: skip
    if method in EVALUATION or method in PREDICTION or method == "__call__":
        return thing.with_phase(replace(phase, built=YES, used=YES))
    if method == "build":
        return thing.with_phase(replace(phase, built=YES))
    if method in SAVING:
        return thing.with_phase(replace(phase, saved=YES, used=YES))
    if method == "load_weights":
        return thing.with_phase(replace(phase, trained=MAYBE, used=MAYBE))
    if method == "set_weights":
        return thing.with_phase(replace(phase, trained=MAYBE, used=MAYBE))
    if method == "pop":
        return thing.with_phase(replace(phase, at=phase.happened("popped", place)))
    if method == "add":
        return _grown(thing, phase, given(arguments, "layer", 0), state, place)
    if method == "make_train_function":
        return thing.with_phase(replace(phase, traced=MAYBE, stale=MAYBE))
    if method in ("compile_from_config", "build_from_config"):
        return thing.with_phase(phase.blurred())
    return thing


def _without(notes: tuple[tuple[str, Place], ...], name: str) -> tuple[tuple[str, Place], ...]:
    return tuple(note for note in notes if note[0] != name)


def _compiled(
    phase: Phase, arguments: tuple[Argument, ...], forwarded: bool, place: Place
) -> Phase:
    # Those that weigh the samples are measured as well, under names that depend on the others.
    weighted = given(arguments, "weighted_metrics", 4)
    return replace(
        phase,
        compiled=YES,
        compilation=Compilation(
            place,
            given(arguments, "optimizer", 0),
            given(arguments, "loss", 1),
            UNKNOWN if weighted else given(arguments, "metrics", 3),
            forwarded,
        ),
        traced=NO,
        stale=NO,
        at=phase.happened("compiled", place),
    )


def _grown(thing: Object, phase: Phase, layer: Value, state: State, place: Place) -> Object:
    built = phase.built
    if built is not YES:
        first = shapes_input(layer, state)
        built = YES if first is YES else built.join(first) if first is MAYBE else built
        if phase.empty is NO and first is YES and not _is_input(layer, state):
            # A shape given to a later layer does not reach the first one.
            built = phase.built
    parts = thing.parts | frozenset(ref.id for ref in reachable(layer))
    grown = replace(phase, built=built, empty=NO, at=phase.happened("grown", place))
    grown = _with_parts(grown, parts, state)
    return replace(thing, phase=grown, parts=parts, head=layer)


def _is_input(layer: Value, state: State) -> bool:
    return any(
        (o := state.object(ref)) is not None and is_input(o.type) for ref in reachable(layer)
    ) or any(isinstance(a, Tensor) for a in layer)


def shapes_input(layer: Value, state: State) -> Tri:
    """Whether a layer tells a ``Sequential`` its input shape."""
    answers = set()
    for atom in layer:
        thing = state.object(atom) if isinstance(atom, Ref) else None
        if isinstance(atom, Tensor):
            answers.add(YES)
        elif thing is None:
            answers.add(MAYBE)
        elif is_input(thing.type):
            answers.add(YES)
        elif thing.family is Family.MODEL and thing.phase:
            answers.add(thing.phase.built)
        elif thing.type.endswith(".Merge"):
            # A layer of Keras 1 that joins models, which know their shapes.
            answers.add(MAYBE)
        elif thing.family is Family.LAYER and thing.type.startswith("keras."):
            names = {name for name, _ in thing.arguments}
            if ("input_length" in names and len(names & SHAPE_ARGUMENTS) == 1) or "**" in names:
                answers.add(MAYBE)
            else:
                answers.add(Tri.of(bool(names & SHAPE_ARGUMENTS)))
        else:
            answers.add(MAYBE)
    return answers.pop() if len(answers) == 1 else MAYBE


def method_result(
    method: str, ref: Ref, thing: Object, arguments: tuple[Argument, ...], place: Place
) -> Value:
    """What a Keras method of a model returns; histories are made by the caller."""
    if method in RETURNS_NONE:
        if method == "load_weights" and thing.api == "tf_keras":
            # The checkpoint format of Keras 2 gives a status object.
            return UNKNOWN
        return one(Nothing("method", method, place))
    if method in ("get_layer", "pop"):
        return one(Part(ref))
    return UNKNOWN


def constructed(
    symbol: str,
    arguments: tuple[Argument, ...],
    forwarded: bool,
    place: Place,
    state: State,
) -> tuple[Phase, frozenset[ObjectId]]:
    """The phase of a model that a Keras constructor or function has just made, and its parts."""
    if symbol == "keras.Sequential":
        return _sequential(arguments, forwarded, place, state)
    if symbol in _FUNCTIONAL:
        outputs = given(arguments, "outputs", 1)
        if not arguments and not forwarded:
            return fresh("subclass", built=MAYBE, place=place), frozenset()
        kind = "functional" if outputs else "unknown"
        parts = sources(outputs)
        return _with_parts(fresh(kind, built=YES, place=place), parts, state), parts
    if symbol.startswith("keras.applications."):
        return fresh("application", built=YES, place=place), frozenset()
    phase = fresh("loaded", built=YES if "load_model" in symbol else MAYBE, place=place)
    return replace(
        phase, compiled=_loaded_compiled(symbol, arguments), traced=NO, trained=MAYBE, frozen=MAYBE
    ), frozenset()


def _loaded_compiled(symbol: str, arguments: tuple[Argument, ...]) -> Tri:
    """``load_model`` compiles what was saved compiled, unless it is told not to."""
    if symbol == "keras.models.load_model":
        compile_ = given(arguments, "compile", 2)
        if constant(compile_) is False:
            return NO
    return MAYBE


def _sequential(
    arguments: tuple[Argument, ...], forwarded: bool, place: Place, state: State
) -> tuple[Phase, frozenset[ObjectId]]:
    layers = given(arguments, "layers", 0)
    if forwarded:
        return fresh("sequential", built=MAYBE, place=place, empty=MAYBE), frozenset()
    if not layers or layers == NONE:
        return fresh("sequential", built=NO, place=place, empty=YES), frozenset()
    parts = frozenset(ref.id for ref in reachable(layers))
    built, empty = MAYBE, MAYBE
    if len(layers) == 1:
        (atom,) = layers
        if isinstance(atom, Sequence) and atom.items is not None:
            empty = Tri.of(not atom.items)
            built = shapes_input(atom.items[0], state) if atom.items else NO
    made = fresh("sequential", built=built, place=place, empty=empty)
    return _with_parts(made, parts, state), parts


def _with_parts(phase: Phase, parts: frozenset[ObjectId], state: State) -> Phase:
    """A model that contains something frozen is frozen itself, in that part."""
    frozen = {_part_frozen(state.at(part)) for part in parts}
    worst = YES if YES in frozen else MAYBE if MAYBE in frozen else NO
    return phase if worst is NO or phase.frozen is YES else replace(phase, frozen=worst)


def _part_frozen(part: Object | None) -> Tri:
    if part is None:
        return NO
    if part.phase is not None:
        return part.phase.frozen
    given = part.argument("trainable")
    if given is None:
        return NO
    return YES if constant(given) is False else NO if constant(given) is True else MAYBE


def sources(value: Value) -> frozenset[ObjectId]:
    """The layers and models that tensors were computed by."""
    found: frozenset[ObjectId] = frozenset()
    for atom in value:
        if isinstance(atom, Tensor):
            found |= atom.sources
        elif isinstance(atom, Sequence) and atom.items:
            for item in atom.items:
                found |= sources(item)
    return found


def head_of(symbol: str, arguments: tuple[Argument, ...]) -> Value:
    """The last layer of the list that a ``Sequential`` is made from, or a model's outputs."""
    if symbol in _FUNCTIONAL:
        return given(arguments, "outputs", 1)
    layers = given(arguments, "layers", 0) if symbol == "keras.Sequential" else EMPTY
    for atom in layers:
        if isinstance(atom, Sequence) and atom.items and len(layers) == 1:
            return atom.items[-1]
    return EMPTY
