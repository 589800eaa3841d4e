import tensorflow as tf
from tensorflow import keras
import numpy as np

def train_model(model, x_train, y_train, epochs=10):
    model.compile(optimizer='adam', loss='mse')
    model.fit(x_train, y_train, epochs=epochs, verbose=0)
    return model

# Data setup (using dummy data for example)
x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

# Trying to train a model that wasn't defined
trained_model = train_model(model, x_train, y_train)  # error: [undefined-model] # raises: NameError
print("Training complete")

model = keras.Sequential([
    keras.layers.Dense(32, activation='relu', input_shape=(10,)),
    keras.layers.Dense(1)
])

trained_model = train_model(model, x_train, y_train)
print("Training complete")
