"""Words, pooled by functions of TensorFlow, as written for tf.keras 2.3."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K
from tensorflow.keras.layers import CuDNNLSTM, Dense, Embedding, Input, Lambda
from tensorflow.keras.models import Model
from tensorflow.keras.optimizers import Adam

words = Input((12,), dtype="int32")
x = Embedding(50, 8, input_length=12)(words)
x = CuDNNLSTM(4, return_sequences=True)(x)
x = tf.reduce_mean(x, axis=1)
x = tf.concat([x, tf.square(x)], axis=-1)
x = Lambda(lambda t: K.l2_normalize(t, axis=-1))(x)
model = Model(inputs=words, outputs=Dense(1, activation="sigmoid")(x))
model.compile(Adam(lr=1e-3, decay=1e-6), "binary_crossentropy", ["acc"])


def batches():
    while True:
        yield np.random.randint(0, 50, (32, 12)), np.random.randint(0, 2, 32)


history = model.fit_generator(batches(), steps_per_epoch=2, epochs=1, verbose=0)
assert history.history["acc"]
K.set_value(model.optimizer.lr, 1e-4)
model.save("pooling", save_format="tf")
