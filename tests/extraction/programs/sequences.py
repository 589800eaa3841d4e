"""Models for texts and time series, as programs of all kinds write them."""

import keras
from keras import Model, Sequential, layers
from keras.layers import GRU, LSTM, Bidirectional, Dense, Embedding, TimeDistributed

VOCAB, MAXLEN, DIM = 1000, 40, 16
WINDOW = 24

sentiment = Sequential(
    [
        keras.Input((MAXLEN,)),
        Embedding(VOCAB, DIM),
        Bidirectional(LSTM(8, return_sequences=True)),
        Bidirectional(LSTM(8)),
        Dense(1, activation="sigmoid"),
    ]
)
masked = Sequential([keras.Input((None,)), Embedding(VOCAB, DIM, mask_zero=True), GRU(8), Dense(3)])
stacked = Sequential()
stacked.add(LSTM(50, return_sequences=True, input_shape=(WINDOW, 1)))
stacked.add(layers.Dropout(0.2))
stacked.add(LSTM(50))
stacked.add(Dense(1))
convolutional = Sequential(
    [
        keras.Input((WINDOW, 3)),
        layers.Conv1D(8, 3, padding="causal", dilation_rate=2),
        layers.MaxPooling1D(2),
        layers.Flatten(),
        Dense(2),
    ]
)
tagger = Sequential(
    [
        keras.Input((MAXLEN,), dtype="int32"),
        Embedding(VOCAB, DIM),
        LSTM(12, return_sequences=True),
        TimeDistributed(Dense(5, activation="softmax")),
    ]
)
repeat = Sequential(
    [
        keras.Input((WINDOW, 2)),
        LSTM(6),
        layers.RepeatVector(WINDOW),
        LSTM(6, return_sequences=True),
        TimeDistributed(Dense(2)),
    ]
)

tokens = keras.Input(shape=(MAXLEN,), dtype="int32", name="tokens")
embedded = Embedding(VOCAB, DIM)(tokens)
branches = []
for size in (2, 3, 4):
    branch = layers.Conv1D(8, size, activation="relu")(embedded)
    branches.append(layers.GlobalMaxPooling1D()(branch))
text_cnn = Model(tokens, Dense(2)(layers.concatenate(branches)))

source, target = keras.Input((None,)), keras.Input((None,))
_, *states = LSTM(10, return_state=True)(Embedding(VOCAB, DIM)(source))
decoded = LSTM(10, return_sequences=True)(Embedding(VOCAB, DIM)(target), initial_state=states)
seq2seq = Model([source, target], Dense(VOCAB, activation="softmax")(decoded))

query, value = keras.Input((5, 8)), keras.Input((7, 8))
attended = layers.Attention()([query, value])
attention = Model([query, value], layers.GlobalAveragePooling1D()(attended))


def transformer_block(x, heads, width, rate=0.1):
    a = layers.MultiHeadAttention(num_heads=heads, key_dim=x.shape[-1] // heads)(x, x)
    x = layers.LayerNormalization()(x + layers.Dropout(rate)(a))
    f = Dense(width, activation="gelu")(x)
    f = Dense(x.shape[-1])(f)
    return layers.LayerNormalization()(layers.Add()([x, f]))


x = Embedding(VOCAB, DIM)(tokens)
for _ in range(2):
    x = transformer_block(x, 2, 32)
transformer = Model(tokens, Dense(1)(layers.GlobalAveragePooling1D()(x)))

price, volume = keras.Input((WINDOW, 1), name="price"), keras.Input((WINDOW, 1), name="volume")
both = layers.Concatenate(axis=-1)([price, volume])
hidden = GRU(8, return_sequences=True)(both)
forecast = Model(inputs={"price": price, "volume": volume}, outputs=Dense(1)(GRU(4)(hidden)))
frames = Sequential(
    [
        keras.Input((4, 16, 16, 1)),
        TimeDistributed(layers.Conv2D(4, 3)),
        TimeDistributed(layers.GlobalAveragePooling2D()),
        GRU(5),
    ]
)
video = Sequential(
    [keras.Input((4, 16, 16, 1)), layers.ConvLSTM2D(3, 3), layers.BatchNormalization()]
)
permuted = Sequential([keras.Input((3, 5)), layers.Permute((2, 1)), layers.Flatten()])
wavenet_in = keras.Input((32, 1))
y = wavenet_in
for rate in (1, 2, 4):
    gate = layers.Conv1D(4, 2, padding="causal", dilation_rate=rate, activation="sigmoid")(y)
    filt = layers.Conv1D(4, 2, padding="causal", dilation_rate=rate, activation="tanh")(y)
    y = layers.Multiply()([gate, filt])
wavenet = Model(wavenet_in, layers.Conv1D(1, 1)(y))
