"""Features of a network that is there, a new head, and callbacks, as written for Keras 2.2."""
import numpy as np
from keras.applications.mobilenet import MobileNet
from keras.layers import Dense, GlobalAveragePooling2D
from keras.models import Model, load_model
from keras.optimizers import SGD
from keras.callbacks import ModelCheckpoint, EarlyStopping, ReduceLROnPlateau
from keras.layers.normalization import BatchNormalization
from keras.utils import to_categorical

base_model = MobileNet(weights=None, include_top=False, alpha=0.25, input_shape=(32, 32, 3))
x = base_model.output
x = GlobalAveragePooling2D()(x)
x = BatchNormalization()(x)
predictions = Dense(3, activation='softmax')(x)
model = Model(inputs=base_model.input, outputs=predictions)
for layer in base_model.layers:
    layer.trainable = False

model.compile(optimizer=SGD(lr=0.0001, momentum=0.9), loss='categorical_crossentropy', metrics=['accuracy'])
checkpoint = ModelCheckpoint('weights.best.hdf5', monitor='val_loss', save_best_only=True, mode='min', period=1)
plateau = ReduceLROnPlateau(monitor='val_loss', factor=0.1, patience=2, epsilon=0.001)
x_train = np.random.rand(8, 32, 32, 3)
y_train = to_categorical(np.arange(8) % 3, num_classes=3)
model.fit(x_train, y_train, batch_size=4, epochs=1, verbose=0, validation_data=(x_train, y_train),
          callbacks=[checkpoint, plateau])
best = load_model('weights.best.hdf5')
print(best.output_shape)
