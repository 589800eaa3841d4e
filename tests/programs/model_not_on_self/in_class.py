import numpy as np
from tensorflow import keras


class Data:
    def __init__(self):
        self.x = np.random.rand(100, 10)
        self.y = np.random.rand(100, 1)


class Regressor(Data):
    """A class with a base and no `__init__` of its own: `self.model` is never made."""

    def build(self):
        model = keras.Sequential([keras.layers.Input(shape=(10,)), keras.layers.Dense(1)])  # error: [model-not-on-self]
        model.compile(optimizer="adam", loss="mse")

    def train(self):
        self.model.fit(self.x, self.y, epochs=2, verbose=0)  # raises: AttributeError


regressor = Regressor()
regressor.build()
regressor.train()
print("Training complete")
