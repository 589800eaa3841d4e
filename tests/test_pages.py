"""Pages: what is read of a rule's docstring, and what readers see of it."""

from __future__ import annotations

import pytest

from keras_lsp.pages import Example, Marker, Page, Raise, Reveal, read_sections

PAGE = """"A model" is used
before it exists.

Python reads from top to bottom.

Really.

## Bad

A builder in another file:

```python file=models.py
import keras


def build():  # warning: [dropped]
    keras.Sequential()
```

```python k2
from models import build

build()  # hint: [other] # error: [dropped] # raises: NameError
x = "# error: [kept]"  # a comment stays
```

Second program.

```python
pass
```

## Fixed

Nothing mends it.

```text
# not a heading
```

## Near misses

### Deeper

```python static noproof
y
```
"""


def test_summary_is_the_first_paragraph_in_one_line_and_why_the_rest() -> None:
    page = Page.read(PAGE)
    assert page.summary == '"A model" is used before it exists.'
    assert page.why == "Python reads from top to bottom.\n\nReally."


def test_sections_keep_their_order_and_level() -> None:
    assert [(s.title, s.level) for s in Page.read(PAGE).sections] == [
        ("Bad", 2),
        ("Fixed", 2),
        ("Near misses", 2),
        ("Deeper", 3),
    ]


def test_file_blocks_belong_to_the_next_main_block() -> None:
    first, second = Page.read(PAGE).examples("Bad")
    assert [part.file for part in first.files()] == ["models.py", "main.py"]
    assert first.beside[0].markers == (Marker(3, "warning", "dropped"),)
    assert second.beside == ()


def test_markers_pin_their_lines_and_leave_the_code() -> None:
    first = Page.read(PAGE).examples("Bad")[0]
    assert first.markers == (Marker(2, "hint", "other"), Marker(2, "error", "dropped"))
    assert first.raises == (Raise(2, "NameError"),)
    assert first.code.splitlines()[2:] == ["build()", 'x = "# error: [kept]"  # a comment stays']


def test_prose_before_a_block_describes_it() -> None:
    first, second = Page.read(PAGE).examples("Bad")
    assert first.beside[0].prose == "A builder in another file:"
    assert second.prose == "Second program."


def test_flags_are_the_words_after_the_language() -> None:
    page = Page.read(PAGE)
    assert page.examples("Bad")[0].flags == {"k2"}
    assert page.examples("Deeper")[0].flags == {"static", "noproof"}


def test_blocks_of_other_languages_are_prose() -> None:
    fixed = Page.read(PAGE).section("Fixed")
    assert fixed is not None
    assert fixed.examples == ()
    assert "# not a heading" in fixed.prose


def test_a_line_of_the_code_is_found_again_in_the_markdown() -> None:
    lines = PAGE.splitlines()
    for example in Page.read(PAGE).examples("Bad"):
        assert lines[example.line].startswith(example.code.splitlines()[0])


@pytest.mark.parametrize(
    ("line", "code", "markers", "raises"),
    [
        ("f()  # error: [a-b]", "f()", [("error", "a-b")], []),
        ("f()  #error:[a]", "f()", [("error", "a")], []),
        ("f()  # raises: KeyError", "f()", [], ["KeyError"]),
        (
            "f()  # error: [a], raises: E # hint: [b]",
            "f()",
            [("error", "a"), ("hint", "b")],
            ["E"],
        ),
        ("f()  # note # error: [a]", "f()  # note", [("error", "a")], []),
        ("f()  # error: [a] is a marker", "f()  # error: [a] is a marker", [], []),
        ("f()  # keras-lsp: ignore[a]", "f()  # keras-lsp: ignore[a]", [], []),
        ("    f()  # warning: [a]", "    f()", [("warning", "a")], []),
    ],
)
def test_markers_are_trailing_comments_of_their_own(
    line: str, code: str, markers: list[tuple[str, str]], raises: list[str]
) -> None:
    example = Example.read(line + "\n")
    assert example.code == code + "\n"
    assert [(m.severity, m.rule) for m in example.markers] == markers
    assert [r.exception for r in example.raises] == raises


def test_reveal_takes_the_rest_of_its_line() -> None:
    example = Example.read("model  # error: [a] # reveal: Sequential, built # twice\n")
    assert example.code == "model\n"
    assert example.reveals == (Reveal(0, "Sequential, built # twice"),)
    assert example.markers == (Marker(0, "error", "a"),)


def test_readers_see_neither_markers_nor_flags() -> None:
    seen = Page.read(PAGE).for_reader("dropped", level=2)
    assert seen.startswith('## dropped\n\n"A model" is used\nbefore it exists.\n')
    assert "\n### Bad\n" in seen
    assert "\n#### Deeper\n" in seen
    assert "[dropped]" not in seen
    assert "raises:" not in seen
    assert "`models.py`:\n\n```python\nimport keras\n" in seen
    assert seen.count("```python\n") == 4
    assert "# not a heading" in seen


def test_what_readers_see_is_a_page_again_with_the_same_code() -> None:
    page = Page.read(PAGE)
    again = Page.read(page.for_reader())
    assert [s.title for s in again.sections] == [s.title for s in page.sections]
    assert again.examples("Deeper")[0].code == page.examples("Deeper")[0].code


def test_a_page_that_ends_in_an_open_block_is_read_to_its_end() -> None:
    (section,) = read_sections("# Title\n\n```python\nx = 1")
    assert section.examples[0].code == "x = 1\n"


def test_docstrings_that_are_indented_lose_their_margin() -> None:
    page = Page.read("Summary.\n\n    Why.\n\n    ## Bad\n\n    ```python\n    x\n    ```\n    ")
    assert page.examples("Bad")[0].code == "x\n"
