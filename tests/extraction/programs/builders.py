"""What `two_files` imports."""

import keras
from keras import layers

DEPTHS = (8, 16)
WIDTH = 4


def chain(classes, depths=DEPTHS):
    model = keras.Sequential([keras.Input((12,))])
    for depth in depths:
        model.add(layers.Dense(depth, activation="relu"))
    model.add(layers.Dense(classes, activation="softmax"))
    return model


def residual(x, units):
    shortcut = layers.Dense(units)(x)
    x = layers.Dense(units, activation="relu")(x)
    return layers.Add()([x, shortcut])


def branched(width=WIDTH):
    one, other = keras.Input((width,)), keras.Input((width * 2,))
    merged = layers.Concatenate()([residual(one, width), other])
    return keras.Model([one, other], layers.Dense(1)(merged))


class Gate(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.dense = layers.Dense(units, activation="sigmoid")

    def call(self, x):
        return self.dense(x)


def pair(size):
    encoder = keras.Sequential([keras.Input((size,)), layers.Dense(2)])
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(size)])
    return encoder, decoder


if __name__ == "__main__":
    chain(2).summary()
