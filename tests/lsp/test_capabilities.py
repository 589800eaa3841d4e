"""Of what a client can do all is read that anybody asks about, and nothing else."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Union, get_args, get_origin

import attrs
import pytest
from lsprotocol import types

from keras_lsp.lsp import capabilities, completion
from keras_lsp.lsp.capabilities import HEARD
from keras_lsp.lsp.server import KerasServer, create
from keras_lsp.lsp.session import Session, session_of

Path = tuple[str, ...]


class Asked:
    """Stands for capabilities and notes which of them are looked at."""

    def __init__(self, about: Any, path: Path, noted: set[Path]) -> None:
        self._about, self._path, self._noted = about, path, noted

    def __getattr__(self, name: str) -> Any:
        path = (*self._path, spelled(name))
        self._noted.add(path)
        found = getattr(self._about, name)
        return Asked(found, path, self._noted) if attrs.has(type(found)) else found


def spelled(name: str) -> str:
    """The protocol's name of a field."""
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def everything(kind: Any = types.ClientCapabilities) -> dict[str, Any]:
    """What a client says that can do all that the protocol knows."""
    told = {field.name: said(field.type) for field in attrs.fields(attrs.resolve_types(kind))}
    return {spelled(name): value for name, value in told.items() if value is not None}


def said(wanted: Any) -> Any:
    for part in get_args(wanted) if get_origin(wanted) is Union else (wanted,):
        if attrs.has(part):
            return everything(part)
        if part is bool:
            return True
        if part is str:
            return "any"
        if "Sequence[str]" in str(part):
            return ["edit"]
        if "PositionEncodingKind" in str(part):
            return ["utf-8"]
        if "Sequence" in str(part):
            return []
    return None


class Written:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.bodies.append(data.partition(b"\r\n\r\n")[2])

    def close(self) -> None:
        """There is nothing to close."""


def begun(told: Any, noted: set[Path] | None = None) -> tuple[Any, list[Any]]:
    """A server's answer to a client, and all that its session says of it; notes what is asked."""

    async def talk(server: KerasServer) -> Any:
        written = Written()
        server.protocol.set_writer(written)
        params = {"processId": None, "rootUri": None, "capabilities": told}
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
        read: Any = server.protocol.structure_message(json.loads(json.dumps(message)))
        if noted is not None:
            read.params.capabilities = Asked(read.params.capabilities, (), noted)
        server.protocol.handle_message(read)
        return json.loads(written.bodies[0])["result"]

    server = create()
    answer = asyncio.run(talk(server))
    session = session_of(server)
    names = sorted(name for name, made in vars(Session).items() if isinstance(made, property))
    return answer, [
        session.encoding,
        completion._takes_offsets(session.client),
        *(getattr(session, name) for name in names),
        *(session.refreshes_feature(name) for name in ("inlay_hint", "code_lens")),
        *map(session.registers, ("did_change_watched_files", "did_change_configuration")),
    ]


def whole(told: Any, path: Path = ()) -> set[Path]:
    """The ends of a tree."""
    if not isinstance(told, dict) or not told:
        return {path}
    return {end for key, part in told.items() for end in whole(part, (*path, key))}


def test_all_that_is_asked_about_is_read_and_nothing_else() -> None:
    noted: set[Path] = set()
    begun(everything(), noted)
    ends = whole(HEARD)
    kept = {end[:length] for end in ends for length in range(1, len(end) + 1)}
    below = {path for path in noted if any(path[: len(end)] == end for end in ends)}
    assert noted - kept - below == set()
    # Without this one there is no ``notebookDocument``, of which only that is asked.
    assert ends - noted == {("notebookDocument", "synchronization")}


@pytest.mark.parametrize("told", [everything(), {}, {"textDocument": {"diagnostic": {}}}])
def test_a_client_is_answered_as_if_all_were_read(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief = begun(told)
    monkeypatch.setattr(capabilities, "heard", lambda told, asked: told)
    assert brief == begun(told)


@pytest.mark.parametrize("told", [None, {"general": 1}, {"workspace": 1}])
def test_what_is_no_table_is_refused_as_ever(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Exception, match=r".") as brief:
        begun(told)
    monkeypatch.setattr(capabilities, "heard", lambda told, asked: told)
    with pytest.raises(type(brief.value), match=r"."):
        begun(told)
