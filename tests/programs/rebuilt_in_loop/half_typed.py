import numpy as np
from tensorflow import keras

x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

for i in range(3):
    model = keras.Sequential([keras.layers.Input(shape=(10,)), keras.layers.Dense(1)])  # warning: [model-rebuilt-in-loop]
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=1, verbose=0)
    print(f"Iteration {i + 1} completed")

if len(x_train) >  # then: if len(x_train) > 10:
    print("Training complete")
