"""The engine's own doors: that a crash is seen, and that files find each other."""

from __future__ import annotations

import logging

import pytest

from tests.support.engine import Beside, crashes_are_fatal


def test_a_crash_that_is_logged_fails_the_test() -> None:
    with (
        pytest.raises(AssertionError, match=r"late-model(.|\n)*ZeroDivisionError"),
        crashes_are_fatal(),
    ):
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            logging.getLogger("keras_lsp.checking").exception("late-model crashed")


def test_warnings_are_no_crashes() -> None:
    with crashes_are_fatal():
        logging.getLogger("keras_lsp").warning("slow")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("models.build", ("models.py", "build")),
        ("models.Net.build", ("models.py", "Net.build")),
        (".models.build", ("models.py", "build")),
        ("lib.nets.build", ("lib/nets.py", "build")),
        ("models", None),
        ("numpy.random", None),
        ("main.build", None),
    ],
)
def test_files_beside_are_found_by_the_name_of_their_module(
    name: str, found: tuple[str, str] | None
) -> None:
    sources = dict.fromkeys(["main.py", "models.py", "lib/nets.py"])
    assert Beside(sources).definition("main.py", name) == found  # type: ignore[arg-type]
