"""A convolutional autoencoder with the functional interface of Keras 1."""
import numpy as np
from keras.layers import Input, Dense, Convolution2D, MaxPooling2D, UpSampling2D
from keras.models import Model
from keras.callbacks import TensorBoard, ModelCheckpoint
from keras import backend as K

images = np.random.rand(16, 8, 8, 1)

input_img = Input(shape=(8, 8, 1))
x = Convolution2D(4, 3, 3, activation='relu', border_mode='same')(input_img)
x = MaxPooling2D((2, 2), border_mode='same')(x)
encoded = Convolution2D(4, 3, 3, activation='relu', border_mode='same')(x)
x = UpSampling2D((2, 2))(encoded)
decoded = Convolution2D(1, 3, 3, activation='sigmoid', border_mode='same')(x)

autoencoder = Model(input=input_img, output=decoded)
encoder = Model(input=input_img, output=encoded)


def error(y_true, y_pred):
    return K.mean(K.square(y_pred - y_true), axis=-1) + 0.1 * K.mean(K.abs(y_pred - y_true), axis=-1)


autoencoder.compile(optimizer='adadelta', loss=error)
best = ModelCheckpoint('autoencoder.hdf5', monitor='val_loss', save_best_only=True)
autoencoder.fit(images, images, nb_epoch=1, batch_size=8, shuffle=True, verbose=0,
                validation_data=(images, images), callbacks=[best])
print(encoder.predict(images).shape)
