"""The page of the old packages is what was measured, and a part of it can be renewed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.migration import record, report
from tests.migration.importer import StandIns
from tests.migration.measuring import STATES
from tests.migration.packages import Package, beside, pinned
from tests.migration.record import Record, Row


def a_row(imported: int, version: str = "1.0") -> Row:
    return Row(version, 3, dict.fromkeys(STATES, imported), {"ImportError: no | [a.py:1]": 1})


def test_the_page_says_what_was_measured() -> None:
    measured = record.read()
    assert report.PAGE.read_text(encoding="utf-8") == report.page(measured)
    assert {n: r.version for n, r in measured.packages.items()} == {
        p.name: p.version for p in pinned()
    }


def test_every_module_is_told_of() -> None:
    last = list(STATES)[-1]
    for name, row in record.read().packages.items():
        assert row.imported[last] + sum(row.raised.values()) == row.modules, name


def test_of_every_module_that_does_not_import_a_finding_tells_why() -> None:
    for name, row in record.read().packages.items():
        assert row.told.keys() == row.raised.keys(), name


def test_the_share_that_is_told_is_that_of_modules() -> None:
    silent = Row("1.0", 3, dict.fromkeys(STATES, 0), {"A: [a.py:1]": 2, "B: [b.py:2]": 1})
    told = replace(silent, told={"A: [a.py:1]": "gone"})
    assert report.said(Record("3.0", "2.0", {"one": silent})) == (0, 3)
    assert report.said(Record("3.0", "2.0", {"one": told, "other": silent})) == (2, 6)


def test_only_the_rows_that_were_measured_are_renewed(tmp_path: Path) -> None:
    before = Record("3.0", "2.0", {"one": a_row(1), "other": a_row(1)})
    record.write(before, tmp_path / "measured.json")
    after = record.read(tmp_path / "measured.json").renewed(Record("3.0", "2.0", {"one": a_row(2)}))
    assert after == Record("3.0", "2.0", {"one": a_row(2), "other": a_row(1)})


def test_rows_of_two_releases_of_keras_are_never_mixed() -> None:
    before = Record("3.0", "2.0", {"one": a_row(1), "other": a_row(1)})
    assert before.renewed(Record("3.1", "2.0", {"one": a_row(2)})) is None
    assert before.renewed(Record("3.0", "2.1", {"one": a_row(2)})) is None


def test_a_package_that_is_pinned_elsewhere_now_loses_its_row() -> None:
    first, second = (replace(p, version="1.0") for p in pinned()[:2])
    measured = Record("3.0", "2.0", {second.name: a_row(1), first.name: a_row(1, "0.9")})
    assert list(measured.only((first, second)).packages) == [second.name]


class Unpacked(Package):
    """A package whose folder is there already."""

    @property
    def folder(self) -> Path:
        return Path(self.file)


def test_a_package_is_measured_beside_those_it_imports(tmp_path: Path) -> None:
    def package(name: str, text: str) -> Package:
        (tmp_path / name / name).mkdir(parents=True)
        (tmp_path / name / name / "__init__.py").write_text(text, encoding="utf-8")
        return Unpacked(name, "1.0", str(tmp_path / name), "", (name,))

    outer = package("outer", "try:\n    from middle import x\nexcept:\n    print 'no'\n")
    middle = package("middle", "import inner.layers\n")
    inner, stranger = package("inner", ""), package("stranger", "import outer\n")
    assert beside([outer], [outer, middle, inner, stranger]) == (middle, inner)


def test_what_a_stand_in_holds_comes_to_an_end() -> None:
    finder = StandIns(["pandas"])
    module = finder.create_module(finder.find_spec("pandas", None))
    assert list(module.read_html("address")[0].Name[2:-1]) == []
