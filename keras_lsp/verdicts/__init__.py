"""Verdicts: what Keras refuses of the networks of a program, as events for rules.

Never asks Keras, and never says what is to be done about it.
"""

from keras_lsp.verdicts.disconnected import Disconnected, disconnected
from keras_lsp.verdicts.embeddings import SmallEmbedding, small_embeddings
from keras_lsp.verdicts.misfits import Misfit, Part, misfits
from keras_lsp.verdicts.objectives import Objective, objectives
from keras_lsp.verdicts.refusals import Fault, Given, Refusal, kind_of, refusals
from keras_lsp.verdicts.slips import Slip, slips
from keras_lsp.verdicts.speaking import may_speak

__all__ = [
    "Disconnected",
    "Fault",
    "Given",
    "Misfit",
    "Objective",
    "Part",
    "Refusal",
    "Slip",
    "SmallEmbedding",
    "disconnected",
    "kind_of",
    "may_speak",
    "misfits",
    "objectives",
    "refusals",
    "slips",
    "small_embeddings",
]
