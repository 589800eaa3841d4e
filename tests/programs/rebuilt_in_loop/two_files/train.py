import numpy as np

from models import build_model

x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

for i in range(3):
    model = build_model()  # warning: [model-rebuilt-in-loop]
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=1, verbose=0)
    print(f"Iteration {i + 1} completed")
