"""An `Embedding` has as many rows as there are words, and the words are counted from one.

The numbers that a `Tokenizer` gives to words begin with 1, for 0 stands for padding: the last
word has the number `len(tokenizer.word_index)`, and a row of that number has to be there. On
a GPU nothing is raised, and the word silently is all zeros.

## Bad

```python
from tensorflow import keras

texts = ["a good film", "a bad one"]
tokenizer = keras.preprocessing.text.Tokenizer()
tokenizer.fit_on_texts(texts)
data = keras.preprocessing.sequence.pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=3)
model = keras.Sequential([
    keras.layers.Embedding(len(tokenizer.word_index), 4),  # error: [embedding-too-small]
    keras.layers.Flatten(),
    keras.layers.Dense(1),
])
model.compile("sgd", "mse")
model.fit(data, np.ones((2, 1)), verbose=0)  # raises: InvalidArgumentError
```

```python
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import Embedding
from tensorflow.keras.preprocessing.text import Tokenizer

tokenizer = Tokenizer(oov_token="?")
tokenizer.fit_on_texts(["a good film", "a bad one"])
words = tokenizer.word_index
size = len(words)
inputs = Input(shape=(3,))
model = Model(inputs, Embedding(input_dim=size, output_dim=4)(inputs))  # error: [embedding-too-small]
rows = model(np.array(tokenizer.texts_to_sequences(["one bad film"])))  # raises: InvalidArgumentError
```

## Fixed

```python
from tensorflow import keras

texts = ["a good film", "a bad one"]
tokenizer = keras.preprocessing.text.Tokenizer()
tokenizer.fit_on_texts(texts)
data = keras.preprocessing.sequence.pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=3)
model = keras.Sequential([
    keras.layers.Embedding(len(tokenizer.word_index) + 1, 4),
    keras.layers.Flatten(),
    keras.layers.Dense(1),
])
model.compile("sgd", "mse")
model.fit(data, np.ones((2, 1)), verbose=0)
```

```python
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import Embedding
from tensorflow.keras.preprocessing.text import Tokenizer

tokenizer = Tokenizer(oov_token="?")
tokenizer.fit_on_texts(["a good film", "a bad one"])
words = tokenizer.word_index
size = len(words)
inputs = Input(shape=(3,))
model = Model(inputs, Embedding(input_dim=size + 1, output_dim=4)(inputs))
rows = model(np.array(tokenizer.texts_to_sequences(["one bad film"])))
```

## Near misses

A place for the padding is there.

```python
from tensorflow import keras

tokenizer = keras.preprocessing.text.Tokenizer()
tokenizer.fit_on_texts(["a good film"])
size = 1 + len(tokenizer.word_index)
rows = keras.layers.Embedding(size, 4)(np.array(tokenizer.texts_to_sequences(["a film"])))
```

Rare words are left out.

```python
from tensorflow import keras

tokenizer = keras.preprocessing.text.Tokenizer(num_words=3)
tokenizer.fit_on_texts(["a good film", "a bad one"])
rows = keras.layers.Embedding(len(tokenizer.word_index), 4)(
    np.array(tokenizer.texts_to_sequences(["a bad film"]))
)
```

The words are counted from zero.

```python
words = {word: number for number, word in enumerate(["a", "good", "film"])}
rows = keras.layers.Embedding(len(words), 4)(np.array([list(words.values())]))
```

## Fix safety

Safe: one row more.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit
from keras_lsp.verdicts import SmallEmbedding


@rule(Severity.ERROR)
def embedding_too_small(embedding: SmallEmbedding) -> Iterator[Report]:
    yield Report(
        embedding.place,
        "the words are counted from 1, so the last of them has no row",
        (),
        (Proposal("Add a row", Safety.SAFE, partial(_longer, embedding.place)),),
    )


def _longer(place: Place, source: Source) -> tuple[Edit, ...]:
    return (Edit.insert(source.span(place).end, " + 1"),)
