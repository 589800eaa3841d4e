"""The parameters of the API, as the installed Keras has them."""

from __future__ import annotations

from keras_lsp.catalog.signatures import Kind, Parameter, parameters, signature


def test_methods_of_a_model() -> None:
    fit = signature("keras.Model.fit")
    assert fit is not None
    assert fit[0] == Parameter("x", Kind.NORMAL, "None")
    assert Parameter("epochs", Kind.NORMAL, "1") in fit
    for method in ("compile", "evaluate", "predict", "train_on_batch", "save", "summary"):
        assert signature(f"keras.Model.{method}") is not None
        assert signature(f"keras.Sequential.{method}") is not None
    assert signature("keras.Sequential.compile") == signature("keras.Model.compile")
    assert signature("keras.Model.add") is None
    assert parameters("keras.Sequential.add") == ("layer", "rebuild")


def test_a_needed_argument_has_no_default() -> None:
    dense = signature("keras.layers.Dense")
    assert dense is not None
    assert dense[0] == Parameter("units", Kind.NORMAL, None)
    assert dense[1] == Parameter("activation", Kind.NORMAL, "None")
    assert dense[-1] == Parameter("kwargs", Kind.REST_BY_KEYWORD)


def test_keyword_only_parameters() -> None:
    weight = signature("keras.Layer.add_weight")
    assert weight is not None
    assert weight[0].kind is Kind.REST
    assert all(p.kind is Kind.KEYWORD for p in weight[1:])


def test_an_inherited_constructor_counts() -> None:
    # Neither class has an `__init__`: one inherits its base's, the other has object's.
    assert parameters("keras.layers.Add") == ("**",)
    assert parameters("keras.initializers.Zeros") == ()


def test_a_class_that_is_only_a_warning_has_no_signature() -> None:
    assert signature("keras.optimizers.legacy.Adam") is None
    assert signature("keras.layers.Nope") is None


def test_functions() -> None:
    assert parameters("keras.utils.to_categorical") == ("x", "num_classes")
    assert parameters("keras.models.load_model") is not None
