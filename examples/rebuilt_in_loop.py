"""Trains for three rounds, but each begins with a new model: only the last one is left."""

import numpy as np
from tensorflow import keras


def train_multiple_times(x_train, y_train, iterations=3, epochs=5):
    for i in range(iterations):
        model = keras.Sequential(
            [
                keras.layers.Input(shape=(10,)),
                keras.layers.Dense(32, activation="relu"),
                keras.layers.Dense(1),
            ]
        )
        model.compile(optimizer="adam", loss="mse")
        model.fit(x_train, y_train, epochs=epochs, verbose=0)
        print(f"Iteration {i + 1} completed")


x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

train_multiple_times(x_train, y_train)
