"""Trainable: what switching training on and off does to models, and when they notice.

Never learns of the program; Keras 3 reads the flags when it traces, Keras 2 when it compiles.
"""

from __future__ import annotations

from dataclasses import replace

from keras_lsp.semantics.phases import (
    MAYBE,
    NO,
    YES,
    Phase,
    Tri,
)
from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import (
    ObjectId,
    Part,
    Ref,
    Value,
    constant,
    is_unknown,
)
from keras_lsp.syntax import Place


def set_trainable(state: State, target: Value, value: Value, place: Place) -> None:
    """``x.trainable = value``: every model that contains ``x`` notices."""
    truth = constant(value)
    if is_unknown(target) or not target:
        for id, thing in state.objects():
            if thing.phase and (thing.escaped or thing.parts):
                state.put(id, thing.with_phase(_doubtful(thing.phase)))
        return
    for atom in target:
        owner = atom.model if isinstance(atom, Part) else atom
        if not isinstance(owner, Ref) or (owner is atom and _is_so(state, owner, truth)):
            continue
        for id in containers(state, owner.id):
            whole = state.at(id)
            if whole is not None and whole.phase:
                itself = owner is atom and id == owner.id
                changed = _changed(whole.phase, whole.api, truth, itself, place)
                certain = len(target) == 1 and not id.old
                new = changed if certain else whole.phase.join(changed)
                state.put(id, whole.with_phase(new))


def _is_so(state: State, ref: Ref, truth: object) -> bool:
    """What is frozen as a whole stays as it is when it is frozen again."""
    thing = state.at(ref.id)
    if truth is not False or thing is None or thing.phase is None:
        return False
    return thing.phase.frozen is YES and thing.phase.place_of("frozen") is not None


def _changed(phase: Phase, api: str, truth: object, whole: bool, place: Place) -> Phase:
    if truth is True and phase.frozen is NO:
        return phase
    if truth is True:
        frozen = NO if whole else MAYBE
    else:
        frozen = YES if truth is False else MAYBE
    # Keras 2 reads the flags when it compiles, Keras 3 when it traces the training step.
    noticed = phase.compiled if api == "tf_keras" else phase.traced
    stale = phase.stale if noticed is NO else noticed
    if phase.frozen is MAYBE and stale is YES:
        stale = MAYBE
    notes = tuple(note for note in phase.at if note[0] != "frozen")
    if whole and truth is False:
        notes = (*notes, ("frozen", place))
    return replace(
        phase,
        stale=_staleness(phase, stale, frozen if whole else MAYBE, api),
        frozen=frozen,
        at=(*(n for n in notes if n[0] != "trainable"), ("trainable", place)),
    )


def _staleness(phase: Phase, stale: Tri, whole: Tri, api: str) -> Tri:
    """A model set back to what it was when it was traced is not stale."""
    if whole is NO and phase.traced_frozen is NO and api != "tf_keras":
        return NO
    if whole is YES and phase.traced_frozen is not NO:
        return NO if stale is NO else MAYBE
    return YES if phase.stale is YES else stale


def _doubtful(phase: Phase) -> Phase:
    return replace(phase, stale=phase.stale.join(phase.traced), frozen=MAYBE)


def containers(state: State, part: ObjectId) -> set[ObjectId]:
    """The objects that contain ``part``, itself included, through any depth."""
    found = {part}
    grew = True
    while grew:
        grew = False
        for id, thing in state.objects():
            if id not in found and thing.parts & found:
                found.add(id)
                grew = True
    return found
