"""Models for images, as programs of all kinds write them."""

import keras
import tensorflow as tf
from keras import layers, models, regularizers
from tensorflow.keras.layers import BatchNormalization, Conv2D, Dropout, Flatten, MaxPooling2D

IMG_SIZE = 64
NUM_CLASSES = 10
config = {"filters": [16, 32], "dense": 64, "rate": 0.25}

lenet = models.Sequential()
lenet.add(Conv2D(6, (5, 5), activation="tanh", input_shape=(28, 28, 1)))
lenet.add(layers.AveragePooling2D(2))
lenet.add(Conv2D(16, (5, 5), activation="tanh"))
lenet.add(layers.AveragePooling2D(2))
lenet.add(Flatten())
for units in (120, 84):
    lenet.add(layers.Dense(units, activation="tanh"))
lenet.add(layers.Dense(NUM_CLASSES, activation="softmax"))

configured = models.Sequential([keras.Input((IMG_SIZE, IMG_SIZE, 3))])
for filters in config["filters"]:
    configured.add(Conv2D(filters, 3, padding="same", kernel_regularizer=regularizers.l2(1e-4)))
    configured.add(BatchNormalization())
    configured.add(MaxPooling2D())
configured.add(Flatten())
configured.add(layers.Dense(config["dense"]))
configured.add(Dropout(config["rate"]))

augmented = keras.Sequential(
    [
        layers.Input(shape=(IMG_SIZE, IMG_SIZE, 3)),
        layers.Rescaling(1.0 / 255),
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.SeparableConv2D(32, 3, strides=2),
        layers.DepthwiseConv2D(3, depth_multiplier=2),
        layers.GlobalMaxPooling2D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)


def conv_bn(x, filters, kernel_size=3, strides=1):
    x = layers.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def inception(x, filters):
    one = conv_bn(x, filters, 1)
    three = conv_bn(conv_bn(x, filters, 1), filters * 2)
    pooled = conv_bn(layers.MaxPooling2D(3, strides=1, padding="same")(x), filters, 1)
    return layers.Concatenate(axis=-1)([one, three, pooled])


image = keras.Input(shape=(IMG_SIZE, IMG_SIZE, 3))
x = conv_bn(image, 16, strides=2)
x = inception(x, 8)
x = inception(x, 16)
googlenet = keras.Model(image, layers.Dense(NUM_CLASSES)(layers.GlobalAveragePooling2D()(x)))


def unet(size, classes, depth=2):
    start = keras.Input((size, size, 3))
    skips = []
    x = start
    for level in range(depth):
        x = conv_bn(conv_bn(x, 8 * 2**level), 8 * 2**level)
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = conv_bn(x, 8 * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(8 * 2**level, 2, strides=2, padding="same")(x)
        x = layers.concatenate([x, skips[level]])
        x = conv_bn(x, 8 * 2**level)
    return keras.Model(start, layers.Conv2D(classes, 1, activation="softmax")(x), name="unet")


segmenter = unet(32, 3)
deeper = unet(size=64, classes=2, depth=3)


def squeeze_excite(x, ratio=4):
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Dense(channels // ratio, activation="relu")(s)
    s = layers.Dense(channels, activation="sigmoid")(s)
    return layers.Multiply()([x, s])


excited = keras.Model(image, squeeze_excite(conv_bn(image, 16)))

base = keras.applications.MobileNetV2(
    input_shape=(96, 96, 3), include_top=False, weights=None, pooling="avg"
)
base.trainable = False
transfer = tf.keras.Sequential([base, layers.Dropout(0.2), layers.Dense(5)])

encoder = keras.Sequential(
    [keras.Input((28, 28, 1)), Conv2D(8, 3, strides=2, padding="same"), Flatten(), layers.Dense(16)]
)
decoder = keras.Sequential(
    [
        keras.Input((16,)),
        layers.Dense(7 * 7 * 8),
        layers.Reshape((7, 7, 8)),
        layers.UpSampling2D(2),
        layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"),
    ]
)
autoencoder = keras.Sequential([encoder, decoder])
code = keras.Input((28, 28, 1))
functional_autoencoder = keras.Model(code, decoder(encoder(code)))

generator = keras.Sequential()
generator.add(layers.Dense(4 * 4 * 32, use_bias=False, input_shape=(100,)))
generator.add(layers.LeakyReLU(negative_slope=0.2))
generator.add(layers.Reshape((4, 4, 32)))
for n in [16, 8]:
    generator.add(layers.Conv2DTranspose(n, (5, 5), strides=(2, 2), padding="same"))
    generator.add(BatchNormalization())
discriminator = keras.Sequential(
    [
        keras.Input((16, 16, 8)),
        *[Conv2D(n, 4, strides=2, padding="same") for n in (8, 16)],
        Flatten(),
        layers.Dense(1),
    ]
)
discriminator.trainable = False
gan = keras.Sequential([generator, discriminator])

left, right = keras.Input((32, 32, 1)), keras.Input((32, 32, 1))
tower = keras.Sequential([keras.Input((32, 32, 1)), Conv2D(4, 3), Flatten(), layers.Dense(8)])
distance = keras.ops.abs(tower(left) - tower(right))
siamese = keras.Model([left, right], layers.Dense(1, activation="sigmoid")(distance))

volume = keras.Sequential(
    [
        keras.Input((16, 16, 16, 1)),
        layers.Conv3D(4, 3),
        layers.MaxPooling3D(),
        layers.ZeroPadding3D(1),
        layers.Cropping3D(1),
        layers.GlobalAveragePooling3D(),
    ]
)
crop = keras.Model(image, layers.CenterCrop(48, 48)(layers.ZeroPadding2D(((1, 1), (2, 2)))(image)))
patches = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        Conv2D(24, 4, strides=4),
        layers.Reshape((-1, 24)),
        layers.LayerNormalization(epsilon=1e-6),
    ]
)
two_heads = keras.Model(
    inputs=image,
    outputs=[
        layers.Dense(4, name="box")(layers.Flatten()(conv_bn(image, 4, strides=4))),
        layers.Dense(NUM_CLASSES, name="label")(layers.GlobalAveragePooling2D()(image)),
    ],
)
