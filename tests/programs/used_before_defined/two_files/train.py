import numpy as np

from models import build_model, train_model

x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

trained_model = train_model(model, x_train, y_train)  # error: [undefined-model] # raises: NameError
print("Training complete")

model = build_model((10,))
