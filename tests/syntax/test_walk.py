"""Walking: nothing that the standard library sees is missed, but what says nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from keras_lsp.syntax.walk import children, walk

SILENT = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
ROOT = Path(__file__).resolve().parents[2]
SYNTAX = """
global g; import a.b as c; from . import d
@decorated
async def f(x: int = 1, /, *y, z=2, **k) -> None:
    nonlocal_ = [i async for i in y if i]; await x; yield
    async with a as b, c: pass
    del x, y[0]; assert x, "no"; raise E from None
def g(*, k): nonlocal_ = lambda q=1: (yield); return f"{q!r:>{w}}"; global h
class K(Base, metaclass=M):
    n: int; m: int = 3
match s:
    case True | None | {"a": 1, **rest} | [1, *others] | P(x, y=2) as p if p: pass
    case -1 | "s" | a.b | _: pass
try: x = y if z else (w := not -1 ** 2)
except* E as e: pass
else: x += {**a, "b": {*c}}
finally: a < b <= c is not d in e[1:2:3, ...]
while x and y or z:
    break
else:
    continue
print(*a, **b, k={k: v for k, v in d}, s={i for i in j}, t=(i for i in k), b=b"")
"""


@pytest.mark.parametrize(
    "text", [SYNTAX, *(p.read_text("utf-8") for p in (ROOT / "keras_lsp/semantics").glob("*.py"))]
)
def test_every_node_that_says_something_is_found_once(text: str) -> None:
    tree = ast.parse(text)
    expected = [n for n in ast.walk(tree) if not isinstance(n, SILENT)]
    found = walk(tree)
    assert len(found) == len(set(map(id, found)))
    assert set(map(id, found)) == set(map(id, expected)) | {
        id(n) for n in found if isinstance(n, SILENT)
    }
    for node in found:
        direct = [n for n in ast.iter_child_nodes(node) if not isinstance(n, SILENT)]
        assert [n for n in children(node) if not isinstance(n, SILENT)] == direct
