"""The documents of an editor, and what is known of the models in each.

Never finds out anything itself: it is asked about in the background, and told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from keras_lsp.service.document import Document
from keras_lsp.service.folders import Folders
from keras_lsp.service.saved import is_relevant
from keras_lsp.syntax import Source

if TYPE_CHECKING:
    from keras_lsp.service.hints import Hint
    from keras_lsp.service.modelling import Modelling, Task
    from keras_lsp.service.shaping import Model, Told
    from keras_lsp.service.summary import Summary
    from keras_lsp.shapes import Shapes


class Documents(Folders):
    """Open documents and their models."""

    def __init__(self, folders: Sequence[str] = ()) -> None:
        super().__init__(folders)
        self.documents: dict[str, Document] = {}
        self.on_answers: Callable[[Callable[[], bool]], None] = lambda learn: None
        """How answers get back to the thread of the workspace; set by whoever has a loop."""
        self.trusted = False
        """Whether the folders may name interpreters."""
        self.on_models: Callable[[str], None] = lambda path: None
        """Told on the thread of the workspace when the models of a document are known."""
        self._asked: dict[str, Task] = {}
        """What is being found out about the models of documents, until it is told."""

    @cached_property
    def _modelling(self) -> Modelling:
        """Made when somebody first wants to know of a model."""
        from keras_lsp.service.modelling import Modelling
        from keras_lsp.service.probes import Probes

        return Modelling(Probes(self.interpreters, self.trusted))

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

        if self._is_asked(document):
            return

        def learn(told: Told) -> bool:
            # What was called off in the meantime is not what is asked now.
            return self._asked.get(path) is task and self._take_models(path, source, told)

        def done(told: Told) -> None:
            self.on_answers(lambda: learn(told))

        others = [each for each in self.documents.values() if each is not document]
        buffers = {os.path.normcase(each.path): each.source.text for each in others}
        task = Task(source, config, *self._asked_for(document), done, buffers)
        self._asked[path] = task
        self._modelling.ask(path, task)

    def doubt_models(self, paths: Iterable[str], written: bool = False) -> list[str]:
        """The documents that have to be asked about again, now that other files are others.

        ``written``: also those that nobody has looked into, which may not have been there before.
        """
        files = {os.path.normcase(path): path for path in paths}
        doubted: list[str] = []
        for document in self.documents.values():
            asked = document.models is None and self._is_asked(document)
            if asked or document.may_rest_on(files, written):
                self.call_off(document.path)
                document.doubt_models()
                doubted.append(document.path)
        return doubted

    def _is_asked(self, document: Document) -> bool:
        task = self._asked.get(document.path)
        return task is not None and task.source is document.source

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

    def call_off(self, path: str) -> None:
        """Nobody wants to know any more what was asked about its models."""
        if self._asked.pop(path, None) is not None:
            self._modelling.call_off(path)

    def _take_models(self, path: str, source: Source, told: Told) -> bool:
        """Whether there is something else to be found now."""
        document = self.documents.get(path)
        if document is None or document.source is not source:
            return False
        self._asked.pop(path, None)
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

    def forget_models(self) -> None:
        """Environments may be others now."""
        if "_modelling" in self.__dict__:
            self._modelling.forget()

    def close_models(self) -> None:
        if "_modelling" in self.__dict__:
            self._modelling.close()
