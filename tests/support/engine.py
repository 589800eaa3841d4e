"""The engine as the tests drive it: programs in, findings and fixes out.

The only file of the tests that knows how an analysis is started; the laws see `Engine`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from keras_lsp.findings import Finding, Fix, Proposal
    from keras_lsp.text import Edit


class RuleLike(Protocol):
    """What the laws ask of a rule."""

    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> object: ...
    @property
    def page(self) -> str: ...


class Engine(Protocol):
    """A way to check one file of a program that may have several."""

    def check(self, files: Mapping[str, str], path: str, *, k2: bool) -> Sequence[Finding]: ...

    def build(self, proposal: Proposal, text: str, path: str) -> Fix | None: ...

    def apply(self, text: str, edits: Sequence[Edit]) -> str: ...
