"""Dimensions: shapes that hang on a parameter of a function, with its name.

Never tells an error: what fails for some number need not fail for the one that is given.

A network is asked about twice, with two numbers for each parameter.  What is the same both times
does not hang on them; what is the number of a parameter both times is that parameter, for shapes
are linear, rounded and bounded by constants at the most, and the numbers are primes far apart.
Any other dimension is told as ``?``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from keras_lsp.networks import Argument, Free, Input, LayerSpec, Listed, Made, Nested, Network
from keras_lsp.replies import NOT_KNOWN, NodeShape, Outputs, Reply, TensorSpec, Weights

SMALL = (499, 503, 509, 521, 523, 541)
LARGE = (10007, 10009, 10037, 10039, 10061, 10067)
"""No two differ by the same in both, so that none is another one and a constant."""
PAIRS = tuple(zip(SMALL, LARGE, strict=True))
ANY = "?"


def with_names(
    network: Network, replies: Sequence[Reply], ask: Callable[[Network], Sequence[Reply]]
) -> Sequence[Reply]:
    """The replies, and what is known of those nodes that hang on parameters only."""
    if NOT_KNOWN not in replies:
        return replies
    free = list(dict.fromkeys(_free_in(network)))
    if not free or len(free) > len(SMALL):
        return replies
    small, large = (
        ask(_given(network, dict(zip(free, numbers, strict=False)))) for numbers in (SMALL, LARGE)
    )
    names = {pair: each.name for pair, each in zip(PAIRS, free, strict=False)}
    return [
        _both(one, other, names) if reply == NOT_KNOWN else reply
        for reply, one, other in zip(replies, small, large, strict=True)
    ]


def _both(one: Reply, other: Reply, names: Mapping[tuple[int, int], str]) -> Reply:
    if not isinstance(one, NodeShape) or not isinstance(other, NodeShape):
        return NOT_KNOWN
    try:
        outputs = _outputs(one.outputs, other.outputs, names)
    except ValueError:
        return NOT_KNOWN
    weights = (one.trainable, one.non_trainable)
    if weights == (other.trainable, other.non_trainable):
        return NodeShape(outputs, *weights)
    return NodeShape(outputs, Weights(), Weights(), is_counted=False)


def _outputs(one: Outputs, other: Outputs, names: Mapping[tuple[int, int], str]) -> Outputs:
    """What holds of both; raises `ValueError` where they are not of one kind."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return tuple(_outputs(a, b, names) for a, b in zip(one, other, strict=True))
    if isinstance(one, TensorSpec) and isinstance(other, TensorSpec):
        if (one.dtype, one.sparse) != (other.dtype, other.sparse):
            raise ValueError
        pairs = list(zip(one.shape, other.shape, strict=True))
        told = tuple("" if a == b else names.get((a or 0, b or 0), ANY) for a, b in pairs)
        shape = tuple(a if a == b else None for a, b in pairs)
        mask = one.mask if one.mask == other.mask else None
        return TensorSpec(shape, one.dtype, mask, one.sparse, told if any(told) else ())
    if one is not None or other is not None:
        raise ValueError
    return None


def is_named(outputs: Outputs) -> bool:
    """Whether a shape hangs on a parameter."""
    if isinstance(outputs, TensorSpec):
        return bool(outputs.names)
    return outputs is not None and any(map(is_named, outputs))


def _free_in(thing: Network | Argument) -> Iterator[Free]:
    if isinstance(thing, Network):
        for made in (*(spec.made for spec in thing.layers), *_inputs(thing)):
            yield from _free_in(made)
    elif isinstance(thing, Free):
        yield thing
    elif isinstance(thing, Nested):
        yield from _free_in(thing.network)
    elif isinstance(thing, (Made, Listed, tuple)):
        for item in _items(thing):
            yield from _free_in(item)


def _inputs(network: Network) -> Iterator[Argument]:
    return (node.made for node in network.nodes if isinstance(node, Input))


def _items(thing: Made | Listed | tuple[Argument, ...]) -> tuple[Argument, ...]:
    if isinstance(thing, Made):
        return (*thing.args, *(value for _, value in thing.keywords))
    return thing.items if isinstance(thing, Listed) else thing


def _given(network: Network, numbers: Mapping[Free, int]) -> Network:
    """The network with a number for each parameter."""

    def made(thing: Made) -> Made:
        args = tuple(map(value, thing.args))
        return replace(thing, args=args, keywords=tuple((k, value(v)) for k, v in thing.keywords))

    def value(thing: Argument) -> Argument:
        if isinstance(thing, Free):
            return numbers[thing]
        if isinstance(thing, Made):
            return made(thing)
        if isinstance(thing, Nested):
            return Nested(_given(thing.network, numbers))
        if isinstance(thing, Listed):
            return Listed(tuple(map(value, thing.items)))
        return tuple(map(value, thing)) if isinstance(thing, tuple) else thing

    def spec(thing: LayerSpec) -> LayerSpec:
        if isinstance(thing.made, Made):
            return replace(thing, made=made(thing.made))
        if isinstance(thing.made, Nested):
            return replace(thing, made=Nested(_given(thing.made.network, numbers)))
        return thing

    nodes = tuple(
        replace(node, made=made(node.made))
        if isinstance(node, Input) and isinstance(node.made, Made)
        else node
        for node in network.nodes
    )
    return replace(network, layers=tuple(map(spec, network.layers)), nodes=nodes)
