"""Chunks of R Markdown and Quarto: Python that is run, and silence where others have a say."""

from __future__ import annotations

import pytest

from keras_lsp.text.chunks import has_program, read_chunks
from keras_lsp.text.span import Span

BUILD = "```{python}\nimport keras\nmodel = keras.Sequential()\n```\n"


def cells(text: str) -> list[str]:
    return [cell.text for cell in read_chunks(text).cells.cells]


def test_chunks_of_python_are_cells() -> None:
    text = (
        "---\ntitle: A model\n---\n\nProse, and `r 1 + 1`.\n\n"
        "```{r setup, include=FALSE}\nlibrary(reticulate)\n```\n\n"
        f"{BUILD}\n"
        "```{python fit, echo=FALSE}\n#| label: fit\n#| eval: true\nmodel.fit(1)\n```\n"
    )
    book = read_chunks(text)
    first = "import keras\nmodel = keras.Sequential()\n"
    assert [cell.text for cell in book.cells.cells] == [first, "model.fit(1)\n"]
    inside = book.cells.source.split("\n").index("model.fit(1)")
    outside = text.split("\n").index("model.fit(1)")
    assert book.outside(Span.of(inside, 0, inside, 5)) == Span.of(outside, 0, outside, 5)


@pytest.mark.parametrize(
    "shown",
    [
        "```python\nmodel = 1\n```\n",
        "```{.python}\nmodel = 1\n```\n",
        "```{{python}}\nmodel = 1\n```\n",
        "````markdown\n```{python}\nmodel = 1\n```\n````\n",
        "~~~\n```{python}\nmodel = 1\n```\n~~~\n",
        "```{python, eval=FALSE}\nmodel = 1\n```\n",
        "```{python}\n#| eval: false\nmodel = 1\n```\n",
        "```{julia}\nmodel = 1\n```\n",
    ],
)
def test_what_is_not_run_is_no_cell(shown: str) -> None:
    assert cells(shown + BUILD + shown) == cells(BUILD)
    assert not has_program(shown)


@pytest.mark.parametrize(
    "more",
    [
        "```{r}\npy$model$compile(loss = 'mse')\n```\n",
        "```{r}\nknitr::opts_chunk$set(echo = TRUE, eval = FALSE)\n```\n",
        "```{r, engine='python'}\nmodel = 1\n```\n",
        "```{python, eval=slow}\nmodel = 1\n```\n",
        "```{python}\n#| eval: !expr slow\nmodel = 1\n```\n",
        "```{python, code=readLines('model.py')}\n```\n",
        "```{python}\n#| file: model.py\n```\n",
        "```{python}\nmodel.fit(r.x)\n```\n",
        "  ```{python}\n  model = 1\n  ```\n",
        "{{< include _model.qmd >}}\n",
    ],
)
def test_where_others_have_a_say_nothing_is_followed(more: str) -> None:
    assert has_program(BUILD)
    assert cells(more + BUILD) == cells(BUILD + more) == []


@pytest.mark.parametrize("said", ["eval: false", "execute:\n  echo: false\n  eval: false"])
def test_the_front_matter_may_say_that_nothing_is_run(said: str) -> None:
    assert not has_program(f"---\ntitle: T\n{said}\n---\n{BUILD}")
    assert has_program(f"---\ntitle: T\n{said.replace('eval: false', 'eval: true')}\n---\n{BUILD}")
    assert has_program(f"---\nformat:\n  html:\n    {said.rpartition('  ')[2]}\n---\n{BUILD}")
