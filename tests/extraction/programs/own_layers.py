"""Layers of the program's own: by their ``call``, by their ``compute_output_shape``."""

import keras
import tensorflow as tf
from keras import layers, ops


class Sampling(layers.Layer):
    def call(self, inputs):
        mean, variance = inputs
        batch = tf.shape(mean)[0]
        dim = tf.shape(mean)[1]
        noise = tf.random.normal(shape=(batch, dim))
        return mean + tf.exp(0.5 * variance) * noise


class Linear(layers.Layer):
    def __init__(self, units=32, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="random_normal", trainable=True
        )
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)

    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b


class Block(layers.Layer):
    def __init__(self, size, rate=0.1):
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, size)
        self.feed = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(size)])
        self.norm = layers.LayerNormalization()
        self.drop = layers.Dropout(rate)

    def call(self, inputs, training=None):
        attended = self.attention(inputs, inputs)
        attended = self.drop(attended, training=training)
        return self.norm(inputs + self.feed(attended))


class Positions(layers.Layer):
    def __init__(self, length, vocabulary, size):
        super().__init__()
        self.tokens = layers.Embedding(vocabulary, size)
        self.positions = layers.Embedding(length, size)

    def call(self, x):
        length = ops.shape(x)[-1]
        return self.tokens(x) + self.positions(ops.arange(start=0, stop=length, step=1))


class Halved(layers.Layer):
    def call(self, x):
        return x[:, ::2]

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] // 2, *input_shape[2:])


class Patches(layers.Layer):
    def __init__(self, size):
        super().__init__()
        self.size = size
        self.project = layers.Conv2D(12, size, strides=size)

    def call(self, images):
        x = self.project(images)
        shape = ops.shape(x)
        return ops.reshape(x, (shape[0], shape[1] * shape[2], shape[3]))


class Tokens(keras.Model):
    def __init__(self):
        super().__init__()
        self.patches = Patches(4)
        self.block = Block(12)
        self.head = layers.Dense(3)

    def call(self, images):
        return self.head(ops.mean(self.block(self.patches(images)), axis=1))


class Gate(layers.Layer):
    """Called with keywords, on more than one tensor."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1, activation="sigmoid")

    def call(self, query, value):
        return self.dense(query) * value


x = inputs = keras.Input((8,))
mean = layers.Dense(2)(x)
variance = layers.Dense(2)(x)
z = Sampling()([mean, variance])
y = Linear(10)(z)
y = layers.Reshape((5, 2))(y)
y = Block(2)(y)
y = layers.Flatten()(Halved()(layers.ZeroPadding1D((0, 1))(y)))
y = Gate()(query=y, value=z)
keras.Model(inputs, layers.Dense(1)(y))

words = keras.Input((20,), dtype="int32")
read = Block(16)(Positions(20, 1000, 16)(words))
keras.Model(words, layers.Dense(2)(layers.GlobalAveragePooling1D()(read)))

image = keras.Input((16, 16, 3))
keras.Model(image, layers.Dense(4)(Tokens()(image)))

shared = Linear(4)
left, right = keras.Input((3,)), keras.Input((3,))
keras.Model([left, right], layers.Concatenate()([shared(left), shared(right)]))


class Penalty(layers.Layer):
    def call(self, inputs):
        self.add_loss(ops.mean(inputs))
        return inputs


penalised = keras.Sequential([keras.Input((4,)), layers.Dense(3), Penalty(), layers.Dense(2)])
keras.Model(penalised.inputs, layers.Dense(1)(penalised.outputs[0]))
outer = keras.Input((4,))
keras.Model(outer, layers.Dense(5)(penalised(outer)))
