"""Models that are made by the functions and classes of another file."""

import builders
import keras
from builders import DEPTHS, Gate, branched, chain, residual
from keras import layers

imported_chain = chain(3)
imported_short = builders.chain(2, DEPTHS[:1])
imported_branches = branched()
imported_wide = builders.branched(width=builders.WIDTH * 3)
imported_encoder, imported_decoder = builders.pair(6)

features = keras.Input((5,))
hidden = residual(features, DEPTHS[1])
imported_blocks = keras.Model(features, Gate(3)(residual(hidden, 8)))
imported_nested = keras.Sequential([imported_encoder, layers.Dense(7), Gate(2)])
