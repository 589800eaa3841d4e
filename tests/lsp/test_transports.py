"""Every way to reach the server: one conversation over a port and over a web socket."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.lsp.wire import LIMIT, PUSH, SERVER, Client, Connection, Framed

EARLY = "import keras\nmodel.fit(1)\nmodel = keras.Sequential()\n"


class WebSocket:
    """Messages as they are: a web socket needs no headers."""

    def __init__(self, port: int) -> None:
        self._socket = connect(f"ws://127.0.0.1:{port}").__enter__()

    def write(self, data: bytes) -> None:
        self._socket.send(data.decode())

    def read(self) -> bytes | None:
        try:
            data = self._socket.recv()
        except ConnectionClosed:
            return None
        return data.encode() if isinstance(data, str) else data

    def close(self) -> None:
        self._socket.close()


def port_connection(port: int) -> Connection:
    stream = socket.create_connection(("127.0.0.1", port)).makefile("rwb")
    return Framed(stream, stream)


@pytest.fixture(params=["tcp", "ws"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*SERVER, f"--{request.param}", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    client = None
    try:
        client = Client(_reached(request.param, port, process), process)
        yield client
    finally:
        if client is not None:
            client.end()
        elif process.poll() is None:
            process.kill()
            process.wait()


def _reached(transport: str, port: int, process: subprocess.Popen[Any]) -> Connection:
    """Try until the server listens."""
    make = port_connection if transport == "tcp" else WebSocket
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            return make(port)
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)


def test_a_conversation_from_beginning_to_end(client: Client, tmp_path: Path) -> None:
    answer = client.initialize(PUSH, [tmp_path])
    assert answer["serverInfo"]["name"] == "keras-lsp"
    uri = client.open((tmp_path / "far.py").as_uri(), EARLY)
    client.pushed(uri, 1, ["undefined-model"])
    client.change(uri, 2, "x = 1\n")
    client.pushed(uri, 2, [])
    assert client.request("shutdown") is None
    client.notify("exit")
    assert client.status() == 0


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:none", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_an_error(address: str) -> None:
    done = subprocess.run(
        [*SERVER, "--tcp", address], capture_output=True, text=True, timeout=LIMIT
    )
    assert done.returncode == 2
    assert address in done.stderr


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        command = [*SERVER, "--tcp", address]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 2
    assert f"error: cannot listen on {address}" in done.stderr
    assert "Traceback" not in done.stderr
