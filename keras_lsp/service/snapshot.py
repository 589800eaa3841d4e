"""Snapshots: what is known of one version of one document, as plain data.

Never changes; a newer version has a snapshot of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keras_lsp.findings import Finding, Fix, Safety
from keras_lsp.fixing import fixed, harmless, verified
from keras_lsp.refactoring import refactorings
from keras_lsp.service.hover import Hover, hover
from keras_lsp.service.notebooks import as_cells_take_it
from keras_lsp.service.project import Checked, Project
from keras_lsp.service.trace import TracedLife, traced
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span, without_end
from keras_lsp.text.cells import Cells

if TYPE_CHECKING:
    from keras_lsp.catalog.targets import Target
    from keras_lsp.service.completion import Completion
    from keras_lsp.service.shaping import Model
    from keras_lsp.service.signature_help import Signature
    from keras_lsp.shapes import Shapes

FIX_ALL = "source.fixAll.keras-lsp"


@dataclass(frozen=True, slots=True)
class Action:
    """An edit that may be offered: its title, its kind and the finding that it mends."""

    title: str
    kind: str
    """``quickfix``, ``refactor.…`` or ``source.fixAll.keras-lsp``."""
    edits: tuple[Edit, ...]
    finding: Finding | None = None
    preferred: bool = False
    tried: bool = True
    """It was applied to a copy, and did no harm there."""
    all_of: str = ""
    """The rule whose findings it mends, or `ALL_SAFE`: the edits are still to be made."""
    calls_of: str = ""
    """A function that no other file may call, if this is to be done."""


ALL_SAFE = "*"
"""All findings that can be mended safely."""


class Snapshot:
    """One version of one document."""

    def __init__(
        self,
        path: str,
        version: int,
        checked: Checked,
        project: Project,
        cells: Cells | None = None,
    ) -> None:
        self.path = path
        self.version = version
        self.checked = checked
        self.cells = cells
        """What its text is made of, if it is a notebook."""
        self._project = project
        self._fixes: dict[int, tuple[Fix, ...]] = {}

    def in_cells(self, cells: Cells) -> Snapshot:
        """The same of the same text, whose cells are counted otherwise."""
        return Snapshot(self.path, self.version, self.checked, self._project, cells)

    def _recheck(self, source: Source) -> Sequence[Finding]:
        """What would be found in another text: only what differs is analysed."""
        found = self._project.check(source, self.checked.analysis).findings
        return found if self.cells is None else as_cells_take_it(self.cells, source, found)

    @property
    def source(self) -> Source:
        return self.checked.source

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.checked.findings

    def at(self, span: Span) -> list[Finding]:
        """The findings that a span touches."""
        return [f for f in self.findings if f.span.touches(span)]

    def beside(self, span: Span) -> list[Finding]:
        """Those on the line of a cursor: some editors ask from there, or about another word."""
        line = span.start.line
        return [f for f in self.findings if f.span.start.line == line == span.end.line]

    def fixes(self, finding: Finding) -> tuple[Fix, ...]:
        """The fixes of a finding, tried on a copy first."""
        key = id(finding)
        if key not in self._fixes:
            self._fixes[key] = verified(finding, self.source, self._recheck)
        return self._fixes[key]

    def quick_fixes(self, span: Span) -> list[Action]:
        """What mends the findings at a span, one or all of a kind, or silences them."""
        actions: list[Action] = []
        for finding in self.at(span) or self.beside(span):
            for number, fix in enumerate(self.fixes(finding)):
                preferred = number == 0 and fix.safety is Safety.SAFE
                actions.append(Action(fix.title, "quickfix", fix.edits, finding, preferred))
            several = sum(f.rule == finding.rule for f in self.findings) > 1
            if several and self.fixes(finding):
                title = f"Fix all `{finding.rule}` in this file"
                actions.append(Action(title, "quickfix", (), finding, all_of=finding.rule))
            edit = ignore_comment(self.source, finding)
            if edit is not None:
                title = f"Ignore `{finding.rule}` on this line"
                actions.append(Action(title, "quickfix", (edit,), finding))
        # Two findings on a line have some of them in common.
        return list({(a.title, a.edits): a for a in actions}.values())

    def refactorings(self, span: Span) -> list[Action]:
        """What could be rewritten at a span; `objection` has to be asked before it is done."""
        if self.checked.analysis is None:
            return []
        return [
            Action(o.title, o.kind, o.edits, tried=False, calls_of=o.calls_of)
            for o in refactorings(self.checked.analysis, span)
        ]

    def objection(self, edits: tuple[Edit, ...], calls_of: str = "") -> str:
        """Why edits must not be made, tried on a copy; ``""`` where nothing speaks against it."""
        from keras_lsp.service.callers import may_be_called_elsewhere

        if not harmless(edits, self.source, self._recheck):
            return "this would add a problem that the file does not have now"
        if calls_of and may_be_called_elsewhere(self._project, self.path, calls_of):
            return f"another file may call `{calls_of}`, and would have to be changed too"
        return ""

    def fix_all(self) -> list[Action]:
        """All safe fixes of the file in one action, if there is a safe fix."""
        if not any(fix.safety is Safety.SAFE for f in self.findings for fix in self.fixes(f)):
            return []
        title = "Fix all Keras problems that are safe to fix"
        return [Action(title, FIX_ALL, (), all_of=ALL_SAFE)]

    def all_of(self, wanted: str) -> tuple[Edit, ...]:
        """The edits that mend all findings of a rule, or all that is safe."""
        if wanted == ALL_SAFE:
            result = fixed(self.source, self._recheck)
        else:
            result = fixed(self.source, self._recheck, unsafe=True, only=lambda f: f.rule == wanted)
        return whole_text(self.source, result.source)

    def hover(
        self, position: Position, models: Sequence[Model] = (), shapes: Sequence[Shapes] = ()
    ) -> Hover | None:
        """``models`` and ``shapes`` are those of this version, as far as they are known."""
        if not self._project.config.hover:
            return None
        found = hover(self.checked, position, self.cells)
        if not shapes:
            return found
        from keras_lsp.service.shape_hover import told

        shape = told(models, shapes, self.source, position, self.cells)
        if shape is None:
            return found
        if found is None:
            return Hover(*shape)
        return Hover(f"{found.markdown}\n\n---\n\n{shape[0]}", found.span)

    def completions(self, position: Position) -> list[Completion]:
        from keras_lsp.service.completion import completions

        analysis = self.checked.analysis
        if analysis is None or not self._project.config.completion:
            return []
        return completions(analysis, position)

    def signature(self, position: Position) -> Signature | None:
        from keras_lsp.service.signature_help import signature_at

        analysis = self.checked.analysis
        if analysis is None or not self._project.config.signature_help:
            return None
        return signature_at(analysis, position)

    @property
    def target(self) -> Target:
        """The release of Keras that the program is held against."""
        return self._project.program.target

    def trace(self, line: int | None = None) -> list[TracedLife]:
        return traced(self.checked, line)


def whole_text(old: Source, new: Source) -> tuple[Edit, ...]:
    """The edit between two texts: the lines between the first and the last difference."""
    before, after = old.lines, new.lines
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while (
        tail < min(len(before), len(after)) - head
        and before[len(before) - 1 - tail] == after[len(after) - 1 - tail]
    ):
        tail += 1
    if head == len(before) == len(after):
        return ()
    span = Span.of(head, 0, len(before) - tail, 0)
    return (Edit(span, "".join(after[head : len(after) - tail])),)


def ignore_comment(source: Source, finding: Finding) -> Edit | None:
    """``# keras-lsp: ignore[rule]`` at the end of the line, joined to one that is there."""
    line = finding.span.start.line
    text = without_end(source.lines[line]) if line < len(source.lines) else ""
    for suppression in source.suppressions.of_line(line):
        if suppression.rules and not suppression.whole_file:
            names = ", ".join(sorted({*suppression.rules, finding.rule}))
            return Edit(suppression.span, f"# keras-lsp: ignore[{names}]")
    if text.endswith("\\"):
        return None
    end = Position(line, len(text.rstrip()))
    return Edit(Span(end, Position(line, len(text))), f"  # keras-lsp: ignore[{finding.rule}]")
