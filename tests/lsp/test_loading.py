"""The protocol's library as the server loads it does what it does when it is loaded plainly."""

from __future__ import annotations

import subprocess
import sys

TALK = """
import json, sys
if {lightly}:
    from keras_lsp.lsp.loading import sharing_methods, without_collections
    with without_collections(), sharing_methods():
        from lsprotocol import types
from lsprotocol import types

def place(column):
    return types.Range(types.Position(1, column), types.Position(2, 0))

def finding(column, message="m"):
    return types.Diagnostic(place(column), message, data={{"a": [1]}})

def hashed(thing):
    try:
        return isinstance(hash(thing), int)
    except TypeError:
        return False

same = [finding(3), types.Hover("x"), types.TextEdit(place(1), "x"), types.Location("u", place(1))]
print(json.dumps([
    finding(3) == finding(3), finding(3) == finding(4), finding(3) != finding(3, "n"),
    finding(3) == 3, types.Hover("x") == types.TextEdit(place(1), "x"),
    types.Position(1, 2) < types.Position(1, 3), types.Position(1, 2) == types.Position(1, 2),
    [hashed(thing) for thing in same], [repr(thing) for thing in same],
    sorted(name for name, made in vars(types).items() if hasattr(made, "__attrs_attrs__")),
]))
print(len({{made.__repr__ for made in vars(types).values() if hasattr(made, "__attrs_attrs__")}}))
"""


def said(*, lightly: bool) -> tuple[str, int]:
    command = [sys.executable, "-c", TALK.format(lightly=lightly)]
    talk = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    answers, methods = talk.splitlines()
    return answers, int(methods)


def test_classes_that_share_their_methods_compare_and_show_as_before() -> None:
    (answers, methods), (plain, generated) = said(lightly=True), said(lightly=False)
    assert answers == plain
    assert methods < 10 < generated


def test_what_attrs_makes_later_is_as_ever() -> None:
    code = (
        "import attrs, gc\n"
        "from keras_lsp.lsp.loading import sharing_methods, without_collections\n"
        "before = attrs.define\n"
        "with without_collections(), sharing_methods():\n"
        "    assert attrs.define is not before and not gc.isenabled()\n"
        "assert attrs.define is before and gc.isenabled()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
