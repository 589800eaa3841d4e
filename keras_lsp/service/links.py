"""Links: where the imported names of a project lead, as far as it is known by now.

Never reads a file itself and never concludes anything about models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from keras_lsp.catalog.names import KerasName
from keras_lsp.resolver.client import Definition, Query
from keras_lsp.resolver.direct import NOWHERE, Modules, direct
from keras_lsp.resolver.toplevel import TopLevel
from keras_lsp.semantics.modules import Key
from keras_lsp.semantics.program import Question
from keras_lsp.syntax import Source


class Links:
    """Answers that are at hand, questions that are open, and answers that are in doubt."""

    def __init__(
        self,
        root: str,
        extra_paths: Sequence[str],
        top_level: Callable[[str], TopLevel | None],
        changed: Callable[[set[Key]], None],
    ) -> None:
        self.root = root
        self._modules = Modules([root, str(Path(root) / "src"), *extra_paths], top_level)
        self._changed = changed
        self._known: dict[Key, Definition | None] = {}
        self._asked: dict[Key, Question] = {}
        """Questions that were not obvious: they have to be asked again when in doubt."""
        self._doubtful: set[Key] = set()
        """Of these the last answer counts until there is another."""
        self._pending: set[Key] = set()
        self.generation = 0
        """Counts how often a name has come to lead elsewhere."""

    def definition(self, path: str, name: str) -> tuple[str, str] | KerasName | None:
        """The file and the name in it, or the name of Keras, to which an imported name leads."""
        key = (path, name)
        if key not in self._known:
            obvious = self._obvious(key)
            if obvious is None:
                return None
            self._known[key] = obvious if obvious is not NOWHERE else None
        found = self._known[key]
        return None if found is None else found.keras or (found.path, found.name)

    def open_questions(self, questions: Iterable[Question]) -> dict[str, list[Question]]:
        """The questions that nobody has answered and that a file of the project might, by file."""
        found: dict[str, list[Question]] = {}
        for question in questions:
            key = (question.path, question.name)
            if key in self._pending or (key in self._known and key not in self._doubtful):
                continue
            if self._is_here(key):
                found.setdefault(question.path, []).append(question)
            else:
                self._known[key] = None
        return found

    def doubted(self, paths: Iterable[str]) -> list[Question]:
        """Questions of some files that have to be asked again."""
        wanted = set(paths)
        return [self._asked[k] for k in self._doubtful if k[0] in wanted and k in self._asked]

    def ask(self, questions: Iterable[Question]) -> None:
        """These are on their way."""
        for question in questions:
            key = (question.path, question.name)
            self._asked[key] = question
            self._pending.add(key)
            self._doubtful.discard(key)

    def learn(self, asked: Sequence[Question], answers: Sequence[Definition | None]) -> bool:
        """Take answers in; whether one of them says something new, or is in doubt again."""
        news: set[Key] = set()
        doubts = False
        for question, answer in zip(asked, answers, strict=True):
            key = (question.path, question.name)
            self._asked[key] = question
            self._pending.discard(key)
            doubts = doubts or key in self._doubtful
            # What lies outside of the project is somebody else's.
            if answer is not None and not self._is_ours(answer):
                answer = None
            self._set(key, answer, news)
        self._tell(news)
        return bool(news) or doubts

    def doubt(self) -> None:
        """Names may have come, gone or moved: find out what is obvious, ask the rest again."""
        news: set[Key] = set()
        for key in list(self._known):
            obvious = self._obvious(key)
            if obvious is not None:
                self._doubtful.discard(key)
                self._set(key, obvious if obvious is not NOWHERE else None, news)
            elif key in self._asked and self._is_here(key):
                self._doubtful.add(key)
            elif self._known[key] is not None:
                del self._known[key]
                news.add(key)
            else:
                # Nobody had an answer; perhaps somebody has now.
                del self._known[key]
        self._doubtful |= self._pending
        self._tell(news)

    def names_in(self, path: str) -> set[str]:
        """The names of a file to which imports are known to lead."""
        return {found.name for found in self._known.values() if found and found.path == path}

    def _tell(self, news: set[Key]) -> None:
        if news:
            self.generation += 1
            self._changed(news)

    def forget(self) -> None:
        self._known.clear()
        self._doubtful.clear()

    def _set(self, key: Key, answer: Definition | None, news: set[Key]) -> None:
        before = self._known.get(key)
        self._known[key] = answer
        if _target(before) != _target(answer):
            news.add(key)

    def _obvious(self, key: Key) -> Definition | None:
        return direct(*key, self._modules)

    def _is_ours(self, answer: Definition) -> bool:
        return answer.keras is not None or Path(answer.path).is_relative_to(self.root)

    def _is_here(self, key: Key) -> bool:
        """A cheap look at the file system before the dear one of jedi."""
        path, name = key
        if name.startswith("."):
            return True
        first = name.partition(".")[0]
        folder = Path(path).parent
        places = [Path(root) for root in self._modules.roots]
        while folder.is_relative_to(self.root):
            places.append(folder)
            if folder == Path(self.root):
                break
            folder = folder.parent
        return any((p / f"{first}.py").is_file() or (p / first).is_dir() for p in places)


def _target(answer: Definition | None) -> tuple[str, str] | KerasName | None:
    return None if answer is None else answer.keras or (answer.path, answer.name)


def query_of(source: Source, question: Question) -> Query:
    if not source.has(question.place.statement):
        return Query(0, 0)
    start = source.span(question.place).start
    return Query(start.line, start.column)
