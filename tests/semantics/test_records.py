"""Records are plain data: equal where their fields are, and nobody assigns to one."""

from __future__ import annotations

from keras_lsp.semantics.values import Symbol


def test_equal_fields_make_equal_records() -> None:
    one, other = Symbol("keras.Model"), Symbol("keras.Model", "keras")
    assert one == other
    assert len({one, other, Symbol("keras.Model", "tf.keras")}) == 2


def test_a_type_checker_refuses_to_assign() -> None:
    symbol = Symbol("keras.Model")
    # If it did not, it would refuse the comment.
    symbol.name = "keras.Sequential"  # type: ignore[misc]
    assert symbol == Symbol("keras.Sequential")
