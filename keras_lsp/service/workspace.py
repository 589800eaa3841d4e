"""The workspace: the folders and open documents of one editor; the one mutable thing.

Never learns of the editor protocol: paths, code points and plain data only.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from keras_lsp.config import FILES
from keras_lsp.semantics.program import still_holds
from keras_lsp.service.document import Document
from keras_lsp.service.folders import Folders
from keras_lsp.service.links import query_of
from keras_lsp.service.saved import is_relevant
from keras_lsp.service.snapshot import Snapshot
from keras_lsp.syntax import Source
from keras_lsp.text import Edit
from keras_lsp.text.cells import Cells

if TYPE_CHECKING:
    from keras_lsp.service.hints import Hint
    from keras_lsp.service.modelling import Modelling
    from keras_lsp.service.shaping import Model, Told
    from keras_lsp.service.summary import Summary
    from keras_lsp.shapes import Shapes

log = logging.getLogger("keras_lsp")


WARM = 3_500
"""Lines of open documents whose analyses are kept; they take five to ten times the text."""


class Workspace(Folders):
    """Opens, changes and closes documents; gives snapshots of them."""

    def __init__(self, folders: Sequence[str] = ()) -> None:
        super().__init__(folders)
        self.documents: dict[str, Document] = {}
        self._warm: dict[str, int] = {}
        """The lines of the documents that have an analysis, the last one asked for at the end."""
        self.on_answers: Callable[[Callable[[], bool]], None] = lambda learn: None
        """How answers get back to the thread of the workspace; set by whoever has a loop."""
        self.trusted = False
        """Whether the folders may name interpreters."""
        self.on_models: Callable[[str], None] = lambda path: None
        """Told on the thread of the workspace when the models of a document are known."""

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
        self._call_off(path)
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
        self._call_off(path)
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
                self._call_off(idle)
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

    # Models

    @cached_property
    def _modelling(self) -> Modelling:
        """Made when somebody first wants to know of a model."""
        from keras_lsp.service.modelling import Modelling
        from keras_lsp.service.probes import Probes

        return Modelling(Probes(self.interpreter, self.trusted))

    def models(self, path: str) -> tuple[Model, ...] | None:
        """The models of the present text with their shapes; None: not known yet."""
        document = self.documents.get(path)
        return document.models if document is not None else ()

    def told(self, path: str) -> tuple[tuple[Model, ...], tuple[Shapes, ...]]:
        """The models and all shapes of the present text, as far as they are known just now."""
        document = self.documents.get(path)
        return (document.models or (), document.shapes) if document is not None else ((), ())

    def ask_models(self, path: str) -> None:
        """Find out in the background what the models of a document are; `on_models` tells when."""
        document = self.documents.get(path)
        if document is None or document.models is not None:
            return
        config, source = document.project.config, document.source
        if config.probe == "off" or not is_relevant(source.text):
            document.take_models((), ())
            self.on_models(path)
            return
        from keras_lsp.service.modelling import Task

        if self._modelling.is_asked(path, source):
            return

        def done(source: Source, told: Told) -> None:
            self.on_answers(lambda: not task.called_off and self._take_models(path, source, told))

        others = [each for each in self.documents.values() if each is not document]
        buffers = {os.path.normcase(each.path): each.source.text for each in others}
        task = Task(source, config, *self._asked_for(document), done, buffers)
        self._modelling.ask(path, task)

    def doubt_models(self, paths: Iterable[str], written: bool = False) -> list[str]:
        """The documents that have to be asked about again, now that other files are others.

        ``written``: these are files on disk, which may not have been there before.
        """
        files = {os.path.normcase(path): path for path in paths}
        if written:
            # Of a file that is open its document counts.
            for path in self.documents:
                files.pop(os.path.normcase(path), None)
        doubted: list[str] = []
        for document in self.documents.values():
            asked = document.models is None and self._is_asked(document)
            if asked or document.may_rest_on(files, written):
                self._call_off(document.path)
                document.doubt_models()
                doubted.append(document.path)
        return doubted

    def _is_asked(self, document: Document) -> bool:
        asking = self.__dict__.get("_modelling")
        return asking is not None and asking.is_asked(document.path, document.source)

    def summaries(self, path: str, models: Sequence[Model]) -> list[Summary]:
        """Of models of a document, with the layers inside applications; may wait for a while."""
        from keras_lsp.service.shaping import summary_of

        document = self.documents.get(path)
        if document is None:
            return []
        asker = self._modelling.asker(document.project.config, *self._asked_for(document))
        return [summary_of(model, asker) for model in models]

    def hints(self, path: str) -> tuple[Hint, ...]:
        """What is shown behind the layers of a document."""
        document = self.documents.get(path)
        return document.hints if document is not None else ()

    def _asked_for(self, document: Document) -> tuple[str, bool]:
        """The folder whose interpreter is asked, and whether the user has named it."""
        root = document.project.root
        return root, any("python" in self.overrides.get(folder, {}) for folder in ("", root))

    def _call_off(self, path: str) -> None:
        if "_modelling" in self.__dict__:
            self._modelling.call_off(path)

    def _take_models(self, path: str, source: Source, told: Told) -> bool:
        """Whether there is something else to be found now."""
        document = self.documents.get(path)
        if document is None or document.source is not source:
            return False
        document.take_models(told.models, told.shapes, told.sure_shapes)
        document.neighbours = told.files
        if document.resting:
            # Its trees were made for this alone.
            document.source.forget()
        document.is_told_more = document.is_refused
        self.on_models(path)
        return document.is_told_more

    def _shapes(self, source: Source) -> Sequence[Shapes]:
        """What is known of the networks of a text just now."""
        document = self.documents.get(source.path)
        is_it = document is not None and document.source is source
        return document.sure if document is not None and is_it else ()

    # Folders and settings

    def set_folders(self, folders: Sequence[str]) -> None:
        self.folders = list(folders)
        self.reload()

    def reload(self) -> None:
        """Folders or settings are others: begin anew with all that is open."""
        self.forget_projects()
        if "_modelling" in self.__dict__:
            self._modelling.forget()
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
        if "_modelling" in self.__dict__:
            self._modelling.close()
        for project in self.projects.values():
            project.close()
