"""Models that are classes, and models that methods and functions build."""

import keras
from keras import layers


class MLP(keras.Model):
    def __init__(self, units=(32, 16), classes=3, **kwargs):
        super().__init__(**kwargs)
        self.hidden = [layers.Dense(n, activation="relu") for n in units]
        self.dropout = layers.Dropout(0.5)
        self.head = layers.Dense(classes)

    def call(self, inputs, training=None):
        x = inputs
        for layer in self.hidden:
            x = self.dropout(layer(x), training=training)
        return self.head(x)


features = keras.Input((8,))
wrapped_mlp = keras.Model(features, MLP()(features))
narrow_mlp = keras.Model(features, MLP(units=(4,), classes=2)(features))


class Residual(keras.Model):
    def __init__(self, filters):
        super().__init__()
        self.conv = layers.Conv2D(filters, 3, padding="same")
        self.norm = layers.BatchNormalization()

    def call(self, x):
        return layers.Activation("relu")(self.norm(self.conv(x)) + x)


class SmallNet(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Conv2D(8, 3, padding="same")
        self.block = Residual(8)
        self.pool = layers.GlobalAveragePooling2D()
        self.out = layers.Dense(4)

    def call(self, x):
        x = self.first(x)
        x = self.block(x)
        return self.out(self.pool(x))


picture = keras.Input((16, 16, 3))
wrapped_net = keras.Model(picture, SmallNet()(picture))


class Coder(keras.Model):
    def __init__(self, dim):
        super().__init__()
        self.encoder = keras.Sequential([layers.Dense(dim, activation="relu")])
        self.decoder = keras.Sequential([layers.Dense(8, activation="sigmoid")])

    def call(self, x):
        return self.decoder(self.encoder(x))


coded = keras.Model(features, Coder(3)(features))


class Agent:
    def __init__(self, state_size=6, actions=2):
        self.state_size = state_size
        self.actions = actions
        self.model = self._build()
        self.target = self._build()

    def _build(self):
        model = keras.Sequential()
        model.add(layers.Dense(24, input_dim=self.state_size, activation="relu"))
        model.add(layers.Dense(24, activation="relu"))
        model.add(layers.Dense(self.actions))
        return model


agent = Agent()
policy, target = agent.model, agent.target


class Builder:
    SIZE = 12

    @staticmethod
    def build(width, height, depth, classes):
        model = keras.Sequential()
        shape = (height, width, depth)
        if keras.config.image_data_format() == "channels_first":
            shape = (depth, height, width)
        model.add(keras.Input(shape))
        model.add(layers.Conv2D(20, (5, 5), padding="same"))
        model.add(layers.Activation("relu"))
        model.add(layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2)))
        model.add(layers.Flatten())
        model.add(layers.Dense(classes))
        return model


built = Builder.build(width=28, height=20, depth=1, classes=10)


def make_dense(sizes, input_dim, dropout=0.0):
    start = keras.Input((input_dim,))
    x = start
    for i, size in enumerate(sizes):
        x = layers.Dense(size, name=f"dense_{input_dim}_{i}")(x)
        if dropout > 0:
            x = layers.Dropout(dropout)(x)
    return keras.Model(start, x)


wide = make_dense([64, 32], 10)
dropped = make_dense(sizes=(8, 8), input_dim=5, dropout=0.3)


def make_model(kind="small", classes=2):
    units = {"small": 8, "large": 64}[kind]
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(units, activation="elu"), layers.Dense(classes)]
    )


small_model = make_model()
large_model = make_model("large", classes=5)
ensemble_members = [make_model() for _ in range(3)]
ensemble = keras.Model(
    ensemble_members[0].inputs,
    layers.average([m(ensemble_members[0].inputs[0]) for m in ensemble_members]),
)


def two_towers(left_dim, right_dim, units=16):
    left, right = keras.Input((left_dim,)), keras.Input((right_dim,))
    dense = lambda tensor: layers.Dense(units, activation="relu")(tensor)  # noqa: E731
    score = layers.Dot(axes=-1, normalize=True)([dense(left), dense(right)])
    return keras.Model([left, right], score)


towers = two_towers(7, 9)
users, items = keras.Input((1,)), keras.Input((1,))
u = layers.Flatten()(layers.Embedding(100, 8)(users))
i = layers.Flatten()(layers.Embedding(200, 8)(items))
recommender = keras.Model([users, items], layers.Dense(1)(layers.Concatenate()([u, i, u * i])))
wide_in, deep_in = keras.Input((20,)), keras.Input((10,))
deep = layers.Dense(8)(layers.Dense(16)(deep_in))
wide_and_deep = keras.Model(
    [wide_in, deep_in], layers.Dense(1)(layers.concatenate([wide_in, deep]))
)
mean = layers.Dense(2)(features)
spread = layers.Dense(2)(features)
sampled = mean + keras.ops.exp(0.5 * spread)
vae_encoder = keras.Model(features, [mean, spread, sampled])
normalized = keras.Sequential([keras.Input((8,)), layers.UnitNormalization(), layers.Dense(3)])
rectified = keras.Sequential(
    [keras.Input((8,)), layers.PReLU(), layers.Softmax(), layers.GaussianNoise(0.1)]
)
gated = keras.Model(features, layers.Multiply()([layers.Dense(8, "sigmoid")(features), features]))
