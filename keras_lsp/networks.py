"""Networks: layers with their arguments and how they are connected, as plain data.

Never holds source code or an object of Keras, and never learns a shape.

This is what the semantics say of a model and what the probe is asked about.  Whatever is not
certainly known is :data:`UNKNOWN`; what depends on it is unknown too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from keras_lsp.records import record
from keras_lsp.syntax.source import Place


class Unknown(Enum):
    """The type of :data:`UNKNOWN`."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN
"""An argument or a tensor of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list; a tuple is a tuple."""

    items: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A function or class of Keras that is handed over as itself: ``keras.activations.relu``."""

    name: str
    """Canonical; ``Ellipsis`` in an index."""


@record(frozen=True, slots=True)
class Made:
    """What a call of a Keras class or function gives: a layer, an initializer, a regularizer."""

    name: str
    """Canonical: ``keras.layers.Dense``, ``keras.applications.ResNet50``; ``slice`` in an index."""
    args: tuple[Argument, ...] = ()
    keywords: tuple[tuple[str, Argument], ...] = ()
    namespace: str = "keras"
    """``keras``, ``tf.keras`` or ``tf_keras``: whose name it is."""


@record(frozen=True, slots=True)
class Tensor:
    """What a node of the network gives; ``path`` chooses one of several: ``outputs[1]``."""

    node: int
    path: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Nested:
    """A network that is used as a layer of another one, or inside a wrapper."""

    network: Network


@dataclass(frozen=True, slots=True)
class Free:
    """A size that only the callers of a function know: one of its parameters."""

    name: str
    frame: int
    """Which run of the function it belongs to."""


Argument = (
    None | bool | int | float | str | Unknown | Free | Listed | Named | Made | Tensor | Nested
    | tuple["Argument", ...]
)  # fmt: skip


@record(frozen=True, slots=True)
class LayerSpec:
    """One layer object, however often it is called."""

    made: Made | Nested | Unknown
    place: Place
    """The call that makes it."""
    trainable: bool | Unknown | None = None
    """What its attribute ``trainable`` is set to before the model is made; None: it is not."""


@record(frozen=True, slots=True)
class Input:
    """A tensor that comes from outside: ``keras.Input(…)``, or the first layer's input shape."""

    made: Made | Unknown
    """``keras.Input`` with its own arguments."""
    place: Place


@record(frozen=True, slots=True)
class LayerCall:
    """A layer is called on tensors."""

    layer: int
    """Index in :attr:`Network.layers`."""
    args: tuple[Argument, ...]
    keywords: tuple[tuple[str, Argument], ...]
    place: Place
    """The call; of a ``Sequential`` the place that adds the layer."""


@record(frozen=True, slots=True)
class Operation:
    """A function of ``keras.ops``, or an operator such as ``+``, on tensors."""

    name: str
    """Canonical: ``keras.ops.add``, ``keras.layers.concatenate``, ``keras.activations.relu``.

    An operator is the function that it stands for: ``x[:, 0]`` is ``keras.ops.get_item`` of ``x``
    and ``(Made("slice", (None, None, None)), 0)``.
    """
    args: tuple[Argument, ...]
    keywords: tuple[tuple[str, Argument], ...]
    place: Place


Node = Input | LayerCall | Operation | Unknown


@dataclass(frozen=True, slots=True)
class Data:
    """An array that is handed to a method of a model."""

    shape: tuple[int | None, ...]
    """With the samples first; None where nobody knows how many."""
    place: Place


@dataclass(frozen=True, slots=True)
class Fit:
    """A model is trained on data, or evaluated."""

    method: str
    """``fit``, ``evaluate``, ``train_on_batch``, ``test_on_batch`` or ``predict``."""
    place: Place
    x: Data | None
    y: Data | None
    loss: Argument
    """What the model is compiled with, everywhere; UNKNOWN if that is not certain."""
    loss_place: Place | None
    whole: Place | None = None
    """Where the model is told that one sample is as large as all of ``x``: ``x.shape``."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """A model is compiled."""

    loss: Argument
    place: Place
    """The loss; where there is none, the call."""


class SlipKind(Enum):
    """What was mixed up."""

    NOT_CALLED = "a layer where a tensor is meant"
    IN_CONSTRUCTOR = "a tensor where an argument of a layer is meant"


class NetworkKind(Enum):
    """How the model is written."""

    SEQUENTIAL = "sequential"
    FUNCTIONAL = "functional"
    SUBCLASS = "subclass"
    LAYER = "layer"
    """No model: a layer of the program's own, or a ``Lambda``."""

    @property
    def has_call(self) -> bool:
        """It is what a ``call`` makes of its inputs."""
        return self in (NetworkKind.SUBCLASS, NetworkKind.LAYER)


@dataclass(frozen=True, slots=True)
class Network:
    """One model: its nodes in the order in which they run, each before what depends on it."""

    name: str
    """The name that it is bound to in the program; ``""`` where it has none."""
    kind: NetworkKind
    layers: tuple[LayerSpec, ...]
    nodes: tuple[Node, ...]
    inputs: tuple[Tensor | Unknown, ...]
    outputs: tuple[Tensor | Unknown, ...]
    place: Place
    """The call that makes the model, or its class."""
    settings: tuple[tuple[str, Argument], ...] = ()
    """What the program has set for all layers before: ``dtype_policy``, ``floatx``,
    ``image_data_format``."""
    compiled: tuple[Compilation, ...] = ()
    fits: tuple[Fit, ...] = ()
    short: tuple[Place, ...] = ()
    """Where an ``Embedding`` is given fewer rows than there are words."""
    of: str = ""
    """The program's class that it is an object of; ``Lambda``."""
    is_partial: bool = False
    """It may have weights that none of its layers has."""
    slips: tuple[tuple[SlipKind, Place, str], ...] = ()
    """Of all that belongs to no model: what was mixed up, where, and the class of the layer."""
    guarded: bool = False
    """Somebody reckons that it may fail: a ``try`` catches it, or a test expects it."""


def is_partial(network: Network) -> bool:
    """Whether it may have weights, itself or deep inside, that nobody counts."""
    return network.is_partial or any(
        isinstance(layer.made, Nested) and is_partial(layer.made.network)
        for layer in network.layers
    )


def tensors_in(arguments: Sequence[Argument]) -> list[Tensor]:
    """The tensors among arguments, those in lists too."""
    found: list[Tensor] = []
    for argument in arguments:
        if isinstance(argument, Tensor):
            found.append(argument)
        elif isinstance(argument, Listed):
            found += tensors_in(argument.items)
        elif isinstance(argument, tuple):
            found += tensors_in(argument)
        elif isinstance(argument, Made):
            found += tensors_in(argument.args)
    return found
