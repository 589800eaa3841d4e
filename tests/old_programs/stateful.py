"""A stateful LSTM on a sine, as articles for Keras 2 wrote it."""
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, LSTM, CuDNNLSTM
from keras import optimizers

batch_size = 4
series = np.sin(np.arange(41) / 4.0)
X = series[:-1].reshape(40, 1, 1)
y = series[1:]

model = Sequential()
model.add(LSTM(4, batch_input_shape=(batch_size, 1, 1), stateful=True, return_sequences=True))
model.add(CuDNNLSTM(4))
model.add(Dense(1))
optimizer = optimizers.Adam(lr=0.01, decay=0.0)
model.compile(loss='mean_squared_error', optimizer=optimizer)
for i in range(2):
    model.fit(X, y, epochs=1, batch_size=batch_size, verbose=0, shuffle=False)
print(model.predict(X, batch_size=batch_size).shape, optimizer.lr)
