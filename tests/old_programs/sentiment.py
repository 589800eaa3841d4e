"""Sentiment of reviews with an LSTM, as the book's chapter for Keras 1 had it."""
import numpy as np
from keras.preprocessing import sequence
from keras.models import Sequential
from keras.layers.core import Dense, Activation
from keras.layers.embeddings import Embedding
from keras.layers.recurrent import LSTM

max_features = 100
maxlen = 8

X = [list(np.random.randint(1, max_features, n)) for n in np.random.randint(3, 12, 32)]
y = np.random.randint(0, 2, 32)
X = sequence.pad_sequences(X, maxlen=maxlen)

model = Sequential()
model.add(Embedding(max_features, 8, input_length=maxlen))
model.add(LSTM(8, dropout_W=0.2, dropout_U=0.2, inner_activation='hard_sigmoid'))
model.add(Dense(1))
model.add(Activation('sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X, y, batch_size=16, nb_epoch=1, validation_split=0.25, verbose=0)
classes = model.predict_classes(X, batch_size=16)
print(classes.shape, model.predict_proba(X).shape)
