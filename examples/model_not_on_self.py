"""Builds the model into a local name and looks for it on self: it is still None there."""

import numpy as np
from tensorflow import keras


class ModelBuilder:
    def __init__(self):
        self.model = None

    def build_model(self, input_shape):
        model = keras.Sequential(
            [
                keras.layers.Input(shape=input_shape),
                keras.layers.Dense(32, activation="relu"),
                keras.layers.Dense(1),
            ]
        )
        return model

    def train_model(self, x_train, y_train, epochs=10):
        if self.model is None:
            raise ValueError("Model is not built. Run the build_model method first.")
        self.model.compile(optimizer="adam", loss="mse")
        self.model.fit(x_train, y_train, epochs=epochs, verbose=0)
        return self.model


x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

builder = ModelBuilder()
builder.build_model((10,))
trained_model = builder.train_model(x_train, y_train)
print("Training complete")
