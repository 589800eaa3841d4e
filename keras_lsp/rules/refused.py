"""Refused: how rules tell what Keras says of a call.

Never decides what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from keras_lsp.editing.calls import replace_string
from keras_lsp.findings import Proposal, Safety
from keras_lsp.rules import Report
from keras_lsp.syntax import Place
from keras_lsp.verdicts import Fault, Misfit, Refusal

LONGEST = 120
ADVICE = re.compile(
    r"\s*\b(?:Please|Consider|You (?:can|may|should)|Make sure|If you|Note that)\b.*", re.S
)
SPACE = re.compile(r"\s+")


def in_short(refusal: Refusal) -> str:
    """Keras's own message as one line: whole sentences, as many as there is room for."""
    return one_line(refusal.error.message, refusal.kind)


def one_line(message: str, kind: str) -> str:
    """A message of Keras that is sure to name the class that it is about."""
    text = SPACE.sub(" ", ADVICE.sub("", message)).strip()
    text = text.replace("Input 0 of layer `", "input 0 of `", 1)
    text = text[:1].lower() + text[1:]
    if kind and f"`{kind}`" not in text:
        text = f"`{kind}`: {text}"
    kept = text.rstrip(".! ")
    while len(kept) > LONGEST or kept.count("`") % 2:
        shorter = _without_last(kept)
        if shorter == kept:
            break
        kept = shorter
    return kept


def _without_last(text: str) -> str:
    """The text without its last sentence, clause or, at the worst, word."""
    for mark in (". ", "; ", ": ", ", "):
        head, found, _ = text.rpartition(mark)
        if found and len(head) > 20:
            return head
    head, found, _ = text[: LONGEST - 1].rpartition(" ")
    return head if found else text[: LONGEST - 1]


def origins(refusal: Refusal) -> tuple[tuple[Place, str], ...]:
    """Where the shapes of what goes in come from."""
    return tuple(
        (place, f"`{given.kind or 'the model'}` gives {given.spec}")
        for given in refusal.given
        if (place := given.source.place) is not None and place != refusal.place
    )


def other_loss(misfit: Misfit, wanted: str) -> tuple[Proposal, ...]:
    """The loss that takes these labels, where it is given by its name."""
    fit = misfit.fitted.fit
    if fit.loss_place is None or not isinstance(fit.loss, str):
        return ()
    fix = partial(replace_string, fit.loss_place, fit.loss, wanted)
    return (Proposal(f"Use `{wanted}`", Safety.UNSAFE, fix),)


def told_of(
    refusal: Refusal, fault: Fault, text: str, fixes: Callable[[Refusal], Iterator[Proposal]]
) -> Iterator[Report]:
    """A fault of what goes in: ``text`` takes the class and the shapes that it is called on."""
    if refusal.fault is fault:
        shapes = ", ".join(str(given.spec) for given in refusal.given)
        message = text.format(kind=refusal.kind, shapes=shapes)
        yield Report(refusal.place, message, origins(refusal), tuple(fixes(refusal)))


def shown(shape: tuple[int | None, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
