"""The protocol's library as the server loads it does what it does when it is loaded plainly."""

from __future__ import annotations

import subprocess
import sys

TALK = """
import attrs, json, sys
if {lightly}:
    from keras_lsp.lsp.loading import putting_off_definitions, without_collections
    with without_collections(), putting_off_definitions():
        from lsprotocol import types
from lsprotocol import converters, types
converters.get_converter()

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
    {{
        name: [(f.name, str(f.type), repr(f.default)) for f in attrs.fields(made)]
        for name, made in sorted(vars(types).items())
        if isinstance(made, type) and attrs.has(made)
    }},
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
        "from keras_lsp.lsp.loading import putting_off_definitions, without_collections\n"
        "before = attrs.define\n"
        "with without_collections(), putting_off_definitions():\n"
        "    assert attrs.define is not before and not gc.isenabled()\n"
        "assert attrs.define is before and gc.isenabled()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


LAZY = """
from concurrent.futures import ThreadPoolExecutor
from keras_lsp.lsp.loading import putting_off_definitions
with putting_off_definitions():
    from lsprotocol import converters, types

def defined():
    made = [vars(made).get("__attrs_attrs__") for made in vars(types).values()
            if isinstance(made, type)]
    return sum(isinstance(fields, tuple) for fields in made), sum(map(bool, made))

converter = converters.get_converter()
print(*defined())
place = converter.structure({"line": 1, "character": 2}, types.Position)
assert converter.unstructure(place) == {"line": 1, "character": 2}
print(*defined())
with ThreadPoolExecutor(16) as pool:
    made = list(pool.map(lambda n: types.Diagnostic(types.Range(place, place), str(n)), range(64)))
assert [one.message for one in made] == [str(n) for n in range(64)]
print(*defined())
"""


def test_a_class_of_the_protocol_is_defined_when_it_is_needed() -> None:
    said = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    (first, all_of_them), (second, _), (third, _) = (
        map(int, line.split()) for line in said.stdout.splitlines()
    )
    assert first < second < third < 10 < 500 < all_of_them
