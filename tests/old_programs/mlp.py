"""A multilayer perceptron on digits, as tutorials for Keras 1 wrote it."""
from __future__ import print_function
import numpy as np
np.random.seed(1337)

from keras.models import Sequential
from keras.layers.core import Dense, Dropout, Activation
from keras.optimizers import SGD, Adam, RMSprop
from keras.utils import np_utils

batch_size = 16
nb_classes = 10
nb_epoch = 1

X_train = np.random.rand(64, 784).astype('float32')
y_train = np.random.randint(0, 10, 64)
X_test, y_test = X_train[:16], y_train[:16]

# convert class vectors to binary class matrices
Y_train = np_utils.to_categorical(y_train, nb_classes)
Y_test = np_utils.to_categorical(y_test, nb_classes)

model = Sequential()
model.add(Dense(32, input_shape=(784,), init='he_normal'))
model.add(Activation('relu'))
model.add(Dropout(0.2))
model.add(Dense(32, W_constraint=None, bias=True))
model.add(Activation('relu'))
model.add(Dense(output_dim=nb_classes))
model.add(Activation('softmax'))

model.summary()
model.compile(loss='categorical_crossentropy', optimizer=RMSprop(lr=0.001), metrics=['accuracy'])
history = model.fit(X_train, Y_train, batch_size=batch_size, nb_epoch=nb_epoch,
                    verbose=0, validation_data=(X_test, Y_test))
score = model.evaluate(X_test, Y_test, verbose=0)
print('Test accuracy:', score[1], history.history['acc'])
