"""Models that are written as graphs, and classes."""

import os

import keras
import tensorflow as tf
from keras import Input, Model, layers, ops
from keras.layers import Dense

inputs = Input((8,))
simple = Model(inputs, Dense(2)(Dense(4)(inputs)))

x = inputs
for size in (32, 16):
    x = Dense(size, activation="relu")(x)
looped = Model(inputs=inputs, outputs=x)


def residual(x, filters, stride=1):
    shortcut = x
    y = layers.Conv2D(filters, 3, strides=stride, padding="same")(x)
    y = layers.BatchNormalization()(y)
    if stride != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride)(x)
    return layers.Activation("relu")(layers.Add()([y, shortcut]))


def resnet(shape, depth):
    start = Input(shape)
    x = layers.Conv2D(4, 3, padding="same")(start)
    for i in range(depth):
        x = residual(x, 4 * 2**i, stride=2)
    x = layers.GlobalAveragePooling2D()(x)
    return Model(start, Dense(10)(x), name="resnet")


small = resnet((16, 16, 3), 2)

a, b = Input((3,), name="a"), Input((3,), name="b")
shared = Dense(5)
merged = layers.concatenate([shared(a), shared(b)])
several = Model([a, b], [Dense(1)(merged), Dense(2)(merged)])
operated = Model([a, b], (a + b) * 2.0 - ops.maximum(a, b) / 3)
sliced = Model(inputs, Dense(2)(inputs[:, :4]))
negative = Model(inputs, -inputs)

inner = keras.Sequential([Input((8,)), Dense(3)])
nested = Model(inputs, Dense(1)(inner(inputs)))
twice = Model(inputs, simple(Dense(8)(inputs)))
two_outputs = Input((3,))
first, second = several([two_outputs, Dense(3)(two_outputs)])
unpacked = Model(two_outputs, layers.concatenate([second, first]))

sequence = Input((5, 4))
out, hidden, cell = layers.LSTM(6, return_state=True)(sequence)
states = Model(sequence, [out, layers.add([hidden, cell])])
attention = Model(sequence, layers.MultiHeadAttention(2, 4)(sequence, sequence))
decoder = Model(
    sequence, layers.LSTM(6, return_sequences=True)(sequence, initial_state=[hidden, cell])
)

base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
base.trainable = False
pooled = layers.GlobalAveragePooling2D()(base.output)
transfer = Model(base.input, Dense(3)(pooled))
image = Input((32, 32, 3))
called = Model(image, Dense(2)(layers.Flatten()(base(image, training=False))))

unsure = Dense(7)(inputs)
if os.environ.get("NOBODY_SETS_THIS"):
    unsure = Dense(8)(unsure)
of_unsure = Model(inputs, Dense(1)(unsure))
branches = [layers.Conv1D(2, k, padding="same")(sequence) for k in (1, 3, 5)]
inception = Model(sequence, layers.Concatenate(axis=-1)(branches))
stack = keras.Sequential([Dense(3), Dense(4)])
feature = Model(inputs, stack(inputs))
walrus = Model(inputs, Dense(4)(y := Dense(2)(inputs)))
from_tf = tf.keras.Model(inputs, tf.keras.activations.relu(inputs))
unet_start = Input((16, 16, 1))
skips = []
x = unet_start
for filters in (2, 4):
    x = layers.Conv2D(filters, 3, padding="same")(x)
    skips.append(x)
    x = layers.MaxPooling2D()(x)
for filters, skip in zip((4, 2), reversed(skips), strict=True):
    x = layers.UpSampling2D()(x)
    x = layers.Concatenate()([x, skip])
    x = layers.Conv2D(filters, 3, padding="same")(x)
unet = Model(unet_start, x)


def wrap(layer):
    return lambda x: layers.Dropout(0.1)(layer(x))


wrapped = Model(inputs, wrap(Dense(6))(inputs))


def count(n, x):
    return x if n == 0 else count(n - 1, Dense(n)(x))


recursed = Model(inputs, count(3, inputs))
headed = Model(simple.input, Dense(9)(simple.output))
middle = Dense(11)
deep = Model(inputs, Dense(12)(middle(inputs)))
extractor = Model(deep.input, middle.output)
mapping = {"in": inputs}
keyed = Model(mapping["in"], Dense(3)(mapping["in"]))


class Blocks:
    def __init__(self, size):
        self.dense = Dense(size)

    def __call__(self, x):
        return self.dense(x)


blocks = Blocks(5)
of_blocks = Model(inputs, Dense(2)(blocks(inputs)))
del base
