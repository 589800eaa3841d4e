import tensorflow as tf
from tensorflow import keras
import numpy as np

class ModelBuilder:
    def __init__(self):
        self.model = None

    def build_model(self, input_shape):
        model = keras.Sequential([  # error: [model-not-on-self]
          keras.layers.Dense(32, activation='relu', input_shape=input_shape),
          keras.layers.Dense(1)
        ])
        return model # The model variable is local to build_model

    def train_model(self, x_train, y_train, epochs=10):
      if self.model is None: # Check if the model exists
        raise ValueError("Model is not built. Run the build_model method first.")  # raises: ValueError
      self.model.compile(optimizer='adam', loss='mse')
      self.model.fit(x_train, y_train, epochs=epochs, verbose=0)
      return self.model

# Data setup
x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

builder = ModelBuilder()
model = builder.build_model((10,))
trained_model = builder.train_model(x_train,y_train)
print("Training Complete")
