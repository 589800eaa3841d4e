import numpy as np

from models import ModelBuilder

builder = ModelBuilder()
builder.build_model((10,))
builder.train_model(np.random.rand(100, 10), np.random.rand(100, 1))
print("Training complete")
