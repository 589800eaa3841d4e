"""A client for tests: speaks the protocol byte by byte and hides nothing of what comes.

Never waits for a time to pass, only for a message to come.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

LIMIT = float(os.environ.get("KERAS_LSP_TEST_LIMIT", "60"))
"""Seconds after which a message counts as one that never comes."""

SERVER = [sys.executable, "-m", "keras_lsp", "server"]

Message = dict[str, Any]

PUSH: Message = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
"""A client that takes what it is told and asks for nothing."""

PULL: Message = {
    "textDocument": {"diagnostic": {"dynamicRegistration": False, "relatedDocumentSupport": True}},
    "workspace": {"diagnostics": {"refreshSupport": True}},
}
"""A client that asks."""


class Refused(Exception):
    """An error that the server answers with."""

    def __init__(self, error: Message) -> None:
        super().__init__(error)
        self.code: int = error["code"]
        self.message: str = error["message"]


class Connection(Protocol):
    """A transport: whole messages out, whole messages in."""

    def write(self, data: bytes) -> None: ...

    def read(self) -> bytes | None:
        """The next message's body; ``None`` at the end."""

    def close(self) -> None: ...


class Framed:
    """Messages with headers over a pair of binary streams."""

    def __init__(self, reader: Any, writer: Any) -> None:
        self._reader, self._writer = reader, writer

    def write(self, data: bytes) -> None:
        self.write_raw(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))

    def write_raw(self, data: bytes) -> None:
        self._writer.write(data)
        self._writer.flush()

    def read(self) -> bytes | None:
        length = 0
        while header := self._reader.readline():
            name, _, value = header.decode("ascii").partition(":")
            if name.lower() == "content-length":
                length = int(value)
            elif not header.strip():
                body: bytes = self._reader.read(length)
                return body
        return None

    def close(self) -> None:
        self._writer.close()


class Client:
    """One client of one server."""

    def __init__(self, connection: Connection, process: subprocess.Popen[bytes] | None = None):
        self.connection = connection
        self.process = process
        self.received: list[Message] = []
        self.settings: Callable[[str | None], Any] = lambda uri: None
        """What the client answers when it is asked for its settings."""
        self.is_busy = False
        """It leaves what it is asked unanswered."""
        self.ended = False
        self._sent = 0
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    @classmethod
    def start(cls, command: Sequence[str] = SERVER, cwd: Path | None = None) -> Client:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=cwd,
        )
        return cls(Framed(process.stdout, process.stdin), process)

    # Out

    def send(self, message: Message) -> None:
        self.connection.write(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Send a request; its number."""
        self._sent += 1
        self.send({"id": self._sent, "method": method, "params": params})
        return self._sent

    def request(self, method: str, params: Any = None) -> Any:
        return self.answer(self.ask(method, params))

    def answer(self, number: int | None) -> Any:
        message = self.wait(lambda m: m.get("id", 0) == number and "method" not in m)
        if "error" in message:
            raise Refused(message["error"])
        return message["result"]

    # In

    def _listen(self) -> None:
        try:
            while (body := self.connection.read()) is not None:
                message = json.loads(body)
                with self._news:
                    self.received.append(message)
                    self._news.notify_all()
                if "method" in message and "id" in message and not self.is_busy:
                    result = self._result(message)
                    self.send({"id": message["id"], "result": result})
        except (OSError, ValueError):
            pass
        with self._news:
            self.ended = True
            self._news.notify_all()

    def _result(self, message: Message) -> Any:
        if message["method"] == "workspace/configuration":
            return [self.settings(item.get("scopeUri")) for item in message["params"]["items"]]
        return None

    def wait(self, wanted: Callable[[Message], bool], since: int = 0) -> Message:
        """The first message that is wanted, among those that came or will come."""
        deadline = time.monotonic() + LIMIT
        with self._news:
            while True:
                for message in self.received[since:]:
                    if wanted(message):
                        return message
                since = len(self.received)
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    told = [m.get("method", m.get("error")) for m in self.received]
                    raise AssertionError(f"never came; what came: {told}")
                self._news.wait(left)

    def of(self, method: str, since: int = 0) -> list[Message]:
        """The parameters of all messages of a method so far."""
        return [m["params"] for m in self.received[since:] if m.get("method") == method]

    @property
    def mark(self) -> int:
        """Where the next message will stand."""
        return len(self.received)

    # The life of a session

    def initialize(
        self,
        capabilities: Message,
        folders: Sequence[Path] = (),
        options: Any = None,
        **more: Any,
    ) -> Message:
        answer: Message = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": f.as_uri(), "name": f.name} for f in folders],
                "initializationOptions": options,
                **more,
            },
        )
        self.notify("initialized", {})
        return answer

    def finish(self) -> int:
        """Say good-bye; the exit status."""
        self.request("shutdown")
        self.notify("exit")
        return self.status()

    def status(self) -> int:
        assert self.process is not None
        return self.process.wait(LIMIT)

    def end(self) -> None:
        """Leave nothing behind, whatever has happened."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        with contextlib.suppress(OSError):
            self.connection.close()

    # Documents

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> str:
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, uri: str, version: int, *changes: Message | str) -> None:
        """Changes of ranges (see `edit`), or whole new texts."""
        self.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [c if isinstance(c, dict) else {"text": c} for c in changes],
            },
        )

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def save(self, uri: str) -> None:
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def published(self, uri: str, since: int = 0) -> list[Message]:
        return [p for p in self.of("textDocument/publishDiagnostics", since) if p["uri"] == uri]

    def pushed(
        self, uri: str, version: int | None, rules: Sequence[str] | None = None, since: int = 0
    ) -> list[Message]:
        """The diagnostics published for a version, awaited until they are those of ``rules``."""

        def wanted(message: Message) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics":
                return False
            params = message["params"]
            found = sorted(d["code"] for d in params["diagnostics"])
            return (
                params["uri"] == uri
                and params.get("version") == version
                and (rules is None or found == sorted(rules))
            )

        found: list[Message] = self.wait(wanted, since)["params"]["diagnostics"]
        return found

    def pulled(self, uri: str, previous: str | None = None) -> Message:
        """The report that the server answers with."""
        params = {"textDocument": {"uri": uri}, "previousResultId": previous}
        report: Message = self.request("textDocument/diagnostic", params)
        return report


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> Message:
    """One change of a range."""
    return {"range": range_of(start, end), "text": text}


def range_of(start: tuple[int, int], end: tuple[int, int]) -> Message:
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


def codes(diagnostics: Sequence[Message]) -> list[str]:
    return [d["code"] for d in diagnostics]
