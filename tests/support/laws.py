"""All laws of a rule's page, by the name under which a test reports them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.support import finding_laws, page_laws
from tests.support.engine import Engine, RuleLike

Law = Callable[[RuleLike, Engine], list[str]]

LAWS: Mapping[str, Law] = {
    "text": page_laws.text,
    "static": finding_laws.static,
    "fix": finding_laws.fixes,
    "style": finding_laws.style,
}
