"""A small image classifier with augmented data, as an example for Keras 1 had it."""
import numpy as np
from keras.preprocessing.image import ImageDataGenerator
from keras.models import Sequential
from keras.layers import Dense, Dropout, Activation, Flatten
from keras.layers import Convolution2D, MaxPooling2D
from keras.utils.np_utils import to_categorical

nb_classes = 3
img_rows, img_cols = 16, 16

X = np.random.rand(32, img_rows, img_cols, 3)
Y = to_categorical(np.arange(32) % nb_classes, nb_classes)

model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode='same', input_shape=(img_rows, img_cols, 3)))
model.add(Activation('relu'))
model.add(Convolution2D(8, 3, 3, subsample=(1, 1)))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(16, activation='relu'))
model.add(Dense(nb_classes, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='Adam', metrics=['accuracy'])

datagen = ImageDataGenerator(rescale=1. / 2, horizontal_flip=True)
model.fit_generator(datagen.flow(X, Y, batch_size=8), steps_per_epoch=4, epochs=1, verbose=0,
                    workers=1, max_q_size=2)
print(model.predict_generator(datagen.flow(X, batch_size=8, shuffle=False), steps=4).shape)
