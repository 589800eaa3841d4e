"""A program for Keras 1 of 2016: `keras-lsp check --fix --unsafe-fixes` makes it run on Keras 3."""

import numpy as np
from keras import backend as K
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.core import Activation, Dense, Dropout, Flatten
from keras.layers.normalization import BatchNormalization
from keras.models import Sequential
from keras.optimizers import SGD, adam
from keras.regularizers import l2
from keras.utils import np_utils
from keras.utils.np_utils import to_categorical

X = np.random.rand(16, 8, 8, 1)
Y = np_utils.to_categorical(np.arange(16) % 3, 3)
Z = to_categorical(np.arange(16) % 3, nb_classes=3)


def distance(y_true, y_pred):
    return K.mean(K.square(y_pred - y_true), axis=-1)


model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode="same", input_shape=(8, 8, 1), dim_ordering="tf"))
model.add(Activation("relu"))
model.add(BatchNormalization(mode=0))
model.add(MaxPooling2D(pool_size=(2, 2), border_mode="valid"))
model.add(Dropout(p=0.25))
model.add(Flatten())
model.add(Dense(output_dim=3, init="uniform", W_regularizer=l2(0.01), activation="softmax"))
sgd = SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True)
model.compile(loss="categorical_crossentropy", optimizer=sgd, metrics="accuracy")
model.fit(X, Y, batch_size=8, nb_epoch=1, verbose=0)


def batches():
    while True:
        yield X, Y


model.fit_generator(batches(), 2, 1, verbose=0, workers=2)
classes = model.predict_classes(X, verbose=0)
probabilities = model.predict_proba(X)
second = Sequential([Dense(3, input_dim=4)])
second.compile(adam(lr=0.1), "logcosh")
second.fit(np.ones((4, 4)), np.ones((4, 3)), nb_epoch=1, verbose=0)
