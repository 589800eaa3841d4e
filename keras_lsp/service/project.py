"""A project: the files below one folder, checked with one set of settings.

Never prints and never speaks to an editor.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from keras_lsp.catalog.names import KerasName
from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.findings import Finding
from keras_lsp.resolver.client import Resolver
from keras_lsp.resolver.toplevel import TopLevel, top_level
from keras_lsp.rules import all_rules
from keras_lsp.semantics.program import Analysis, Program, Question, analyze
from keras_lsp.service.installed import target_of
from keras_lsp.service.links import Links, query_of
from keras_lsp.service.outline import Outline, outline
from keras_lsp.service.saved import SavedFiles, is_relevant, parsed, stamp_of, text_of
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Source

log = logging.getLogger("keras_lsp")

KEPT = 50_000
"""Lines that a run over many files keeps, with all that was concluded from them: up to 200 MB."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A source with what was found in it."""

    source: Source
    analysis: Analysis | None
    """``None`` for a file that has nothing to do with Keras."""
    findings: tuple[Finding, ...]
    problem: str = ""
    """Why nothing can be said of the file: a fault of this program, told in its log."""


Shaped = Callable[[Source], Sequence[Shapes]]


class _Buffer:
    """The text of an editor that stands for a file."""

    def __init__(self, source: Source, mine: bool) -> None:
        self.source = source
        self._mine = mine

    @cached_property
    def own(self) -> Source:
        """A project keeps what it finds out with the statements: none shares them with another."""
        return self.source if self._mine else Source.parse(self.source.path, self.source.text)


class Project:
    """Analyses files, and keeps what it has learned of them for the next time."""

    def __init__(
        self,
        root: str,
        config: Config,
        resolver: Resolver | None = None,
        shaped: Shaped | None = None,
        interpreter: str = "",
    ) -> None:
        self.root = root
        self.config = config
        self.shaped = shaped
        """Tells the networks of a source with what Keras says of them, as far as it is known."""
        target = target_of(
            root, config.keras_version, config.python, os.environ, selected=interpreter
        )
        self.program = Program(self, target=target)
        self.links = Links(root, config.extra_paths, self._top_level, self.program.changed)
        self._buffers: dict[str, _Buffer] = {}
        self._saved = SavedFiles()
        self._outlines: dict[str, Outline] = {}
        """Of files with a buffer, as they were when others were last told."""
        self._touched: set[str] = set()
        self._moved = False
        self._overlaid: dict[str, Source] = {}
        """Buffers that were compared with their files for the resolver's sake."""
        self._resolver = resolver
        self._top_levels: dict[str, tuple[object, TopLevel | None]] = {}

    # What the semantics asks

    def definition(self, path: str, name: str) -> tuple[str, str] | KerasName | None:
        return self.links.definition(path, name)

    def source(self, path: str) -> Source | None:
        """Another file of the project, as it is in the editor or on disk."""
        buffer = self._buffers.get(os.path.normcase(path))
        return buffer.own if buffer is not None else self._saved.source(path)

    def text(self, path: str) -> str | None:
        """The text of any file, as it is in the editor or on disk; ``None`` if it has none."""
        buffer = self._buffers.get(os.path.normcase(path))
        return buffer.source.text if buffer is not None else text_of(path)

    def _any(self, path: str) -> Source | None:
        """Any file of the project, also one that has nothing to do with Keras itself."""
        return self.source(path) or parsed(path)

    def _top_level(self, path: str) -> TopLevel | None:
        buffer = self._buffers.get(os.path.normcase(path))
        stamp = buffer.source if buffer is not None else stamp_of(path)
        if stamp is None:
            return None
        known = self._top_levels.get(path)
        if known is None or known[0] != stamp:
            source = self._any(path)
            known = self._top_levels[path] = (stamp, top_level(source) if source else None)
        return known[1]

    # Buffers of an editor, and files that change

    def opened(self, path: str, text: str) -> Source:
        """The source of a buffer; that of its file where the two are the same."""
        saved = self._saved.last(path)
        if saved is not None and saved.text == text and self._saved.source(path) is saved:
            self.tell_same(path, saved)
            return saved
        source = Source.parse(path, text)
        self.tell(path, source)
        return source

    def took(self, path: str, source: Source) -> None:
        """A file was just read: whoever imports it need not read it again."""
        self._saved.took(path, source)

    def trim(self, most: int = KEPT) -> None:
        """Where there are more than ``most`` lines, keep the half that was asked for last.

        With a file goes all that was concluded from it: nothing may point into a text that is
        no longer there.
        """
        gone = self._saved.let_go(most)
        for path in gone:
            self.program.text_changed(path)
        if gone:
            # Trees and what was concluded from them point at each other.
            gc.collect()

    def tell(self, path: str, source: Source, mine: bool = True) -> None:
        """A buffer counts instead of its file from now on, or is another now."""
        self._touch(path)
        self._buffers[os.path.normcase(path)] = _Buffer(source, mine)

    def tell_same(self, path: str, source: Source) -> None:
        """The same text as before, perhaps made of other statements."""
        self._buffers[os.path.normcase(path)] = _Buffer(source, True)

    def untell(self, path: str) -> None:
        """The file counts again."""
        self._touch(path)
        self._buffers.pop(os.path.normcase(path), None)
        if self._overlaid.pop(path, None) is not None and self._resolver is not None:
            self._resolver.overlay(path, None)

    def _touch(self, path: str) -> None:
        if path not in self._outlines:
            buffer = self._buffers.get(os.path.normcase(path))
            self._outlines[path] = outline(buffer.own if buffer is not None else parsed(path))
        self._touched.add(path)
        self.program.text_changed(path)

    def file_changed(self, path: str) -> None:
        """A file was written, made or removed."""
        self._overlaid.pop(path, None)
        if self._resolver is not None:
            self._resolver.forget(path)
        if os.path.normcase(path) not in self._buffers:
            self._touched.add(path)
            self.program.text_changed(path)
            self._moved = True

    def notice(self) -> set[str]:
        """Look at what has changed since the last time; the files that did."""
        touched, self._touched = self._touched, set()
        for path in touched:
            now = outline(self._any(path))
            if self._outlines.get(path) != now:
                self._outlines[path] = now
                self._moved = True
        if self._moved:
            self._moved = False
            self.links.doubt()
        return touched

    # Checking

    def check(self, source: Source, previous: Analysis | None = None) -> Checked:
        """What can be said at once, from what is known of other files so far."""
        if not is_relevant(source.text):
            return Checked(source, None, ())
        try:
            analysis = analyze(source, self.program, previous)
        except Exception as problem:
            # One file that cannot be followed must not cost the others their findings.
            log.exception("%s cannot be analysed", source.path)
            return Checked(source, None, (), f"cannot be analysed: {type(problem).__name__}")
        return Checked(source, analysis, check(analysis, self.config, self._shapes(source)))

    @cached_property
    def _hears_of_networks(self) -> bool:
        """A rule is on that is told what Keras says of networks."""
        selected = self.config.selected
        return any(rule.of_networks for name, rule in all_rules().items() if name in selected)

    def _shapes(self, source: Source) -> Sequence[Shapes]:
        if self.shaped is None or self.program.target.keras2 or not self._hears_of_networks:
            return ()
        try:
            return self.shaped(source)
        except Exception:
            # Who cannot follow the networks of a file still has the rest to say.
            log.exception("the networks of %s are not told", source.path)
            return ()

    def check_fully(self, source: Source, rounds: int = 3) -> Checked:
        """The same, after asking where imported names are defined."""
        checked = self.check(source)
        for _ in range(rounds):
            if checked.analysis is None or not self._resolve(checked.analysis.questions):
                break
            checked = self.check(source, checked.analysis)
        return checked

    def recheck(self, source: Source) -> Sequence[Finding]:
        return self.check(source).findings

    # Questions about other files

    @property
    def resolver(self) -> Resolver:
        if self._resolver is None:
            self._resolver = Resolver(self.root, self.config.extra_paths)
        return self._resolver

    def overlay(self, buffers: Iterable[tuple[str, Source]]) -> None:
        """jedi reads files: it has to know what is not saved, once something is asked."""
        for path, source in buffers:
            if self._overlaid.get(path) is not source and path.endswith((".py", ".pyi")):
                self._overlaid[path] = source
                saved = text_of(path)
                self.resolver.overlay(path, None if saved == source.text else source.text)

    def _resolve(self, questions: Iterable[Question]) -> bool:
        """Ask the resolver; whether something new is known."""
        learned = False
        for path, asked in self.links.open_questions(questions).items():
            source = self.source(path)
            if source is None:
                continue
            queries = [query_of(source, q) for q in asked]
            answers = self.resolver.definitions(path, source.text, queries)
            learned = self.links.learn(asked, answers) or learned
        return learned

    def forget(self) -> None:
        """Files have come, gone or changed: ask again."""
        self.links.forget()
        self.program.refresh()
        if self._resolver is not None:
            self._resolver.forget()

    def close(self) -> None:
        if self._resolver is not None:
            self._resolver.close()
            self._resolver = None
