"""The engine as the tests drive it: programs in, findings and fixes out.

The only file of the tests that knows how an analysis is started; the laws see `Engine`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from keras_lsp.findings import Finding, Fix, Proposal
    from keras_lsp.semantics import Analysis
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

    def reveal(self, files: Mapping[str, str], path: str, line: int) -> str: ...

    def build(self, proposal: Proposal, text: str, path: str) -> Fix | None: ...

    def apply(self, text: str, edits: Sequence[Edit]) -> str: ...


class RealEngine:
    """keras-lsp itself, every rule on and no settings."""

    def check(self, files: Mapping[str, str], path: str, *, k2: bool) -> Sequence[Finding]:
        from keras_lsp.checking import check
        from keras_lsp.config import Config

        return check(analysis_of(files, path), Config())

    def reveal(self, files: Mapping[str, str], path: str, line: int) -> str:
        return analysis_of(files, path).reveal(line)

    def build(self, proposal: Proposal, text: str, path: str) -> Fix | None:
        from keras_lsp.syntax.source import Source

        return proposal.fix(Source.parse(path, text))

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        from keras_lsp.text import apply_edits

        return apply_edits(text, edits)


def analysis_of(files: Mapping[str, str], path: str) -> Analysis:
    """What the interpreter knows of the file at ``path``, the others lying beside it."""
    from keras_lsp.syntax.source import Source

    from keras_lsp.semantics import Program, analyze

    sources = {name: Source.parse(name, text) for name, text in files.items()}
    return analyze(sources[path], Program(sources))
