"""The engine as the tests drive it: programs in, findings and fixes out.

The only file of the tests that knows how an analysis is started; the laws see `Engine`.
"""

from __future__ import annotations

import atexit
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from keras_lsp.findings import Finding, Fix, Proposal
    from keras_lsp.semantics.program import Analysis
    from keras_lsp.service.asking import Asking
    from keras_lsp.syntax import Source
    from keras_lsp.text import Edit

_FORMAT = logging.Formatter("%(name)s: %(message)s")


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

        with crashes_are_fatal():
            analysis = analysis_of(files, path, keras2=k2)
            shapes = () if k2 else installed_keras()(analysis.source)
            return check(analysis, Config(), shapes)

    def reveal(self, files: Mapping[str, str], path: str, line: int) -> str:
        return analysis_of(files, path).reveal(line)

    def build(self, proposal: Proposal, text: str, path: str) -> Fix | None:
        from keras_lsp.syntax import Source

        return proposal.fix(Source.parse(path, text))

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        from keras_lsp.text import apply_edits

        return apply_edits(text, edits)


@cache
def installed_keras() -> Asking:
    """The Keras that the tests run with; one process for all of them."""
    from keras_lsp.config import Config
    from keras_lsp.service.asking import Asking
    from keras_lsp.service.probes import Probes

    probes = Probes({"": sys.executable})
    atexit.register(probes.close)
    return Asking(probes, Config())


def analysis_of(files: Mapping[str, str], path: str, *, keras2: bool = False) -> Analysis:
    """What the interpreter knows of the file at ``path``, the others lying beside it."""
    from keras_lsp.catalog.targets import NEWEST, Target
    from keras_lsp.semantics.program import Program, analyze
    from keras_lsp.syntax import Source

    keras_2 = Target("2.15.0")
    sources = {name: Source.parse(name, text) for name, text in files.items()}
    return analyze(sources[path], Program(Beside(sources), keras_2 if keras2 else NEWEST))


@dataclass(frozen=True)
class Beside:
    """Finds what a file imports in the files that lie beside it."""

    sources: Mapping[str, Source]

    def definition(self, path: str, name: str) -> tuple[str, str] | None:
        parts = name.lstrip(".").split(".")
        for count in range(len(parts) - 1, 0, -1):
            file = "/".join(parts[:count]) + ".py"
            if file in self.sources and file != path:
                return file, ".".join(parts[count:])
        return None

    def source(self, path: str) -> Source | None:
        return self.sources.get(path)


@contextmanager
def crashes_are_fatal() -> Iterator[None]:
    """A rule that crashes costs a user its findings only; here it costs the test."""
    crashes: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: crashes.append(_FORMAT.format(record))  # type: ignore[method-assign]
    logger = logging.getLogger("keras_lsp")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    assert not crashes, "\n".join(crashes)
