"""A client over standard input and output, as small as measuring needs; it judges no findings."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any

from benchmarks.peers import ROOT, Tool

Message = dict[str, Any]
Place = tuple[int, int]

CAPABILITIES: Message = {
    "notebookDocument": {"synchronization": {"executionSummarySupport": True}},
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "synchronization": {"dynamicRegistration": False},
        "diagnostic": {"dynamicRegistration": False, "relatedDocumentSupport": False},
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
    },
}


class Silence(Exception):
    """The server did not answer in time, or ended."""


class Client:
    def __init__(self, tool: Tool, folder: Path) -> None:
        self.tool = tool
        self.folder = folder
        self.process = subprocess.Popen(
            tool.command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.pulls = False
        self._inbox: Queue[Message | None] = Queue()
        self._last = 0
        self._versions: dict[str, int] = {}
        self._cells: dict[Path, list[tuple[int, str]]] = {}
        """Of notebooks: the line at which each cell begins, and its address."""
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.request("shutdown", None)
                self.notify("exit", None)
                self.process.wait(10)
        except (Silence, OSError, subprocess.TimeoutExpired):
            pass
        finally:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self) -> int:
        return self.process.pid

    def initialize(self) -> None:
        answer = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": self.folder.as_uri(),
                "workspaceFolders": [{"uri": self.folder.as_uri(), "name": "benchmark"}],
                "capabilities": CAPABILITIES,
            },
        )
        self.pulls = bool(answer["capabilities"].get("diagnosticProvider"))

    def initialized(self) -> None:
        self.notify("initialized", {})

    def open(self, path: Path) -> None:
        """Opens a file and waits for its findings."""
        uri = path.as_uri()
        self._versions[uri] = 1
        document = {"uri": uri, "languageId": "python", "version": 1}
        document["text"] = path.read_text(encoding="utf-8")
        self.notify("textDocument/didOpen", {"textDocument": document})
        self._findings(uri)

    def open_notebook(self, path: Path, texts: Sequence[str]) -> None:
        """Opens a notebook of these cells and waits for the findings of the last one."""
        items, cells, line = [], [], 0
        for number, text in enumerate(texts):
            uri = f"{path.as_uri()}#cell{number}"
            self._versions[uri] = 1
            items.append({"uri": uri, "languageId": "python", "version": 1, "text": text})
            cells.append((line, uri))
            line += text.count("\n")
        self._cells[path] = cells
        described = [{"kind": 2, "document": uri} for _, uri in cells]
        notebook = {"uri": path.as_uri(), "notebookType": "jupyter-notebook", "version": 0}
        notebook["cells"] = described
        opened = {"notebookDocument": notebook, "cellTextDocuments": items}
        self.notify("notebookDocument/didOpen", opened)
        self._findings(cells[-1][1])

    def edit(self, path: Path, start: Place, end: Place, text: str) -> None:
        """Replaces one stretch and waits for the findings of the changed file or cell."""
        top, uri = 0, path.as_uri()
        for line, cell in self._cells.get(path, ()):
            if line <= start[0]:
                top, uri = line, cell
        self._versions[uri] += 1
        first, last = ({"line": line - top, "character": column} for line, column in (start, end))
        document = {"uri": uri, "version": self._versions[uri]}
        changes = [{"range": {"start": first, "end": last}, "text": text}]
        if path in self._cells:
            change = {"cells": {"textContent": [{"document": document, "changes": changes}]}}
            notebook = {"uri": path.as_uri(), "version": 0}
            params = {"notebookDocument": notebook, "change": change}
            self.notify("notebookDocument/didChange", params)
        else:
            params = {"textDocument": document, "contentChanges": changes}
            self.notify("textDocument/didChange", params)
        self._findings(uri)

    def request(self, method: str, params: object) -> Any:
        self._last += 1
        own = self._last
        self._send({"id": own, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == own and "method" not in message:
                if "error" in message:
                    raise Silence(f"{self.tool.name}: {method}: {message['error']}")
                return message.get("result")

    def notify(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _findings(self, uri: str) -> None:
        if self.pulls:
            self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            return
        version = self._versions[uri]
        while True:
            message = self._next()
            if message.get("method") != "textDocument/publishDiagnostics":
                continue
            params = message["params"]
            if params["uri"] == uri and params.get("version", version) == version:
                return

    def _next(self, limit: float = 120) -> Message:
        """The next message that is not a request of the server, which is answered here."""
        while True:
            try:
                message = self._inbox.get(timeout=limit)
            except Empty:
                raise Silence(f"{self.tool.name} said nothing for {limit:.0f} s") from None
            if message is None:
                raise Silence(f"{self.tool.name} ended")
            if "method" not in message or "id" not in message:
                return message
            wanted = message["method"] == "workspace/configuration"
            result = [None] * len(message["params"]["items"]) if wanted else None
            self._send({"id": message["id"], "result": result})

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        length = 0
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
            elif not header.strip() and length:
                self._inbox.put(json.loads(stream.read(length)))
                length = 0
        self._inbox.put(None)
