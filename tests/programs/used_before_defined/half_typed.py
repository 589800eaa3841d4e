import numpy as np
from tensorflow import keras


def train_model(model, x_train, y_train, epochs=2):
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=epochs, verbose=0)
    return model


x_train = np.random.rand(100, 10)
y_train = np.random.rand(100,  # then: y_train = np.random.rand(100, 1)

trained_model = train_model(model, x_train, y_train)  # error: [undefined-model] # raises: NameError
print("Training complete")

model = keras.Sequential([keras.layers.Input(shape=(10,)), keras.layers.Dense(1)])
model.  # then: model.summary()
