"""Models that are written as sequences."""

import os

import keras
import tensorflow as tf
from keras import layers
from keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential

plain = Sequential([layers.Input((8,)), Dense(16, activation="relu"), Dropout(0.5), Dense(3)])
by_tf = tf.keras.Sequential([tf.keras.layers.Dense(4, input_shape=(3,)), tf.keras.layers.Dense(2)])

added = Sequential()
added.add(Conv2D(8, (3, 3), padding="same", input_shape=(16, 16, 1)))
added.add(MaxPooling2D((2, 2)))
added.add(Flatten())
added.add(Dense(units=10, activation="softmax"))

looped = Sequential(name="looped")
looped.add(keras.Input(shape=(4,)))
for size in (32, 64, 128):
    looped.add(Dense(size))
    looped.add(layers.BatchNormalization())

counted = Sequential()
for i in range(3):
    counted.add(Dense(2**i * 4, name=f"hidden_{i}"))

chosen = Sequential([Dense(4)])
deep = True
if deep:
    chosen.add(Dense(5))
else:
    chosen.add(Dense(6))

joined = Sequential([layers.Input((4,))] + [Dense(n) for n in (3, 2, 1)])
starred = Sequential([layers.Input((4,)), *[Dense(7) for _ in range(2)], Dense(1)])

pieces = [Dense(3)]
pieces.append(Dense(4))
pieces += [Dense(5)]
pieces.extend(Dense(k) for k in (6, 7))
listed = Sequential(pieces)
pieces.append(Dense(8))

popped = Sequential([Dense(1), Dense(2)])
popped.pop()
popped.add(Dense(9))

unsure = Sequential([Dense(3)])
if os.environ.get("NOBODY_SETS_THIS"):
    unsure.add(Dense(4))
unsure.add(Dense(5))

unsure_size = 4
if not os.environ.get("NOBODY_SETS_THIS"):
    unsure_size = 5
of_unsure_size = Sequential([Dense(unsure_size), Dense(2)])

config = {"units": 12, "rate": 0.25}
configured = Sequential([Dense(config["units"]), Dropout(config.get("rate", 0.5))])
options = {"units": 3, "activation": "tanh"}
starred_options = Sequential([Dense(**options)])


def change(model):
    model.add(Dense(77))


changed = Sequential([Dense(1)])
change(changed)
changed.add(Dense(2))

rest = 5
while rest > 0:
    rest -= 2
whiled = Sequential([Dense(10 + rest)])

recurrent = Sequential()
recurrent.add(layers.Embedding(100, 16))
recurrent.add(layers.Bidirectional(layers.LSTM(8, return_sequences=True)))
recurrent.add(layers.TimeDistributed(Dense(3)))

nested = Sequential([Sequential([keras.Input((3,)), Dense(2)]), Dense(1)])

kernel = 3 if len("abc") == 3 else 5
picked = Sequential([Conv2D(4, kernel), Conv2D(8, kernel - 2)])
built = Sequential([Dense(2)])
built.build((None, 6))


def builder(depth, width=8, **more):
    model = Sequential()
    for _ in range(depth):
        model.add(Dense(width, **more))
    if depth > 2:
        return model
    model.add(Dense(1))
    return model


shallow = builder(1)
deeper = builder(3, width=4, use_bias=False)
broken_off = Sequential()
for n in range(10):
    if n == 3:
        break
    if n == 1:
        continue
    broken_off.add(Dense(n + 1))

try:
    tried = Sequential([Dense(4)])
    tried.add(Dense(int("x")))
except ValueError:
    tried.add(Dense(5))

swapped, other = Sequential([Dense(1)]), Sequential([Dense(2)])
swapped, other = other, swapped
swapped.add(Dense(3))
now_second = Sequential([swapped])
del swapped, other

later = Sequential([Dense(2)])
alias = later
alias.add(Dense(3))
del alias

mapping = {"relu": 4, "tanh": 5}
mapped = Sequential([Dense(size, activation=name) for name, size in mapping.items()])
zipped = Sequential([Dense(a, use_bias=b) for a, b in zip([1, 2], [True, False], strict=True)])
for index, model in enumerate([Sequential([Dense(1)]), Sequential([Dense(2)])]):
    model.add(Dense(index + 10))


class Builder:
    size = 3

    def __init__(self, units):
        self.units = units
        self.model = None

    def build(self):
        self.model = Sequential([Dense(self.units)])
        self.model.add(Dense(self.units * 2))
        return self.model


owned = Builder(6).build()
regular = Sequential(
    [Dense(3, kernel_regularizer=keras.regularizers.L2(0.01), activation=keras.activations.relu)]
)
global_size = 3


def enlarge():
    global global_size
    global_size = 30


enlarge()
by_global = Sequential([Dense(global_size)])
sizes = [1, 2, 3]
sizes[1] = 20
sizes.reverse()
reversed_sizes = Sequential([Dense(n) for n in sizes])
sorted_sizes = Sequential([Dense(n) for n in sorted([3, 1, 2])])
lambda_made = (lambda n: Sequential([Dense(n)]))(8)
