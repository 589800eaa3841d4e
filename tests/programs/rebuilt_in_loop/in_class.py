import numpy as np
from tensorflow import keras


class Trainer:
    """The same in methods: the builder is called anew in each round."""

    def __init__(self, input_shape):
        self.input_shape = input_shape

    def build_model(self):
        model = keras.Sequential()
        model.add(keras.layers.Input(shape=self.input_shape))
        model.add(keras.layers.Dense(32, activation="relu"))
        model.add(keras.layers.Dense(1))
        return model

    def train(self, x_train, y_train, rounds=3):
        for number in range(rounds):
            model = self.build_model()  # warning: [model-rebuilt-in-loop]
            model.compile(optimizer="adam", loss="mse")
            model.fit(x_train, y_train, epochs=1, verbose=0)
            print(f"Round {number + 1} completed")


Trainer((10,)).train(np.random.rand(100, 10), np.random.rand(100, 1))
