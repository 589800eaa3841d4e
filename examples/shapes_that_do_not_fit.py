"""Layers that do not take what they are given, and labels that the loss cannot take."""

import numpy as np
from tensorflow import keras

sequences, labels = np.random.rand(64, 20, 8), np.random.randint(0, 3, size=64)

model = keras.Sequential(
    [
        keras.layers.LSTM(32, input_shape=sequences.shape[1:]),
        keras.layers.LSTM(16),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="categorical_crossentropy")
model.fit(sequences, labels, epochs=2)
