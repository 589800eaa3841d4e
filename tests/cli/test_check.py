"""``keras-lsp check``: what it prints, how it exits, and that nothing makes it crash."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from jsonschema import Draft7Validator

from keras_lsp.cli.files import read
from tests.cli.shell import run

FAULTY = "import keras\n\nmodel.summary()\nmodel = keras.Sequential()\n"
CLEAN = "import keras\n\nmodel = keras.Sequential()\n"
HISTORY = (
    "import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
    'model.compile("adam", "mse")\nmodel = model.fit(1)\nmodel.predict(1)\n'
)
MENDED = HISTORY.replace("model = model.fit", "history = model.fit")


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def found(folder: Path, *arguments: str, status: int | None = None) -> Any:
    done = run("check", "--output-format", "json", *arguments, cwd=folder)
    if status is not None:
        assert done.returncode == status, done.stderr.decode()
    return json.loads(done.stdout)


# Exit status and formats


def test_nothing_found_exits_with_0(tmp_path: Path) -> None:
    write(tmp_path, "clean.py", CLEAN)
    done = run("check", "clean.py", cwd=tmp_path)
    assert (done.returncode, done.stdout.decode()) == (0, "All checks passed!\n")


def test_findings_exit_with_1_or_0_where_told(tmp_path: Path) -> None:
    write(tmp_path, "faulty.py", FAULTY)
    assert run("check", "faulty.py", cwd=tmp_path).returncode == 1
    assert run("check", "--exit-zero", "faulty.py", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--frobnicate",),
        ("--select", "no-such-rule", "faulty.py"),
        ("nowhere.py",),
        ("--output-format", "yaml", "faulty.py"),
    ],
)
def test_what_cannot_be_done_exits_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write(tmp_path, "faulty.py", FAULTY)
    done = run("check", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert b"error: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_unknown_rule_names_the_nearest(tmp_path: Path) -> None:
    done = run("check", "--select", "undefined-modle", cwd=tmp_path)
    assert b"did you mean `undefined-model`?" in done.stderr


def test_json_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    write(tmp_path, "faulty.py", FAULTY)
    (record,) = found(tmp_path, "faulty.py", status=1)
    assert record.keys() == {
        "cell", "code", "end_location", "filename", "fix", "location", "message", "related",
        "severity", "url",
    }  # fmt: skip
    assert record["code"] == "undefined-model"
    assert record["filename"] == "faulty.py"
    assert record["location"] == {"row": 3, "column": 1}
    assert record["end_location"] == {"row": 3, "column": 6}
    assert record["cell"] is None
    assert record["severity"] == "error"
    assert record["url"].endswith("#undefined-model")
    assert record["related"][0]["location"] == {"row": 4, "column": 1}
    assert record["fix"]["applicability"] == "unsafe"
    assert record["fix"]["edits"][0].keys() == {"content", "location", "end_location"}


SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {"type": "object", "required": ["id"]},
                                    }
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "region": {
                                                        "type": "object",
                                                        "properties": {
                                                            "startLine": {
                                                                "type": "integer",
                                                                "minimum": 1,
                                                            },
                                                            "startColumn": {
                                                                "type": "integer",
                                                                "minimum": 1,
                                                            },
                                                        },
                                                    }
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""The part of the SARIF 2.1.0 schema that the report uses, written down from the standard."""


def test_sarif_is_valid(tmp_path: Path) -> None:
    write(tmp_path, "faulty.py", FAULTY)
    done = run("check", "--output-format", "sarif", "faulty.py", cwd=tmp_path)
    log = json.loads(done.stdout)
    Draft7Validator(SARIF).validate(log)
    (result,) = log["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("undefined-model", "error")


def test_the_formats_for_machines(tmp_path: Path) -> None:
    write(tmp_path, "faulty.py", FAULTY)

    def out(name: str) -> str:
        return run("check", "--output-format", name, "faulty.py", cwd=tmp_path).stdout.decode()

    assert out("concise").startswith("faulty.py:3:1: error[undefined-model] `model` is used")
    assert out("github").startswith("::error title=keras-lsp (undefined-model),file=faulty.py")
    assert json.loads(out("gitlab"))[0]["severity"] == "major"
    suites = fromstring(out("junit").encode())
    assert suites.get("failures") == "1"
    assert "undefined-model" in out("full")


# Input that nobody would write


def test_broken_code_keeps_its_findings(tmp_path: Path) -> None:
    write(tmp_path, "broken.py", FAULTY + "\ndef half(\n\nx = [1,\n")
    assert [r["code"] for r in found(tmp_path, "broken.py")] == ["undefined-model"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.py", b""),
        ("newline.py", b"\n"),
        ("bom.py", b"\xef\xbb\xbf" + CLEAN.encode()),
        ("latin.py", b"# -*- coding: latin-1 -*-\nimport keras\nname = '\xe9'\n"),
        ("crlf.py", CLEAN.replace("\n", "\r\n").encode()),
        ("cr.py", CLEAN.replace("\n", "\r").encode()),
        ("tabs.py", b"import keras\nif True:\n\tmodel = keras.Sequential()\n\tmodel.summary()\n"),
        ("formfeed.py", b"import keras\n\x0cmodel = keras.Sequential()\n"),
        ("brackets.py", b"import keras\nx = " + b"[" * 10_000 + b"]" * 10_000 + b"\n"),
        ("open_brackets.py", b"import keras\nx = " + b"(" * 10_000),
        ("deep.py", b"import keras\nx = 1" + b" + 1" * 20_000 + b"\n"),
        ("attributes.py", b"import keras\nkeras" + b".x" * 20_000 + b"\n"),
        ("nested.py", b"".join(b" " * n + b"if 1:\n" for n in range(90)) + b" " * 90 + b"pass\n"),
        ("quotes.py", b'import keras\n"""' + b"x\n" * 50),
        ("strings.py", "import keras\nx = '\u2028\ud7ff🦊'\n".encode()),
    ],
)  # fmt: skip
def test_strange_files_are_checked(tmp_path: Path, name: str, data: bytes) -> None:
    write(tmp_path, name, data)
    done = run("check", "--output-format", "json", name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == []
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("binary.py", b"\x00\x01\x02", "binary"),
        ("wrong.py", b"x = '\xff\xfe'\n", "utf-8"),
        ("cookie.py", b"# -*- coding: klingon -*-\n", "klingon"),
        ("broken.ipynb", b"{", "JSON"),
        ("other.ipynb", b"[]", "cells"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    write(tmp_path, name, data)
    write(tmp_path, "faulty.py", FAULTY)
    done = run("check", "--output-format", "json", name, "faulty.py", cwd=tmp_path)
    assert done.returncode == 2
    assert f"error: {name}: " in done.stderr.decode()
    assert reason in done.stderr.decode()
    assert [r["code"] for r in json.loads(done.stdout)] == ["undefined-model"]


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows may read everything"
)
def test_a_file_without_permission(tmp_path: Path) -> None:
    write(tmp_path, "secret.py", FAULTY).chmod(0)
    done = run("check", "secret.py", cwd=tmp_path)
    assert done.returncode == 2
    assert b"error: secret.py: " in done.stderr


def test_a_fix_keeps_mode_and_link_and_leaves_nothing_beside(tmp_path: Path) -> None:
    file = write(tmp_path, "real/history.py", HISTORY)
    file.chmod(0o755)
    try:
        (tmp_path / "link.py").symlink_to(file)
    except OSError:
        pytest.skip("this system makes no links")
    assert run("check", "--fix", "link.py", cwd=tmp_path).returncode == 0
    assert file.read_text(encoding="utf-8") == MENDED
    assert (tmp_path / "link.py").is_symlink()
    assert [path.name for path in file.parent.iterdir()] == ["history.py"]
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o755


def test_a_file_that_cannot_be_replaced_is_said_and_whole(tmp_path: Path) -> None:
    file = write(tmp_path, "history.py", HISTORY)
    other = write(tmp_path, "other.py", HISTORY)
    # As where the disk is full when the new text is to be written.
    code = (
        "import os, sys, keras_lsp.__main__ as m\n"
        "replace = os.replace\n"
        "def full(old, new):\n"
        "    if str(new).endswith('history.py'): raise OSError(28, 'No space left on device')\n"
        "    replace(old, new)\n"
        "os.replace = full\n"
        "sys.exit(m.main())\n"
    )
    done = run("check", "--fix", "history.py", "other.py", cwd=tmp_path, code=code)
    assert done.returncode == 2
    told = done.stderr.decode()
    assert "error: history.py: cannot be written: No space left on device" in told
    assert file.read_text(encoding="utf-8") == HISTORY
    assert other.read_text(encoding="utf-8") == MENDED
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.py", "other.py"]


def test_a_file_that_has_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = read(write(tmp_path, "history.py", HISTORY))
    write(tmp_path, "history.py", HISTORY + "\n")
    with pytest.raises(OSError, match="changed since it was read"):
        file.write(MENDED)
    assert (tmp_path / "history.py").read_text(encoding="utf-8") == HISTORY + "\n"


def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    write(tmp_path, "long.py", FAULTY + "x = 1\n" * 100_000)
    assert len(found(tmp_path, "long.py", status=1)) == 1


def test_links_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path, "package/faulty.py", FAULTY)
    try:
        (tmp_path / "package" / "again").symlink_to(tmp_path / "package", True)
        (tmp_path / "lost.py").symlink_to(tmp_path / "nowhere.py")
    except OSError:
        pytest.skip("this system makes no links")
    done = run("check", "--output-format", "json", "package", cwd=tmp_path)
    assert [r["code"] for r in json.loads(done.stdout)] == ["undefined-model"]
    assert run("check", "lost.py", cwd=tmp_path).returncode == 2


# Which files


def test_ignored_and_excluded_files_are_left_out(tmp_path: Path) -> None:
    for name in ("a.py", "ignored/b.py", "venv/c.py", "old/d.py", "kept/e.py", "f.txt"):
        write(tmp_path, name, FAULTY)
    write(tmp_path, ".gitignore", "ignored/\n")
    write(tmp_path, "keras-lsp.toml", 'exclude = ["old"]\n')
    names = {Path(r["filename"]).as_posix() for r in found(tmp_path)}
    assert names == {"a.py", "kept/e.py"}


def test_settings_select_and_silence(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[tool.keras-lsp]\nignore = ["lifecycle"]\n')
    write(tmp_path, "faulty.py", FAULTY)
    assert found(tmp_path, "faulty.py", status=0) == []
    assert len(found(tmp_path, "--select", "ALL", "--ignore", "loops", "faulty.py")) == 1


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    write(tmp_path, "keras-lsp.toml", 'selct = ["ALL"]\n')
    write(tmp_path, "faulty.py", FAULTY)
    done = run("check", "faulty.py", cwd=tmp_path)
    assert done.returncode == 2
    assert b"unknown setting `selct`; did you mean `select`?" in done.stderr


def test_a_release_that_is_none_is_told(tmp_path: Path) -> None:
    write(tmp_path, "keras-lsp.toml", 'keras-version = "newest"\n')
    write(tmp_path, "faulty.py", FAULTY)
    done = run("check", "faulty.py", cwd=tmp_path)
    assert done.returncode == 2
    assert b"keras-version has to be a release or a range" in done.stderr


def test_comments_silence_and_idle_ones_are_told(tmp_path: Path) -> None:
    text = FAULTY.replace("summary()", "summary()  # keras-lsp: ignore[undefined-model]")
    write(tmp_path, "silent.py", text + "x = 1  # keras-lsp: ignore[fit-before-compile]\n")
    (record,) = found(tmp_path, "silent.py")
    assert (record["code"], record["location"]["row"]) == ("unused-ignore", 5)
    run("check", "--fix", "silent.py", cwd=tmp_path)
    assert (tmp_path / "silent.py").read_text().endswith("x = 1\n")


def test_standard_input(tmp_path: Path) -> None:
    done = run("check", "--output-format", "concise", "-", cwd=tmp_path, given=FAULTY.encode())
    assert done.returncode == 1
    assert done.stdout.startswith(b"-:3:1: error[undefined-model]")
    named = run(
        "check", "--output-format", "concise", "--stdin-filename", "a.py", "-",
        cwd=tmp_path, given=FAULTY.encode(),
    )  # fmt: skip
    assert named.stdout.startswith(b"a.py:3:1: ")


def test_several_jobs_find_the_same(tmp_path: Path) -> None:
    for number in range(4):
        write(tmp_path, f"m{number}.py", FAULTY)
    one = found(tmp_path, "--jobs", "1")
    assert found(tmp_path, "--jobs", "2") == one
    assert len(one) == 4


# Fixing


def test_fix_keeps_line_ends_encoding_and_mark(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + HISTORY.replace("\n", "\r\n").encode()
    path = write(tmp_path, "history.py", data)
    assert run("check", "--fix", "history.py", cwd=tmp_path).returncode == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode()


def test_unsafe_fixes_are_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "faulty.py", FAULTY)
    run("check", "--fix", "faulty.py", cwd=tmp_path)
    assert path.read_text() == FAULTY
    run("check", "--fix", "--unsafe-fixes", "faulty.py", cwd=tmp_path)
    assert path.read_text() == "import keras\n\nmodel = keras.Sequential()\nmodel.summary()\n"


def test_a_fix_that_would_uncover_another_fault_is_not_offered(tmp_path: Path) -> None:
    text = FAULTY.replace("summary()", "fit(1)")
    write(tmp_path, "faulty.py", text)
    (record,) = found(tmp_path, "faulty.py")
    assert record["fix"] is None


def test_diff_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "history.py", HISTORY)
    done = run("check", "--diff", "history.py", cwd=tmp_path)
    assert done.returncode == 1
    assert b"-model = model.fit(1)" in done.stdout
    assert b"+history = model.fit(1)" in done.stdout
    assert path.read_text() == HISTORY


def test_standard_input_is_mended_to_standard_output(tmp_path: Path) -> None:
    done = run("check", "--fix", "-", cwd=tmp_path, given=HISTORY.encode())
    assert done.stdout.decode() == MENDED


def test_statistics(tmp_path: Path) -> None:
    write(tmp_path, "faulty.py", FAULTY)
    done = run("check", "--statistics", "faulty.py", cwd=tmp_path)
    assert done.stdout.split() == [b"1", b"undefined-model"]


def test_a_notebook_is_mended_in_place(tmp_path: Path) -> None:
    notebook = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n"]},
            {
                "cell_type": "code",
                "execution_count": 1,
                "metadata": {"x": [1, 2]},
                "outputs": [{"name": "stdout", "output_type": "stream", "text": ["source\n"]}],
                "source": ["%matplotlib inline\n", "import keras\n", "!pip list"],
            },
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": HISTORY.splitlines(keepends=True)[2:],
            },
        ],
        "metadata": {"kernelspec": {"language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, indent=1) + "\n"
    path = write(tmp_path, "book.ipynb", text)
    (record,) = found(tmp_path, "book.ipynb")
    assert (record["code"], record["cell"], record["location"]["row"]) == (
        "history-used-as-model", 3, 4,
    )  # fmt: skip
    run("check", "--fix", "book.ipynb", cwd=tmp_path)
    assert path.read_text() == text.replace("model = model.fit", "history = model.fit")


# The other commands


def test_explain(tmp_path: Path) -> None:
    listed = run("explain", cwd=tmp_path)
    assert listed.returncode == 0
    assert b"model-rebuilt-in-loop" in listed.stdout
    page = run("explain", "model-rebuilt-in-loop", cwd=tmp_path).stdout.decode()
    assert "## Near misses" in page
    assert "# warning: [" not in page
    wrong = run("explain", "model-rebuild-in-loop", cwd=tmp_path)
    assert wrong.returncode == 2
    assert b"did you mean `model-rebuilt-in-loop`?" in wrong.stderr
    rules = json.loads(run("explain", "--output-format", "json", cwd=tmp_path).stdout)
    assert {"name", "severity", "summary", "explanation"} <= rules[0].keys()


def test_trace_tells_the_life(tmp_path: Path) -> None:
    write(tmp_path, "history.py", HISTORY)
    out = run("trace", "history.py", cwd=tmp_path).stdout.decode()
    steps = [line.strip().split("  ")[0] for line in out.splitlines()]
    assert steps[:4] == [
        "history.py:3: `model`, sequential model",
        "history.py:3: defined",
        "history.py:4: compiled",
        "history.py:5: trained",
    ]
    assert run("trace", "nowhere.py", cwd=tmp_path).returncode == 2


def test_doctor_is_content(tmp_path: Path) -> None:
    done = run("doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stdout.decode()
    assert b"FAILED" not in done.stdout


def test_checking_loads_no_server(tmp_path: Path) -> None:
    write(tmp_path, "faulty.py", FAULTY)
    program = (
        "import sys; from keras_lsp.cli.main import main;"
        "main(['check', 'faulty.py'], lambda *a: 0);"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in"
        " ('pygls', 'lsprotocol', 'jedi', 'keras', 'tensorflow')))"
    )
    import subprocess

    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert done.stdout.splitlines()[-1] == b"[]"
