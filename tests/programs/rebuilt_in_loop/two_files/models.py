"""Builds the model: harmless here, wasted in a loop."""

from tensorflow import keras


def build_model(units=32):
    inputs = keras.Input(shape=(10,))
    hidden = keras.layers.Dense(units, activation="relu")(inputs)
    outputs = keras.layers.Dense(1)(hidden)
    return keras.Model(inputs, outputs)
