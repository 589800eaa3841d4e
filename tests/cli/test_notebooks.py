"""Notebooks in the shell: found by cell, mended in place, and nothing else touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import run

FIT = "model.fit(x, y)"
HISTORY = "model = model.fit(x, y)"
BUILD = """\
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
"""


def code(text: str, count: int | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {"collapsed": True},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": [f"{HISTORY}\n"]}],
        "source": text.splitlines(keepends=True),
    }


def prose(text: str, kind: str = "markdown") -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)}


def book(*cells: dict[str, Any], **metadata: Any) -> str:
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path, text: str, name: str = "book.ipynb") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def found(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = run("check", "--output-format", "json", *arguments, cwd=folder)
    assert done.returncode in (0, 1), done.stderr.decode()
    records: list[dict[str, Any]] = json.loads(done.stdout)
    return records


def rules(folder: Path, *cells: dict[str, Any], **metadata: Any) -> list[tuple[str, int, int]]:
    write(folder, book(*cells, **metadata))
    return [(r["code"], r["cell"], r["location"]["row"]) for r in found(folder, "book.ipynb")]


FAULTY = (
    prose(f"# Title\n{HISTORY}"),
    code(f"%matplotlib inline\n!pip list\n{BUILD}", 1),
    prose("raw", "raw"),
    code(f"%%time\nprint('training')\n{HISTORY}\nmodel.predict(x)", 2),
)


def test_a_finding_names_its_cell_and_the_row_inside(tmp_path: Path) -> None:
    write(tmp_path, book(*FAULTY))
    (record,) = found(tmp_path, "book.ipynb")
    assert (record["code"], record["cell"]) == ("history-used-as-model", 4)
    assert record["location"] == {"row": 4, "column": 7}
    (related, *_) = record["related"]
    assert related["cell"] in (2, 4)
    assert record["fix"]["edits"] == [
        {
            "cell": 4,
            "content": "history",
            "location": {"row": 3, "column": 1},
            "end_location": {"row": 3, "column": 6},
        }
    ]


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("full", "book.ipynb:cell 4:4:7"),
        ("concise", "book.ipynb:cell 4:4:7: "),
        ("github", "line=4,col=7,endLine=4,endColumn=14::cell 4: `model`"),
        ("gitlab", '"description": "cell 4: `model`'),
        ("junit", "line 4, column 7: cell 4: `model`"),
        ("sarif", '"name": "cell 4"'),
    ],
)
def test_every_format_names_the_cell(tmp_path: Path, output: str, told: str) -> None:
    write(tmp_path, book(*FAULTY))
    done = run("check", "--output-format", output, "book.ipynb", cwd=tmp_path)
    assert done.returncode == 1
    assert told in done.stdout.decode()


@pytest.mark.parametrize("lists", [True, False])
@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("indent", [None, 1, "\t"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_fix_changes_its_own_characters_only(
    tmp_path: Path, lists: bool, escaped: bool, indent: int | str | None, end: str
) -> None:
    cells = [dict(c) for c in FAULTY]
    cells[3]["source"] = [f"# é 🦊\n{HISTORY}\n", "model.predict(x)"]
    if not lists:
        for cell in cells:
            cell["source"] = "".join(cell["source"])
    whole = {"nbformat": 4, "metadata": {"z": "\u2028é", "a": 1.50}, "cells": cells}
    text = json.dumps(whole, indent=indent, ensure_ascii=escaped).replace("1.5", "1.50") + end
    path = write(tmp_path, text)
    run("check", "--fix", "book.ipynb", cwd=tmp_path)
    at = text.rindex(HISTORY)
    mended = text[:at] + text[at:].replace("model = model.fit", "history = model.fit", 1)
    assert path.read_bytes().decode() == mended


def test_a_diff_shows_the_one_line_and_writes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, book(*FAULTY))
    done = run("check", "--diff", "book.ipynb", cwd=tmp_path)
    changed = [x for x in done.stdout.decode().splitlines() if x[:1] in "+-" and x[1:2] == " "]
    assert [x.strip() for x in changed] == [
        '-    "model = model.fit(x, y)\\n",',
        '+    "history = model.fit(x, y)\\n",',
    ]
    assert path.read_bytes() == book(*FAULTY).encode()


def test_a_fix_reaches_over_cells(tmp_path: Path) -> None:
    loop = "for i in range(3):\n    model = keras.Sequential([keras.layers.Dense(1)])\n"
    loop += '    model.compile(optimizer="adam", loss="mse")\n    model.fit(x, y)'
    path = write(tmp_path, book(code("!ls\nimport keras"), code(f"%%time\n{loop}")))
    run("check", "--fix", "--unsafe-fixes", "book.ipynb", cwd=tmp_path)
    first, second = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert first["source"] == ["!ls\n", "import keras"]
    assert "".join(second["source"]).startswith("%%time\nmodel = keras.Sequential(")


def test_an_import_does_not_come_above_a_cell_magic(tmp_path: Path) -> None:
    text = book(code("%%time\nmodel = keras.Sequential()\nmodel.summary()"))
    path = write(tmp_path, text)
    records = found(tmp_path, "book.ipynb")
    assert [r["code"] for r in records] == ["undefined-keras-name"]
    run("check", "--fix", "book.ipynb", cwd=tmp_path)
    source = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    assert source.startswith("%%time\n")


def test_a_trace_names_cells(tmp_path: Path) -> None:
    other = "other = keras.Sequential([keras.layers.Dense(1)])"
    write(tmp_path, book(code(BUILD), prose("# Training"), code(FIT), code(other)))
    told = run("trace", "book.ipynb", cwd=tmp_path).stdout.decode()
    assert told.startswith("book.ipynb:cell 1:2: `model`")
    assert "    book.ipynb:cell 3:1: trained" in told
    assert "book.ipynb:cell 4:1: `other`" in told
    one = run("trace", "book.ipynb:3", cwd=tmp_path).stdout.decode()
    assert "`model`" in one and "`other`" not in one


# What stands in cells


def test_what_magics_do(tmp_path: Path) -> None:
    """Timed code runs; what a magic may define is not known; other languages are not read."""
    build = code(BUILD)
    assert rules(tmp_path, build, code("%time history = model.fit(x, y)\nhistory.history")) == []
    assert rules(tmp_path, build, code(f"%time {HISTORY}\nmodel.predict(x)")) == [
        ("history-used-as-model", 2, 2)
    ]
    assert rules(tmp_path, build, code(f"%%timeit -n 1\n{HISTORY}\nmodel.predict(x)")) == [
        ("history-used-as-model", 2, 3)
    ]
    assert rules(tmp_path, build, code(f"%%bash\n{HISTORY}\nmodel.predict(x)")) == []
    assert rules(tmp_path, code(f"import keras\n{FIT}"), build) != []
    assert rules(tmp_path, code(f"import keras\n%run build.py\n{FIT}"), build) == []
    assert rules(tmp_path, build, code("out = !ls\nout.model\nmodel.fit?")) == []
    assert rules(tmp_path, build, code(f"await prepare()\n{FIT}")) == []


def test_the_order_in_which_cells_ran(tmp_path: Path) -> None:
    """What worked once, because a later cell had run, is no error; it is not right either."""
    build = code("import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])", 1)
    compiling = 'model.compile(optimizer="adam", loss="mse")'

    def told(*cells: dict[str, Any]) -> list[tuple[str, str, int]]:
        write(tmp_path, book(*cells))
        return [(r["code"], r["severity"], r["cell"]) for r in found(tmp_path, "book.ipynb")]

    assert told(build, code(FIT, 3), code(compiling, 2)) == [("fit-before-compile", "warning", 2)]
    assert told(build, code(FIT, 2), code(compiling, 3)) == [("fit-before-compile", "error", 2)]
    assert told(build, code(FIT), code(compiling)) == [("fit-before-compile", "error", 2)]
    late = (code("import keras", 1), code(FIT, 3), prose("above"), code(BUILD, 2))
    assert told(*late) == [("unordered-cells", "warning", 2)]
    assert told(code("import keras"), code(f"{FIT}\n{BUILD}")) == [("undefined-model", "error", 2)]


def test_a_broken_cell_costs_its_own_findings_only(tmp_path: Path) -> None:
    last = code(f"def f():\n    '''Told.'''\n\n{HISTORY}\nmodel.predict(x)")
    for broken in ("x = (1,\nfor ???\n'''", "def g():\n    '''Typed", "x = [", "if x"):
        cells = (code(BUILD), code(broken), last)
        assert rules(tmp_path, *cells) == [("history-used-as-model", 3, 5)]


def test_an_indented_cell_belongs_to_no_block_above(tmp_path: Path) -> None:
    """IPython takes the indentation away; it must not continue the loop of the cell before."""
    loop = code("import keras\nfor i in range(3):\n    print(i)\n")
    model = "# pasted\n    model = keras.Sequential([keras.layers.Dense(1)])\n    # made\n"
    fit = f"    {FIT}"
    compiling = '    model.compile(optimizer="adam", loss="mse")\n'
    assert rules(tmp_path, loop, code(f"{model}{compiling}{fit}"), code("model.predict(x)")) == []
    assert rules(tmp_path, loop, code(model), code(fit)) == [("fit-before-compile", 3, 1)]
    wrong = "    !ls\n    model = model.fit(x)\n    model.predict(x)"
    path = write(tmp_path, book(loop, code(f"{model}{compiling}"), code(wrong)))
    before = path.read_text(encoding="utf-8")
    run("check", "--fix", "book.ipynb", cwd=tmp_path)
    mended = before.replace("model = model.fit(x)", "history = model.fit(x)")
    assert path.read_text(encoding="utf-8") == mended != before


def test_other_kernels_are_not_checked(tmp_path: Path) -> None:
    kernel = {"kernelspec": {"language": "julia", "name": "julia-1.9"}}
    assert rules(tmp_path, *FAULTY, **kernel) == []


def test_comments_silence_in_cells(tmp_path: Path) -> None:
    silenced = f"{HISTORY}\nmodel.predict(x)  # keras-lsp: ignore[history-used-as-model]"
    assert rules(tmp_path, code(BUILD), code(silenced)) == []
    assert rules(tmp_path, code("# keras-lsp: ignore-file"), *FAULTY) == []


def test_a_notebook_sees_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        "import keras\n\ndef build():\n    return keras.Sequential([keras.layers.Dense(1)])\n",
        encoding="utf-8",
    )
    cells = (code("from models import build\nmodel = build()"), code(FIT))
    assert rules(tmp_path, *cells) == [("fit-before-compile", 2, 1)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"cells": [', "JSON"),
        ('{"nbformat": 3, "worksheets": [{"cells": []}]}', "nbconvert"),
        ('{"cells": [{"cell_type": "code", "source": 3}]}', "no text"),
    ],
)
def test_a_broken_notebook_is_an_error_of_that_file(tmp_path: Path, text: str, why: str) -> None:
    write(tmp_path, text)
    write(tmp_path, book(*FAULTY), "good.ipynb")
    done = run("check", "--output-format", "concise", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert b"book.ipynb" in done.stderr and why.encode() in done.stderr
    assert b"good.ipynb:cell 4" in done.stdout


def test_pictures_make_no_notebook_too_large(tmp_path: Path) -> None:
    """21 MB of them, with a mark at the beginning and the line ends of another system."""
    text = book(*FAULTY)
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 21_000_000}}
    loaded = json.loads(text)
    loaded["cells"][0]["outputs"] = [picture]
    data = b"\xef\xbb\xbf" + json.dumps(loaded, indent=1).replace("\n", "\r\n").encode()
    path = tmp_path / "book.ipynb"
    path.write_bytes(data)
    run("check", "--fix", "book.ipynb", cwd=tmp_path)
    changed = path.read_bytes()
    # Compared first: pytest would be long at telling where such texts differ.
    same = changed.replace(b"history = model.fit", b"model = model.fit") == data != changed
    assert same


# Scripts with cells

SCRIPTS = {
    "percent": f"# %% [markdown]\n# # Title\n\n# %%\n{BUILD}\n# %%\n{HISTORY}\nmodel.predict(x)\n",
    "jupytext": "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:percent\n# ---\n\n"
    f"# %%\n# %matplotlib inline\n{BUILD}\n# + tags=[]\n{HISTORY}\nmodel.predict(x)\n",
    "exported": f"# coding: utf-8\n\n# In[1]:\n\nget_ipython().system('ls')\n{BUILD}\n"
    f"# In[ ]:\n{HISTORY}\nmodel.predict(x)\n",
    # Its cells get each other's names as parameters: what Keras is, is known in all of them.
    "marimo": "import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef _():\n    import keras\n"
    "    return (keras,)\n\n\n@app.cell(hide_code=True)\ndef _(keras, x, y):\n"
    + "".join(f"    {line}\n" for line in (*BUILD.splitlines()[1:], HISTORY, "model.predict(x)"))
    + "    return\n",
    "marimo over cells": "import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef _():\n"
    + "".join(f"    {line}\n" for line in (*BUILD.splitlines(), "return keras, model"))
    + "\n\n@app.cell\ndef _():\n    x = y = 1\n    return x, y\n\n\n"
    + f"@app.cell\ndef _(model, x, y):\n    history = {FIT}\n    return (history,)\n\n\n"
    + "@app.cell\ndef _(history, x):\n    history.predict(x)\n    return\n\n\n"
    + 'if __name__ == "__main__":\n    app.run()\n',
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_scripts_with_cells_are_plain_python(tmp_path: Path, kind: str) -> None:
    write(tmp_path, SCRIPTS[kind], "script.py")
    records = found(tmp_path, "script.py")
    assert [r["code"] for r in records] == ["history-used-as-model"]
    assert all(r["cell"] is None for r in records)
