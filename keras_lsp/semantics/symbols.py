"""Symbols: what a canonical Keras name is good for.

Never learns of programs; every answer follows from the name and the catalogue.
"""

from __future__ import annotations

from functools import cache

from keras_lsp.semantics.phases import Family

MODEL_CLASSES = frozenset({"keras.Sequential", "keras.Model", "keras.models.Functional"})
MODEL_FUNCTIONS = frozenset(
    {"keras.models.load_model", "keras.models.clone_model", "keras.models.model_from_json",
     "keras.models.model_from_config", "keras.models.model_from_yaml"}
)  # fmt: skip

TRAINING = frozenset({"fit", "fit_generator", "train_on_batch"})
EVALUATION = frozenset({"evaluate", "evaluate_generator", "test_on_batch"})
PREDICTION = frozenset(
    {"predict", "predict_generator", "predict_on_batch", "predict_classes", "predict_proba"}
)
SAVING = frozenset({"save", "save_weights", "export", "save_own_variables"})
NEEDS_COMPILE = TRAINING | EVALUATION
RETURNS_NONE = frozenset(
    {"compile", "summary", "build", "add", "load_weights", "save", "save_weights", "set_weights",
     "export", "reset_states", "reset_metrics", "compile_from_config"}
)  # fmt: skip
MODEL_METHODS = (
    TRAINING | EVALUATION | PREDICTION | SAVING | RETURNS_NONE
    | {"pop", "get_layer", "get_weights", "get_config", "to_json", "to_yaml", "count_params",
       "compute_loss", "compute_metrics", "train_step", "test_step", "predict_step", "call",
       "make_train_function", "get_metrics_result", "add_loss", "add_metric", "add_weight",
       "compute_output_shape", "get_compile_config", "quantize", "symbolic_call", "from_config",
       "get_build_config", "build_from_config", "stateless_call", "summary"}
)  # fmt: skip
MODEL_USES = MODEL_METHODS | {"layers", "optimizer", "weights", "trainable", "inputs", "outputs"}
"""Methods and attributes by which a program treats something as a model."""
DISTINCTIVE = (
    TRAINING
    | EVALUATION
    | frozenset(
        {"compile", "summary", "predict", "predict_on_batch", "save_weights", "load_weights"}
    )
)
"""Methods that speak for a model where the type is not known."""
NOT_A_USE = TRAINING | frozenset({"compile", "summary", "build", "add", "trainable", "name"})
"""What one does to a model without looking at what it has learned."""


def is_class_name(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last[:1].isupper()


def makes_model(symbol: str) -> bool:
    """Whether calling this name of the API gives a model."""
    return (
        symbol in MODEL_CLASSES
        or symbol in MODEL_FUNCTIONS
        or (symbol.startswith("keras.applications.") and is_class_name(symbol))
    )


@cache
def family_of(symbol: str) -> Family | None:
    """What calling this name of the API makes; ``None`` for functions and the unknown."""
    if makes_model(symbol):
        return Family.MODEL
    if not is_class_name(symbol):
        return None
    area = symbol.split(".")[1] if symbol.count(".") >= 2 else ""
    if area == "layers" or symbol == "keras.Layer":
        return Family.LAYER
    if area == "optimizers":
        return Family.KERAS if ".schedules." in symbol else Family.OPTIMIZER
    if area == "callbacks":
        return Family.CALLBACK
    return Family.KERAS


def is_input(symbol: str) -> bool:
    return symbol in ("keras.Input", "keras.layers.Input")


@cache
def is_keras_class(symbol: str) -> bool:
    return symbol.startswith("keras.") and is_class_name(symbol)
