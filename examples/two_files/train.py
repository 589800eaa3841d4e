"""Trains a model that nobody has compiled: neither this file nor models.py does."""

import numpy as np
from models import build_model, train_model

x_train = np.random.rand(100, 10)
y_train = np.random.rand(100, 1)

model = build_model((10,))
trained_model = train_model(model, x_train, y_train)
print("Training complete")
