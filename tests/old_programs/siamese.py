"""A siamese network with a distance of its own, as an example for Keras 2.0 had it."""
import numpy as np
from keras.models import Model, Sequential
from keras.layers import Input, Dense, Dropout, Lambda
from keras.optimizers import RMSprop
from keras import backend as K


def euclidean_distance(vects):
    x, y = vects
    sum_square = K.sum(K.square(x - y), axis=1, keepdims=True)
    return K.sqrt(K.maximum(sum_square, K.epsilon()))


def eucl_dist_output_shape(shapes):
    shape1, shape2 = shapes
    return (shape1[0], 1)


def contrastive_loss(y_true, y_pred):
    margin = 1
    square_pred = K.square(y_pred)
    margin_square = K.square(K.maximum(margin - y_pred, 0))
    return K.mean(y_true * square_pred + (1 - y_true) * margin_square)


def accuracy(y_true, y_pred):
    return K.mean(K.equal(y_true, K.cast(y_pred < 0.5, y_true.dtype)))


base = Sequential()
base.add(Dense(8, input_shape=(4,), activation='relu'))
base.add(Dropout(0.1))
base.add(Dense(4, activation='relu'))

input_a = Input(shape=(4,))
input_b = Input(shape=(4,))
distance = Lambda(euclidean_distance, output_shape=eucl_dist_output_shape)([base(input_a), base(input_b)])
model = Model([input_a, input_b], distance)

pairs = np.random.rand(16, 2, 4)
labels = np.random.randint(0, 2, (16, 1)).astype('float32')
rms = RMSprop(lr=1e-3)
model.compile(loss=contrastive_loss, optimizer=rms, metrics=[accuracy])
model.fit([pairs[:, 0], pairs[:, 1]], labels, batch_size=8, epochs=1, verbose=0)
print(K.int_shape(distance))
