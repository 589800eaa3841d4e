"""Documents: one open text each, what is known of it, and what is shown while it is typed.

Never asks another file and never learns of settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from keras_lsp.findings import Finding
from keras_lsp.rules import all_rules
from keras_lsp.semantics.program import Analysis
from keras_lsp.service.project import Checked, Project
from keras_lsp.service.reach import matters
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span
from keras_lsp.text.cells import Cells

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
    snapshot: Snapshot | None = None
    resting: bool = False
    cells: Cells | None = None
    """What its text is made of, if it is a notebook."""
    models: tuple[Model, ...] | None = None
    """The models of the present text with their shapes; None: not known yet."""
    shapes: tuple[Shapes, ...] = ()
    """All that Keras says of the present text, as far as it is known."""
    hints: tuple[Hint, ...] = ()
    """Those of its models, moved along with the edits since."""
    is_told_more: bool = False
    """Its models have become known since it was looked at."""

    def change(self, edits: Sequence[Edit] | str, version: int) -> None:
        """Edits of the present text, all in its positions, or a new text."""
        if isinstance(edits, str):
            self.source = Source.parse(self.path, edits)
            self.held = ()
            self.hints = ()
        else:
            self.source = self.source.edit(edits)
            self.held = tuple(_moved(f, e) for f in self.held for e in edits[:1])
            self._move_hints(edits)
        self.version = version
        self.snapshot = self.checked = self.models = None
        self.shapes = ()
        self.resting = False

    def _move_hints(self, edits: Sequence[Edit]) -> None:
        if self.hints:
            from keras_lsp.service.hints import moved

            for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
                self.hints = moved(self.hints, edit)

    def take_models(self, models: tuple[Model, ...], shapes: tuple[Shapes, ...]) -> None:
        """Keep what the models of the present text are, and what is shown of them."""
        from keras_lsp.service.hints import hints, unflickering

        self.models, self.shapes = models, shapes
        setting = self.project.config.inlay_hints
        fresh = hints(shapes, self.source, setting == "parameters") if setting != "off" else ()
        self.hints = unflickering(fresh, self.source, self.hints)

    def take(self, checked: Checked) -> Checked:
        """Keep what was found; what is shown of it."""
        self.checked = checked
        self.analysis = checked.analysis
        self.files = checked.analysis.files if checked.analysis is not None else frozenset()
        self.consulted = {path: self.project.program.text_of(path) for path in self.files}
        self.links = self.project.links.generation
        self.resting = False
        before = self.held
        self.held = _unflickering(checked, before)
        if awaited := self._awaited(before):
            self.held = tuple(sorted((*self.held, *awaited), key=lambda f: (f.span, f.rule)))
        return replace(checked, findings=self.held)

    @property
    def is_refused(self) -> bool:
        """Keras says something of the models that is, or was, reported."""
        return any(shapes.errors for shapes in self.shapes) or any(map(_waits, self.held))

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
        self.shapes = ()
        self.consulted = {}


def _waits(finding: Finding) -> bool:
    """Whether it rests on what Keras says."""
    rule = all_rules().get(finding.rule)
    return rule is not None and rule.yielding


def _moved(finding: Finding, edit: Edit) -> Finding:
    """A finding where its text is after an edit above it."""
    delta = edit.content.count("\n") - (edit.span.end.line - edit.span.start.line)
    span = finding.span
    if not delta or span.start.line <= edit.span.start.line:
        return finding
    start = max(edit.span.start.line, span.start.line + delta)
    end = start + span.end.line - span.start.line
    moved = Span(Position(start, span.start.column), Position(end, span.end.column))
    return replace(finding, span=moved)


def _unflickering(checked: Checked, held: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """In a statement that is being typed the last findings stay; elsewhere the new ones count."""
    source = checked.source
    broken = [
        (start, start + max(1, s.height), {start + line for line in s.broken})
        for s, start in zip(source.statements, source.starts, strict=True)
        if s.broken
    ]
    if not broken:
        return checked.findings

    def around(finding: Finding) -> tuple[int, int, set[int]] | None:
        line = finding.span.start.line
        return next((b for b in broken if b[0] <= line < b[1]), None)

    shown: list[Finding] = []
    frozen = [f for f in held if around(f) is not None]
    for finding in checked.findings:
        where = around(finding)
        if where is None or (finding.span.start.line not in where[2] and not held):
            shown.append(finding)
        elif any(
            f.rule == finding.rule and f.span.start.line == finding.span.start.line for f in frozen
        ):
            shown.append(finding)
            frozen = [
                f
                for f in frozen
                if (f.rule, f.span.start.line) != (finding.rule, finding.span.start.line)
            ]
    shown += [replace(f, proposals=()) for f in frozen if f.span.start.line < len(source.lines)]
    return tuple(sorted(shown, key=lambda f: (f.span, f.rule)))
