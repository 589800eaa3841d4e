"""The workspace: the folders and open documents of one editor; the one mutable thing.

Never learns of the editor protocol: paths, code points and plain data only.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterable, Sequence
from typing import Any

from keras_lsp.config import FILES
from keras_lsp.semantics.program import still_holds
from keras_lsp.service.document import Document
from keras_lsp.service.documents import Documents
from keras_lsp.service.links import query_of
from keras_lsp.service.snapshot import Snapshot
from keras_lsp.text import Edit
from keras_lsp.text.cells import Cells

log = logging.getLogger("keras_lsp")


WARM = 3_500
"""Lines of open documents whose analyses are kept; they take five to ten times the text."""


class Workspace(Documents):
    """Opens, changes and closes documents; gives snapshots of them."""

    def __init__(self, folders: Sequence[str] = ()) -> None:
        super().__init__(folders)
        self._warm: dict[str, int] = {}
        """The lines of the documents that have an analysis, the last one asked for at the end."""

    # Documents

    def open(self, path: str, text: str, version: int) -> None:
        project = self.project_of(path)
        project.shaped = self._shapes
        source = project.opened(path, text)
        self.documents[path] = Document(path, version, source, project)
        self._tell_others(self.documents[path])

    def change(self, path: str, edits: Sequence[Edit] | str, version: int) -> None:
        """Edits of the present text, all in its positions, or a new text."""
        document = self.documents.get(path)
        if document is None:
            return
        self.call_off(path)
        document.change(edits, version)
        document.project.tell(path, document.source)
        self._tell_others(document)

    def open_notebook(self, path: str, cells: Cells, version: int) -> None:
        """A notebook is one document: the text of its cells."""
        self.open(path, cells.source, version)
        self.documents[path].cells = cells

    def change_notebook(self, path: str, cells: Cells, version: int) -> None:
        """Other cells than before, as far as they are others."""
        document = self.documents.get(path)
        if document is None or document.cells is None:
            return
        edit = document.cells.change_to(cells)
        document.cells = cells
        if edit is not None:
            self.change(path, [edit], version)
        elif document.snapshot is not None:
            # The program is the same: what is known of it and shown of it stays.
            document.snapshot = document.snapshot.in_cells(cells)

    def close(self, path: str) -> None:
        self._warm.pop(path, None)
        self.call_off(path)
        if self.documents.pop(path, None) is None:
            return
        for project in self.projects.values():
            project.untell(path)

    def settle(self, path: str) -> bool:
        """The hand that typed in a document rests; whether there is more to be shown."""
        document = self.documents.get(path)
        return document is not None and document.settle()

    def _tell_others(self, document: Document) -> None:
        for project in self.projects.values():
            if project is not document.project:
                project.tell(document.path, document.source, mine=False)

    def snapshot(self, path: str) -> Snapshot | None:
        """What is known now of an open document; made when it is asked for."""
        document = self.documents.get(path)
        if document is None:
            return None
        if document.snapshot is None:
            checked = document.project.check(document.source, document.analysis)
            shown = document.take(checked)
            document.snapshot = Snapshot(
                path, document.version, shown, document.project, document.cells
            )
            self._ask(document)
            self._rest_others(path)
        return document.snapshot

    def _rest_others(self, path: str) -> None:
        """Keep what an editor with many documents takes within bounds."""
        self._warm.pop(path, None)
        self._warm[path] = self.documents[path].source.height
        rested = False
        while len(self._warm) > 1 and sum(self._warm.values()) > WARM:
            idle = next(iter(self._warm))
            del self._warm[idle]
            if (document := self.documents.get(idle)) is not None:
                document.rest()
                # What was to be found out about its former trees would keep them.
                self.call_off(idle)
                document.project.tell_same(idle, document.source)
                rested = True
        if rested:
            # Trees and places point at each other: the next analysis is to have their room.
            gc.collect()

    # Other files

    def _ask(self, document: Document) -> None:
        """Ask other files in the background; the findings come refined when they answer."""
        analysis, project = document.analysis, document.project
        if analysis is None:
            return
        links = project.links
        doubted = links.doubted({document.path, *analysis.files})
        for path, asked in links.open_questions([*analysis.questions, *doubted]).items():
            source = project.source(path)
            if source is None:
                continue
            links.ask(asked)
            project.overlay((d.path, d.source) for d in self.documents.values())

            def learn(answers: Any, asked: Any = asked) -> None:
                self.on_answers(lambda: links.learn(asked, answers))

            queries = [query_of(source, question) for question in asked]
            project.resolver.ask(path, source.text, queries, learn)

    def review(self) -> list[str]:
        """The documents of which other files may say something else than when it was found."""
        touched = set[str]().union(*[p.notice() for p in list(self.projects.values())])
        behind: list[str] = []
        for document in list(self.documents.values()):
            if document.analysis is None:
                if document.resting and document.files & touched:
                    behind.append(document.path)
            elif document.snapshot is None:
                continue
            elif document.is_told_more:
                document.is_told_more = False
                document.snapshot = None
                behind.append(document.path)
            elif still_holds(document.analysis, document.project.program):
                self._ask(document)
            elif document.is_concerned():
                document.snapshot = None
                behind.append(document.path)
        return behind

    def files_changed(self, paths: Iterable[str]) -> bool:
        """Files were written, made or removed; whether settings were among them."""
        settings = False
        for path in paths:
            settings = settings or os.path.basename(path) in FILES
            for project in self.projects.values():
                project.file_changed(path)
        return settings

    # Folders and settings

    def set_folders(self, folders: Sequence[str]) -> None:
        self.folders = list(folders)
        self.reload()

    def reload(self) -> None:
        """Folders or settings are others: begin anew with all that is open."""
        self.forget_projects()
        self.forget_models()
        self._warm.clear()
        for document in self.documents.values():
            document.start_again()
            document.held = ()
            document.resting = False
            document.project = self.project_of(document.path)
            document.project.tell(document.path, document.source)
        for folder in self.folders:
            self.project_of(os.path.join(folder, "x.py"))
        for document in self.documents.values():
            self._tell_others(document)

    def shut_down(self) -> None:
        self.close_models()
        for project in self.projects.values():
            project.close()
