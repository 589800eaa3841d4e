"""Builds the model for train.py."""

from tensorflow import keras


def build_model(input_shape):
    return keras.Sequential(
        [
            keras.layers.Input(shape=input_shape),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(1),
        ]
    )


def train_model(model, x_train, y_train, epochs=10):
    model.fit(x_train, y_train, epochs=epochs, verbose=0)
    return model
