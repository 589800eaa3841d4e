import numpy as np
from tensorflow import keras


class Experiment:
    """The same in methods: `model` is a local name of `run`, and bound too late."""

    def __init__(self, epochs=2):
        self.epochs = epochs
        self.x_train = np.random.rand(100, 10)
        self.y_train = np.random.rand(100, 1)

    def train_model(self, model):
        model.compile(optimizer="adam", loss="mse")
        model.fit(self.x_train, self.y_train, epochs=self.epochs, verbose=0)
        return model

    def run(self):
        trained_model = self.train_model(model)  # error: [undefined-model] # raises: UnboundLocalError
        model = keras.Sequential(
            [
                keras.layers.Input(shape=(10,)),
                keras.layers.Dense(32, activation="relu"),
                keras.layers.Dense(1),
            ]
        )
        return trained_model


Experiment().run()
print("Training complete")
