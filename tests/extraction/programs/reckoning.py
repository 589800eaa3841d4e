"""Models that reckon with the shapes of their tensors, and with parts of other models."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tensorflow.keras import backend as K


def as_sequence():
    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(16, 3)(image)
    x = layers.Reshape((x.shape[1] * x.shape[2], x.shape[-1]))(x)
    return keras.Model(image, layers.LSTM(5)(x))


def squeezed():
    x = inputs = keras.Input((10, 10, 4))
    axis = 1 if K.image_data_format() == "channels_first" else -1
    for filters in (4, 8):
        shortcut = x
        x = layers.Conv2D(filters, 3, padding="same")(x)
        filters = K.int_shape(x)[axis]
        weight = layers.GlobalAveragePooling2D()(x)
        weight = layers.Dense(filters // 2, activation="relu")(weight)
        weight = layers.Dense(filters, activation="sigmoid")(weight)
        x = layers.Multiply()([x, layers.Reshape((1, 1, filters))(weight)])
        if shortcut.shape[-1] != filters:
            shortcut = layers.Conv2D(filters, 1)(shortcut)
        x = layers.Add()([x, shortcut])
    return keras.Model(inputs, x)


def decoder():
    encoded = keras.Input((9, 7, 2))
    flat = layers.Dense(6)(layers.Flatten()(layers.Conv2D(8, 3, strides=2)(encoded)))
    before = layers.Conv2D(8, 3, strides=2)(encoded)
    shape = K.int_shape(before)
    x = layers.Dense(int(np.prod(shape[1:])))(flat)
    x = layers.Reshape(tuple(shape[1:]))(x)
    rank = len(before.shape)
    if rank == 4 and x.ndim == rank:
        x = layers.Conv2DTranspose(shape[3] * 2, 3)(x)
    return keras.Model(encoded, x)


def states():
    x = keras.Input((6, 3))
    out, *memory = layers.LSTM(5, return_sequences=True, return_state=True)(x)
    forward, *both = layers.Bidirectional(layers.LSTM(4, return_state=True))(out)
    joined = layers.Concatenate()([*memory, *both, forward])
    decoded = layers.LSTM(5)(out, initial_state=memory)
    return keras.Model(x, [joined, layers.Dense(2)(decoded)])


def parts_of_models():
    base = keras.Sequential(
        [keras.Input((16, 16, 3)), layers.Conv2D(4, 3), layers.Conv2D(8, 3, name="features")]
    )
    head = layers.GlobalMaxPooling2D()(base.layers[-1].output)
    early = layers.Flatten()(base.get_layer("features").input)
    model = keras.Model(base.inputs, [layers.Dense(3)(head), layers.Dense(2)(early)])

    image = keras.Input((8, 8, 1))
    x = layers.Conv2D(4, 3, name="first")(image)
    x = layers.Conv2D(6, 3, name="second")(x)
    whole = keras.Model(image, layers.Flatten()(x))
    cut = keras.Model(whole.inputs, layers.GlobalAveragePooling2D()(whole.layers[1].output))
    last = layers.Dense(2)(whole.get_layer("second").output)
    return model, cut, keras.Model(whole.input, last), layers.Dense(1)(whole.layers[-2].output)


def by_tensorflow():
    x = inputs = keras.Input((4, 6))
    mean = layers.Lambda(lambda t: tf.reduce_mean(t, axis=1))(x)
    wide = layers.Lambda(lambda t: K.expand_dims(t, axis=-1))(mean)
    scaled = layers.Lambda(lambda t, by: t * by, arguments={"by": 3.0})(wide)
    told = layers.Lambda(lambda t: t[:, :3], output_shape=(3, 1))(scaled)
    pair = layers.Lambda(lambda ts: tf.concat(ts, axis=1))([wide, told])
    normal = layers.Lambda(lambda t: tf.nn.l2_normalize(t, axis=-1))(x)
    flat = layers.Lambda(lambda t: tf.reshape(t, (-1, t.shape[1] * t.shape[2])))(normal)
    turned = layers.Lambda(lambda t: tf.transpose(t, perm=[0, 2, 1]))(x)
    return keras.Model(inputs, [layers.Flatten()(pair), layers.Dense(2)(flat), turned])


as_sequence()
squeezed()
decoder()
states()
parts_of_models()
by_tensorflow()
