"""A workspace of files, and resolvers that are closed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keras_lsp.resolver.client import Definition, Query, Resolver


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("caches")


@pytest.fixture(autouse=True)
def private_cache(caches: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One for all tests: jedi takes its time to read the builtins for the first time."""
    monkeypatch.setattr("keras_lsp.resolver.cache._home", lambda: caches)
    return caches


class Files:
    """A workspace below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, text: str) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)

    def path(self, name: str) -> str:
        return str(self.root / name)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    root = tmp_path / "workspace"
    root.mkdir()
    return Files(root)


Open = Callable[..., Resolver]


@pytest.fixture
def open_resolver(files: Files) -> Iterator[Open]:
    opened: list[Resolver] = []

    def make(**options: float) -> Resolver:
        resolver = Resolver(str(files.root), **options)  # type: ignore[arg-type]
        opened.append(resolver)
        return resolver

    yield make
    for resolver in opened:
        resolver.close()


@pytest.fixture
def resolver(open_resolver: Open) -> Resolver:
    return open_resolver()


def at(text: str, needle: str) -> Query:
    """The last place of a name in a text."""
    before, found, _ = text.rpartition(needle)
    assert found, needle
    return Query(before.count("\n"), len(before) - (before.rfind("\n") + 1))


def define(resolver: Resolver, path: str, text: str, needle: str) -> Definition | None:
    """Where the last ``needle`` of a text leads; a dotted one counts from its last name."""
    found = at(text, needle)
    query = Query(found.line, found.column + needle.rfind(".") + 1)
    (answer,) = resolver.definitions(path, text, [query])
    return answer
