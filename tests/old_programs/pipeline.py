"""Preprocessing layers, a schedule and a learning rate that is set, for tf.keras 2.3."""
import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K
from tensorflow.keras import layers
from tensorflow.keras.layers.experimental import preprocessing
from tensorflow.keras.utils import to_categorical

x = np.random.randint(0, 255, (16, 8, 8, 3))
y = to_categorical(np.arange(16) % 2)

model = tf.keras.Sequential([
    preprocessing.Rescaling(1. / 255),
    preprocessing.RandomFlip('horizontal'),
    layers.Conv2D(4, 3, activation='relu'),
    layers.LeakyReLU(alpha=0.1),
    layers.Flatten(),
    layers.Dense(2, activation='softmax'),
])
optimizer = tf.keras.optimizers.SGD(lr=0.1, momentum=0.9)
model.compile(optimizer=optimizer, loss='categorical_crossentropy', metrics='accuracy')
model.fit_generator(tf.data.Dataset.from_tensor_slices((x, y)).batch(8), epochs=1, verbose=0)
model.fit(x, y, epochs=1, verbose=0, use_multiprocessing=False, workers=1)
optimizer.lr = 0.01
model.reset_metrics()
print(tf.log(tf.constant(2.0)), K.mean(tf.constant([1.0])))
