"""Immaterial: what of a layer's arguments no shape depends on, so that it need not be known.

Never changes what is known, and never what a shape, a dtype or a count of parameters hangs on.
"""

from __future__ import annotations

from dataclasses import replace

from keras_lsp.catalog.names import parameters
from keras_lsp.networks import (
    UNKNOWN,
    Argument,
    Free,
    LayerSpec,
    Listed,
    Made,
    Nested,
    Network,
    Unknown,
)

SOME: dict[str, Argument] = {
    "activation": "linear", "rate": 0.5, "stddev": 0.1, "strength": 0.1, "factor": 0.1
}  # fmt: skip
"""Arguments that a layer cannot do without, and a value that any layer takes."""
LEFT_OUT = frozenset(
    {"dropout", "epsilon", "momentum", "name", "negative_slope",
     "recurrent_activation", "recurrent_dropout", "seed"}
)  # fmt: skip
ENDINGS = ("_initializer", "_regularizer", "_constraint")


def without_immaterial(network: Network) -> Network:
    """The network with some value for what is unknown and does not matter."""
    layers = tuple(_spec(spec) for spec in network.layers)
    same = all(one is other for one, other in zip(layers, network.layers, strict=True))
    return network if same else replace(network, layers=layers)


def _spec(spec: LayerSpec) -> LayerSpec:
    made = spec.made
    trainable = None if spec.trainable is UNKNOWN else spec.trainable
    if isinstance(made, Made):
        made = _made(made)
    elif isinstance(made, Nested):
        inner = without_immaterial(made.network)
        made = made if inner is made.network else Nested(inner)
    if made is spec.made and trainable is spec.trainable:
        return spec
    return replace(spec, made=made, trainable=trainable)


def _made(made: Made) -> Made:
    if not made.name.startswith("keras.layers.") or not _has_unknown(made):
        return made
    names = parameters(made.name) or ()
    args: list[Argument] = []
    for index, value in enumerate(made.args):
        name = names[index] if index < len(names) else ""
        if not _is_unknown(value):
            args.append(_inner(value))
        elif name in SOME:
            args.append(SOME[name])
        else:
            # What stands behind it would be taken for it.
            if not _is_left_out(made.name, name) or index + 1 < len(made.args):
                return made
    keywords: list[tuple[str, Argument]] = []
    for name, value in made.keywords:
        if not _is_unknown(value):
            keywords.append((name, _inner(value)))
        elif name in SOME:
            keywords.append((name, SOME[name]))
        elif not _is_left_out(made.name, name):
            return made
    return replace(made, args=tuple(args), keywords=tuple(keywords))


def _inner(value: Argument) -> Argument:
    """A layer inside a wrapper."""
    return _made(value) if isinstance(value, Made) else value


def _is_left_out(layer: str, name: str) -> bool:
    if name == "weights":
        return layer == "keras.layers.Embedding"  # of the shape that its other arguments tell
    return name in LEFT_OUT or name.endswith(ENDINGS)


def _has_unknown(made: Made) -> bool:
    return any(
        _is_unknown(value) or (isinstance(value, Made) and _has_unknown(value))
        for value in (*made.args, *(value for _, value in made.keywords))
        if type(value) not in _PLAIN
    )


_PLAIN = frozenset({type(None), bool, int, float, str})


def _is_unknown(value: Argument) -> bool:
    """Itself, or something in it; a layer in it may be mended."""
    if isinstance(value, (Unknown, Free)):
        return True
    if isinstance(value, tuple):
        return any(map(_is_unknown, value))
    if isinstance(value, Listed):
        return any(map(_is_unknown, value.items))
    if isinstance(value, Made) and not value.name.startswith("keras.layers."):
        return _has_unknown(value)
    return False
