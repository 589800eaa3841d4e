import numpy as np
from tensorflow import keras


class ModelBuilder:
    def __init__(self):
        self.model = None
        self.history =  # then: self.history = None

    def build_model(self, input_shape):
        model = keras.Sequential()  # error: [model-not-on-self]
        model.add(keras.layers.Input(shape=input_shape))
        model.add(keras.layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        return model

    def train_model(self, x_train, y_train):
        self.history = self.model.fit(x_train, y_train, epochs=2, verbose=0)  # raises: AttributeError


builder = ModelBuilder()
builder.build_model((10,))
builder.train_model(np.random.rand(100, 10), np.random.rand(100, 1))
