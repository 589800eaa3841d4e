"""Servers that several tests share: to start one takes its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lsp.wire import PULL, PUSH, Client

Start = Callable[..., Client]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers of a test's own, and ends them."""
    started: list[Client] = []

    def begin(*arguments: object, **options: object) -> Client:
        client = Client.start(*arguments, **options)  # type: ignore[arg-type]
        started.append(client)
        return client

    yield begin
    for client in started:
        client.end()


def _shared(capabilities: dict[str, object], folder: Path) -> Iterator[Client]:
    client = Client.start()
    client.initialize(capabilities, [folder])
    yield client
    client.end()


@pytest.fixture(scope="session")
def push_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pushed")


@pytest.fixture(scope="session")
def push(push_folder: Path) -> Iterator[Client]:
    """A client that is told, with one folder: ``push_folder``."""
    yield from _shared(PUSH, push_folder)


@pytest.fixture(scope="session")
def pull_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pulled")


@pytest.fixture(scope="session")
def pull(pull_folder: Path) -> Iterator[Client]:
    """A client that asks, with one folder: ``pull_folder``."""
    yield from _shared(PULL, pull_folder)
