"""Every rule's page, statically: its text, its findings, its fixes, its messages."""

from __future__ import annotations

import pytest

from keras_lsp.rules import all_rules
from tests.support.engine import RealEngine
from tests.support.laws import LAWS


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", all_rules())
def test_page(name: str, law: str) -> None:
    complaints = LAWS[law](all_rules()[name], RealEngine())
    assert not complaints, "\n".join(["", f"{name}:", *complaints])


def test_there_are_rules() -> None:
    assert all_rules()
