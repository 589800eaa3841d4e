"""A layer of one's own, with weights and attention, as shared for Keras 2.0."""
import numpy as np
from keras import backend as K
from keras.engine.topology import Layer
from keras import initializers, regularizers, constraints
from keras.layers import Input, Dense, GRU, Bidirectional
from keras.models import Model


class Attention(Layer):
    def __init__(self, **kwargs):
        self.init = initializers.get('glorot_uniform')
        super(Attention, self).__init__(**kwargs)

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], 1), initializer=self.init, name='W')
        self.b = self.add_weight(shape=(1,), initializer='zero', name='b')
        super(Attention, self).build(input_shape)

    def call(self, x, mask=None):
        e = K.tanh(K.dot(x, self.W) + self.b)
        a = K.exp(e)
        a /= K.cast(K.sum(a, axis=1, keepdims=True) + K.epsilon(), K.floatx())
        return K.sum(x * a, axis=1)

    def compute_output_shape(self, input_shape):
        return input_shape[0], input_shape[-1]


words = Input(shape=(5, 3))
states = Bidirectional(GRU(4, return_sequences=True), merge_mode='concat')(words)
out = Dense(1, activation='sigmoid', kernel_regularizer=regularizers.l2(1e-4))(Attention()(states))
model = Model(words, out)
model.compile('rmsprop', 'binary_crossentropy', metrics=['acc'])
model.fit(np.random.rand(8, 5, 3), np.random.randint(0, 2, 8), epochs=1, verbose=0)
