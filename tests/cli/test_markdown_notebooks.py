"""Markdown notebooks in the shell: found by line, mended in place, and prose is never code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import run
from tests.cli.test_notebooks import found

JUPYTEXT = """\
---
jupyter:
  jupytext:
    text_representation:
      extension: .md
      format_name: markdown
  kernelspec:
    display_name: Python 3
    language: python
    name: python3
---
"""
MYST = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
---
"""
BODY = """\

# Model, and `model = model.fit(x, y)`

```python tags=["build"]
%matplotlib inline
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
```

    model = 3

```bash
model = $(fit)
```

```python .noeval
model = model.fit(x, y)
```

```python
model = model.fit(x, y)

model.predict(x)
```
"""
CELLS = """\

# Model

```{code-cell} ipython3
:tags: [build]

import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
```

````{code-cell}
---
tags: [train]
---
model = model.fit(x, y)
print('''
```
''')
model.predict(x)
````
"""
COLONS = (
    CELLS.replace("````", "::::")
    .replace("```{code-cell}", ":::{code-cell}")
    .replace('loss="mse")\n```', 'loss="mse")\n:::')
)
MYST_NB = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"
BOOKS = {
    "Jupytext": JUPYTEXT + BODY,
    "MyST": MYST + CELLS,
    "colons": MYST + COLONS,
    "MyST-NB": MYST_NB + CELLS,
}


def write(folder: Path, text: str, name: str = "book.md") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("kind", BOOKS)
@pytest.mark.parametrize("named", [True, False])
def test_a_finding_is_at_its_line_of_the_file(tmp_path: Path, kind: str, named: bool) -> None:
    write(tmp_path, BOOKS[kind])
    (record,) = found(tmp_path, *(["book.md"] if named else []))
    lines = BOOKS[kind].split("\n")
    assert (record["code"], record["cell"]) == ("history-used-as-model", None)
    assert lines[record["location"]["row"] - 1] == "model.predict(x)"
    (edit,) = record["fix"]["edits"]
    assert lines[edit["location"]["row"] - 1] == "model = model.fit(x, y)"
    assert "cell" not in edit or edit["cell"] is None


@pytest.mark.parametrize("kind", BOOKS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_fix_changes_its_own_characters_only(tmp_path: Path, kind: str, end: str) -> None:
    text = BOOKS[kind].replace("\n", end)
    path = write(tmp_path, text)
    assert run("check", "--fix", "book.md", cwd=tmp_path).returncode == 0
    before, _, after = text.rpartition("model = model.fit(x, y)")
    assert path.read_bytes().decode() == f"{before}history = model.fit(x, y){after}"


QUARTO = """\
---
title: A model
format: html
---

```{r}
library(reticulate)
```

```{python}
#| label: build
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
```

Prose.

```{python}
model = model.fit(x, y)
model.predict(x)
```
"""


@pytest.mark.parametrize("name", ["book.qmd", "book.Rmd", "book.rmd"])
@pytest.mark.parametrize("named", [True, False])
def test_chunks_are_checked_and_mended(tmp_path: Path, name: str, named: bool) -> None:
    path = write(tmp_path, QUARTO, name)
    write(tmp_path, "# Prose\n\n```{r}\nmodel <- 1\n```\n", f"prose{path.suffix}")
    (record,) = found(tmp_path, *([name] if named else []))
    assert record["code"] == "history-used-as-model"
    assert QUARTO.split("\n")[record["location"]["row"] - 1] == "model.predict(x)"
    run("check", "--fix", name, cwd=tmp_path)
    mended = QUARTO.replace("model = model.fit", "history = model.fit")
    assert path.read_text(encoding="utf-8") == mended


def test_an_import_comes_below_the_options_of_a_chunk(tmp_path: Path) -> None:
    top = "```{python}\n#| label: build\n"
    path = write(tmp_path, f"{top}model = keras.Sequential()\n```\n", "book.qmd")
    run("check", "--fix", "book.qmd", cwd=tmp_path)
    assert path.read_text(encoding="utf-8").startswith(f"{top}import keras\n")


@pytest.mark.parametrize("name", ["README.md", "manual.md"])
def test_markdown_without_a_header_is_no_program(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"---\ntitle: jupytext\n---\n{BODY}", name)
    write(tmp_path, "import keras\n", "ok.py")
    assert found(tmp_path) == []
    done = run("check", name, cwd=tmp_path)
    assert done.returncode == 2
    assert b"its front matter has no jupytext header" in done.stderr


def test_other_kernels_are_not_checked(tmp_path: Path) -> None:
    text = JUPYTEXT.replace("language: python", "language: R").replace("python3", "ir")
    write(tmp_path, text + BODY)
    assert found(tmp_path, "book.md") == []


def test_an_import_comes_into_a_cell(tmp_path: Path) -> None:
    """The top of the program is no line of the prose above it."""
    text = f"{JUPYTEXT}\nprose\n\n```python\nmodel = keras.Sequential()\n```\n"
    path = write(tmp_path, text)
    run("check", "--fix", "book.md", cwd=tmp_path)
    before, _, after = text.partition("model = ")
    assert path.read_text().startswith(f"{before}import keras\n")
    assert path.read_text().endswith(f"model = {after}")


def test_what_is_broken_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    text = f"{JUPYTEXT}\n```python\n{BODY.split('inline')[1].split('```')[0]}"
    write(tmp_path, f"{text}model = model.fit(x, y)\nmodel.predict(x)")
    assert [record["code"] for record in found(tmp_path, "book.md")] == ["history-used-as-model"]
    for cut in range(0, len(JUPYTEXT), 7):
        write(tmp_path, JUPYTEXT[:cut], "cut.md")
        assert run("check", "cut.md", cwd=tmp_path).returncode in (0, 2)


def test_a_trace_counts_code_cells(tmp_path: Path) -> None:
    write(tmp_path, BOOKS["MyST"])
    told = run("trace", "book.md", cwd=tmp_path).stdout.decode()
    assert "book.md:cell 1:3: `model`, sequential model" in told
    assert "book.md:cell 2:1: trained" in told
