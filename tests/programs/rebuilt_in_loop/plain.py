import tensorflow as tf
from tensorflow import keras
import numpy as np

def train_multiple_times(x_train, y_train, iterations=3, epochs=5):
    for i in range(iterations):
        # Incorrect: model defined inside loop
        model = keras.Sequential([  # warning: [model-rebuilt-in-loop]
           keras.layers.Dense(32, activation='relu', input_shape=(10,)),
           keras.layers.Dense(1)
        ])
        model.compile(optimizer='adam', loss='mse')
        model.fit(x_train, y_train, epochs=epochs, verbose=0)
        print(f"Iteration {i+1} completed")

    # Correct model definition outside loop
    model_outer = keras.Sequential([
           keras.layers.Dense(32, activation='relu', input_shape=(10,)),
           keras.layers.Dense(1)
    ])
    model_outer.compile(optimizer='adam', loss='mse')
    for i in range(iterations):
        model_outer.fit(x_train, y_train, epochs=epochs, verbose=0)
        print(f"Iteration {i+1} using outer model completed")

# Data setup
x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

train_multiple_times(x_train, y_train)
