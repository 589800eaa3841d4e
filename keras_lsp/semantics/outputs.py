"""Outputs: which tensors are one each, and come from inputs by Keras's own layers alone.

Never learns what a tensor is used for.  What is measured of a model with one such output is
called as ``compile`` was told; of several outputs each has its name before it.
"""

from __future__ import annotations

from keras_lsp.semantics.events import Argument
from keras_lsp.semantics.phases import Object
from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import Class, Constant, Nothing, Ref, Sequence, Tensor, Value, only

GIVE_ONE = frozenset(
    {"Activation", "Add", "AlphaDropout", "Average", "BatchNormalization", "Concatenate",
     "CategoryEncoding", "Dense", "DepthwiseConv2D", "Dot", "Dropout", "ELU", "Embedding",
     "Flatten", "GaussianDropout", "GaussianNoise", "GroupNormalization", "LayerNormalization",
     "LeakyReLU", "Masking", "Maximum", "Minimum", "Multiply", "Normalization", "PReLU",
     "Permute", "ReLU", "RepeatVector", "Rescaling", "Reshape", "Resizing", "SeparableConv1D",
     "SeparableConv2D", "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
     "Subtract", "UnitNormalization"}
    | {f"{name}{n}D" for n in (1, 2, 3) for name in (
        "Conv", "Cropping", "UpSampling", "ZeroPadding", "MaxPooling", "AveragePooling",
        "GlobalMaxPooling", "GlobalAveragePooling")}
    | {f"Conv{n}DTranspose" for n in (1, 2, 3)}
)  # fmt: skip
"""Layers that give one tensor, whatever their arguments are."""
RECURRENT = frozenset({"GRU", "LSTM", "SimpleRNN"})
WRAPPERS = frozenset({"Bidirectional", "TimeDistributed"})


def is_one(value: Value) -> bool:
    atom = only(value)
    return isinstance(atom, Tensor) and atom.one


def gives_one(thing: Object, arguments: tuple[Argument, ...], state: State) -> bool:
    """Whether this call of a layer gives such a tensor."""
    return _is_plain(thing, state) and all(_is_harmless(a.value) for a in arguments)


def _is_plain(thing: Object, state: State) -> bool:
    module, _, name = thing.type.rpartition(".")
    own = any(isinstance(atom, Class) for atom in thing.origin)
    if module != "keras.layers" or own:
        return False
    if name in RECURRENT:
        # Nobody gives `return_state` by its position, which is the twentieth.
        keys = {key for key, _ in thing.arguments}
        return "return_state" not in keys and all(k.isidentifier() or k.isdigit() for k in keys)
    if name in WRAPPERS:
        inner = only(thing.argument("layer", 0) or frozenset())
        wrapped = state.object(inner) if isinstance(inner, Ref) else None
        return wrapped is not None and _is_plain(wrapped, state)
    return name in GIVE_ONE


def _is_harmless(value: Value) -> bool:
    atom = only(value)
    if isinstance(atom, Sequence):
        return atom.items is not None and all(map(_is_harmless, atom.items))
    return is_one(value) or isinstance(atom, (Constant, Nothing))
