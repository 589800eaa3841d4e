"""A project: the files below one folder, checked with one set of settings.

Never prints and never speaks to an editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.findings import Finding
from keras_lsp.resolver.client import Definition, Query, Resolver
from keras_lsp.resolver.direct import NOWHERE, direct
from keras_lsp.semantics.program import Analysis, Program, Question, analyze
from keras_lsp.syntax import Source
from keras_lsp.text import Undecodable, decode

_RELEVANT = re.compile(
    r"keras|tensorflow|\.(?:fit|compile|evaluate|predict|train_on_batch|summary)\(|keras-lsp:|(?i:model)"
)


def is_relevant(text: str) -> bool:
    """Whether a file can have anything to do with Keras at all."""
    return _RELEVANT.search(text) is not None


@dataclass(frozen=True, slots=True)
class Checked:
    """A source with what was found in it."""

    source: Source
    analysis: Analysis | None
    """``None`` for a file that has nothing to do with Keras."""
    findings: tuple[Finding, ...]


class Project:
    """Analyses files, and keeps what it has learned of them for the next time."""

    def __init__(self, root: str, config: Config) -> None:
        self.root = root
        self.config = config
        self.program = Program(self, keras2=is_keras2(config.keras_version))
        self.open: dict[str, Source] = {}
        """Buffers of an editor: they count instead of their files."""
        self._known: dict[tuple[str, str], Definition | None] = {}
        self._files: dict[str, tuple[float, Source | None]] = {}
        self._resolver: Resolver | None = None
        self._roots = [root, str(Path(root) / "src"), *config.extra_paths]

    # What the semantics asks

    def definition(self, path: str, name: str) -> tuple[str, str] | None:
        key = (path, name)
        if key not in self._known:
            obvious = direct(path, name, self._roots, self.source)
            if obvious is None:
                return None
            self._known[key] = obvious if obvious is not NOWHERE else None
        found = self._known[key]
        return (found.path, found.name) if found else None

    def source(self, path: str) -> Source | None:
        """Another file of the project, as it is in the editor or on disk."""
        opened = self.open.get(path)
        if opened is not None:
            return opened
        try:
            stamp = Path(path).stat().st_mtime
        except OSError:
            return None
        known = self._files.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        source = _read(path)
        self._files[path] = (stamp, source)
        return source

    # Checking

    def check(self, source: Source, previous: Analysis | None = None) -> Checked:
        """What can be said at once, from what is known of other files so far."""
        if not is_relevant(source.text):
            return Checked(source, None, ())
        analysis = analyze(source, self.program, previous)
        return Checked(source, analysis, check(analysis, self.config))

    def check_fully(self, source: Source, rounds: int = 3) -> Checked:
        """The same, after asking where imported names are defined."""
        checked = self.check(source)
        for _ in range(rounds):
            if checked.analysis is None or not self.resolve(checked.analysis.questions):
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

    def open_questions(self, questions: Iterable[Question]) -> dict[str, list[Question]]:
        """The questions that nobody has answered and that a file of the project might, by file."""
        found: dict[str, list[Question]] = {}
        for question in questions:
            key = (question.path, question.name)
            if key in self._known:
                continue
            if self._is_here(question):
                found.setdefault(question.path, []).append(question)
            else:
                self._known[key] = None
        return found

    def resolve(self, questions: Iterable[Question]) -> bool:
        """Ask the resolver; whether something new is known."""
        learned = False
        for path, asked in self.open_questions(questions).items():
            source = self.source(path)
            if source is None:
                continue
            queries = [query_of(source, q) for q in asked]
            answers = self.resolver.definitions(path, source.text, queries)
            learned = self.learn(asked, answers) or learned
        return learned

    def learn(self, asked: Sequence[Question], answers: Sequence[Definition | None]) -> bool:
        """Take answers in; whether one of them says something."""
        news: set[tuple[str, str]] = set()
        for question, answer in zip(asked, answers, strict=True):
            # What lies outside of the project is somebody else's.
            if answer is not None and not Path(answer.path).is_relative_to(self.root):
                answer = None
            self._known[question.path, question.name] = answer
            if answer is not None:
                news.add((question.path, question.name))
        if news:
            self.program.changed(news)
        return bool(news)

    def forget(self) -> None:
        """Files have come, gone or changed: ask again."""
        self._known.clear()
        self.program.refresh()
        if self._resolver is not None:
            self._resolver.forget()

    def close(self) -> None:
        if self._resolver is not None:
            self._resolver.close()
            self._resolver = None

    def _is_here(self, question: Question) -> bool:
        """A cheap look at the file system before the dear one of jedi."""
        name = question.name
        if name.startswith("."):
            return True
        first = name.partition(".")[0]
        folder = Path(question.path).parent
        places = [Path(self.root), Path(self.root) / "src", *map(Path, self.config.extra_paths)]
        while folder.is_relative_to(self.root):
            places.append(folder)
            if folder == Path(self.root):
                break
            folder = folder.parent
        return any((p / f"{first}.py").is_file() or (p / first).is_dir() for p in places)


def query_of(source: Source, question: Question) -> Query:
    if not source.has(question.place.statement):
        return Query(0, 0)
    start = source.span(question.place).start
    return Query(start.line, start.column)


def is_keras2(version: str) -> bool:
    """Whether a setting such as ``2.15`` or ``>=2.13,<3`` speaks of Keras 2."""
    numbers = re.findall(r"\d+", version)
    return bool(numbers) and numbers[0] in ("1", "2")


def _read(path: str) -> Source | None:
    try:
        text = decode(Path(path).read_bytes()).text
    except (OSError, Undecodable):
        return None
    return Source.parse(path, text) if is_relevant(text) else None
