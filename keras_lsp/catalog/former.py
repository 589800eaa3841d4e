"""Former names: what older releases called things that no installed package exports any more.

Never holds a name that the generator can read from Keras 3 or tf_keras itself.
"""

from __future__ import annotations

AREAS = {
    # Keras 1 called losses objectives (keras/objectives.py, until 2.3 an alias of losses).
    "objectives": "losses",
    # keras/optimizer_v2 (2.6 to 2.10) holds the optimizers that 2.11 moved to optimizers.legacy.
    "optimizer_v2": "optimizers.legacy",
}
"""Packages that were renamed as a whole, below ``keras``."""

ANYWHERE = frozenset({"engine", "legacy", "premade"})
"""Private packages of classes that became public elsewhere."""

NAMES = {
    # keras/engine/functional.py (2.4 to 2.12): the class of every functional model.
    "keras.models.Functional": "class",
    "keras.engine.functional.Functional": "keras.models.Functional",
    "keras.models.functional.Functional": "keras.models.Functional",
    # keras/engine/training.py (2.0 to 2.3): the class that became Model.
    "keras.engine.training.Container": "keras.Model",
    "keras.engine.topology.Container": "keras.Model",
    "keras.engine.network.Network": "keras.Model",
    # keras/utils/multi_gpu_utils.py (2.0.9 to 2.3).
    "keras.utils.multi_gpu_model": "function",
    # keras/models.py (until 2.3, in tf.keras until 2.5).
    "keras.models.model_from_yaml": "function",
    "keras.models.model_from_config": "function",
    # keras/wrappers/scikit_learn.py (until 2.11).
    "keras.wrappers.scikit_learn.KerasClassifier": "class",
    "keras.wrappers.scikit_learn.KerasRegressor": "class",
    # keras/layers/core.py and keras/legacy/layers.py (1.x, with a warning in 2.0).
    "keras.layers.Merge": "class",
    "keras.layers.MaxoutDense": "class",
    "keras.layers.Highway": "class",
    # keras/layers/cudnn_recurrent.py (2.0.9 to 2.3).
    "keras.layers.CuDNNGRU": "class",
    "keras.layers.CuDNNLSTM": "class",
}
"""A name with its kind, or with the public name that it became."""

LOADERS = frozenset(
    {"keras.models.load_model", "keras.models.clone_model", "keras.models.model_from_json",
     "keras.models.model_from_config", "keras.models.model_from_yaml",
     "keras.utils.multi_gpu_model"}
)  # fmt: skip
"""Functions that give a model back: their docstrings say so, their signatures do not."""
