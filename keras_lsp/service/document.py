"""Documents: one open text each, what is known of it, and what is shown while it is typed.

Never asks another file and never learns of settings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from keras_lsp.findings import Finding
from keras_lsp.rules import all_rules
from keras_lsp.semantics.program import Analysis
from keras_lsp.service.project import Checked, Project
from keras_lsp.service.reach import matters
from keras_lsp.service.steadiness import half_typed, hand_after, moved, steady
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position
from keras_lsp.text.cells import Cells
from keras_lsp.text.edits import shortest

if TYPE_CHECKING:
    from keras_lsp.service.hints import Hint
    from keras_lsp.service.shaping import Model
    from keras_lsp.service.snapshot import Snapshot
    from keras_lsp.shapes import Shapes


@dataclass(slots=True)
class Document:
    """An open document: its text, and what is known of it."""

    path: str
    version: int
    source: Source
    project: Project
    checked: Checked | None = None
    analysis: Analysis | None = None
    """The last analysis, from which the next one starts."""
    files: frozenset[str] = frozenset()
    """The other files that it consulted, known even while it rests."""
    consulted: dict[str, Source | None] = field(default_factory=dict)
    """Their texts then."""
    links: int = 0
    """The generation of the project's links then."""
    held: tuple[Finding, ...] = ()
    """What was last reported, moved along with the edits since."""
    hand: Position | None = None
    """Where somebody is typing."""
    unsaid: frozenset[Finding] = frozenset()
    """What is said of the word there when it stays."""
    snapshot: Snapshot | None = None
    resting: bool = False
    cells: Cells | None = None
    """What its text is made of, if it is a notebook."""
    models: tuple[Model, ...] | None = None
    """The models of the present text with their shapes; None: not known yet."""
    shapes: tuple[Shapes, ...] = ()
    """All that Keras says of the present text, as far as it is known."""
    sure: tuple[Shapes, ...] = ()
    """The same, as far as it holds however functions are called that nobody calls here."""
    neighbours: Mapping[str, str] = field(default_factory=dict)
    """The texts of the other files on which its models rest, by these (see `os.path.normcase`)."""
    hints: tuple[Hint, ...] = ()
    """Those of its models, moved along with the edits since."""
    is_told_more: bool = False
    """Its models have become known since it was looked at."""

    def change(self, edits: Sequence[Edit] | str, version: int) -> None:
        """Edits of the present text, all in its positions, or a new text."""
        if isinstance(edits, str):
            # Some clients send all of it with each key.
            edits = [shortest(self.source.text, edits)]
        self.source = self.source.edit(edits)
        self.held = moved(self.held, edits)
        self.hand = hand_after(edits)
        self._move_hints(edits)
        self.version = version
        self.snapshot = self.checked = self.models = None
        self.shapes = self.sure = ()
        self.resting = False

    def _move_hints(self, edits: Sequence[Edit]) -> None:
        if self.hints:
            from keras_lsp.service import hints

            for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
                self.hints = hints.moved(self.hints, edit)

    def take_models(
        self,
        models: tuple[Model, ...],
        shapes: tuple[Shapes, ...],
        sure: tuple[Shapes, ...] = (),
    ) -> None:
        """Keep what the models of the present text are, and what is shown of them.

        ``sure`` are the shapes that hold however its functions are called.
        """
        from keras_lsp.service.hints import hints, unflickering

        self.models, self.shapes, self.sure = models, shapes, sure
        setting = self.project.config.inlay_hints
        fresh = hints(shapes, self.source, setting == "parameters") if setting != "off" else ()
        self.hints = unflickering(fresh, self.source, self.hints)

    def doubt_models(self) -> None:
        """Other files are others now: what is known of its models no longer counts."""
        self.models = None
        self.shapes = self.sure = ()

    def may_rest_on(self, files: Mapping[str, str], written: bool) -> bool:
        """Whether its models may be others now that other files are, by `os.path.normcase`.

        ``written``: they may not have been there before.
        """
        others = files.keys() - {os.path.normcase(self.path)}
        if self.models is None or not others:
            return False
        known = not others.isdisjoint(self.neighbours.keys())
        return known or (written and any(self._mentions(files[key]) for key in others))

    def _mentions(self, path: str) -> bool:
        """Whether the module that a file is may be imported, here or in a file that is imported."""
        folder, name = os.path.split(path)
        stem = os.path.splitext(name)[0]
        module = os.path.basename(folder) if stem == "__init__" else stem
        return any(module in text for text in (self.source.text, *self.neighbours.values()))

    def take(self, checked: Checked) -> Checked:
        """Keep what was found; what is shown of it."""
        self.checked = checked
        self.analysis = checked.analysis
        self.files = checked.analysis.files if checked.analysis is not None else frozenset()
        self.consulted = {path: self.project.program.text_of(path) for path in self.files}
        self.links = self.project.links.generation
        self.resting = False
        before = self.held
        self.unsaid = half_typed(checked.source, checked.findings, before, self.hand)
        found = [f for f in checked.findings if f not in self.unsaid]
        self.held = steady(checked.source, found, before)
        if awaited := self._awaited(before):
            self.held = tuple(sorted((*self.held, *awaited), key=lambda f: (f.span, f.rule)))
        return replace(checked, findings=self.held)

    def settle(self) -> bool:
        """The hand rests, or is elsewhere; whether there is more to be shown."""
        self.hand = None
        if not self.unsaid:
            return False
        self.snapshot = None
        return True

    @property
    def is_refused(self) -> bool:
        """There is something to be said of the models, or there was."""
        from keras_lsp.verdicts import may_speak

        return may_speak(self.sure) or any(map(_waits, self.held))

    def _awaited(self, before: Sequence[Finding]) -> list[Finding]:
        """What Keras said of the last text, until it has said what it says of this one."""
        if self.models is not None:
            return []
        told = {(f.rule, f.span.start.line) for f in self.held}
        return [
            replace(finding, proposals=())
            for finding in before
            if _waits(finding)
            and finding.span.end.line < len(self.source.lines)
            and (finding.rule, finding.span.start.line) not in told
        ]

    def is_concerned(self) -> bool:
        """Whether what has changed in other files can change what is said of this one."""
        project = self.project
        if self.links != project.links.generation:
            return True
        if any(related.path != self.path for f in self.held for related in f.related):
            # These places may have moved.
            return True
        for path, then in self.consulted.items():
            now = project.source(path)
            if now is not then and (
                now is None or then is None or matters(then, now, project.links.names_in(path))
            ):
                return True
        return False

    def rest(self) -> None:
        """Let go of what can be found out again: all but the text and what was reported."""
        self.start_again()
        self.held = tuple(replace(f, proposals=()) for f in self.held)
        self.resting = True

    def start_again(self) -> None:
        """Forget what was concluded, with all that hangs on the statements."""
        self.source = Source.parse(self.path, self.source.text)
        self.snapshot = self.checked = self.analysis = self.models = None
        self.shapes = self.sure = ()
        self.consulted = {}


def _waits(finding: Finding) -> bool:
    """Whether it rests on what Keras says."""
    rule = all_rules().get(finding.rule)
    return rule is not None and rule.yielding
