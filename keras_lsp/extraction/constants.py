"""Constants: operators and built-in functions on known numbers, texts and sequences.

Never learns of Keras, and never makes anything large.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

LARGEST = 1 << 64
LONGEST = 4096

BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}
COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "builtins.abs": abs,
    "builtins.bool": bool,
    "builtins.float": float,
    "builtins.int": int,
    "builtins.max": max,
    "builtins.min": min,
    "builtins.round": round,
    "builtins.str": str,
    "math.ceil": math.ceil,
    "math.floor": math.floor,
    "math.log2": math.log2,
    "math.sqrt": math.sqrt,
    "math.pow": math.pow,
}
METHODS = frozenset(
    {"capitalize", "endswith", "lower", "replace", "startswith", "strip", "title",
     "upper"}
)  # fmt: skip
"""Methods of texts."""
OPERATIONS: Mapping[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "true_divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "mod",
    ast.Pow: "power",
    ast.MatMult: "matmul",
    ast.USub: "negative",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
}
"""The functions of ``keras.ops`` that the operators of tensors stand for."""


class NotKnown(Exception):
    """It has no value that could be told."""


def binary(op: ast.operator, left: Any, right: Any) -> Any:
    work = BINARY.get(type(op))
    if work is None:
        raise NotKnown
    if isinstance(op, (ast.Pow, ast.LShift)) and not _is_small(right):
        raise NotKnown
    if isinstance(op, ast.Mult) and (isinstance(left, str) or isinstance(right, str)):
        times = right if isinstance(left, str) else left
        if not isinstance(times, int) or times > 100:
            raise NotKnown
    if isinstance(op, ast.Mod) and isinstance(left, str):
        raise NotKnown
    return checked(work, left, right)


def checked(work: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
    """What a function gives, if that is a small constant."""
    try:
        found = work(*args, **keywords)
    except Exception as problem:
        # Whatever Python says of these operands, the program has no value here.
        raise NotKnown from problem
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) > LARGEST:
        raise NotKnown
    if isinstance(found, str) and len(found) > LONGEST:
        raise NotKnown
    if found is not None and not isinstance(found, (bool, int, float, str)):
        raise NotKnown
    return found


def _is_small(value: Any) -> bool:
    return isinstance(value, (int, float)) and abs(value) <= 64
