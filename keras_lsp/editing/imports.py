"""Imports: add one in the style that the file already has.

Never opens other files; the module of a name is handed in.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.statements import first_line, newline, node_span
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position

KERAS_ROOTS = ("tensorflow.keras", "tf_keras", "keras")


def keras_root(source: Source) -> str:
    """The Keras that this file imports from, ``keras`` if it imports none."""
    for node in ast.walk(source.tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            names = [module, *(f"{module}.{a.name}" for a in node.names)]
        for name in names:
            for root in KERAS_ROOTS:
                if name == root or name.startswith(f"{root}."):
                    return root
    tensorflow = any(
        isinstance(n, ast.Import) and any(a.name == "tensorflow" for a in n.names)
        for n in ast.walk(source.tree)
    )
    return "tensorflow.keras" if tensorflow else "keras"


def import_keras_name(source: Source, dotted: str) -> tuple[Edit, ...] | None:
    """Import the Keras name ``keras.layers.Dense`` so that the bare ``Dense`` is bound."""
    root = keras_root(source)
    if dotted == "keras":
        if root == "tensorflow.keras":
            return import_from(source, "tensorflow", "keras")
        return import_module(source, "tf_keras as keras" if root == "tf_keras" else "keras")
    module, _, name = dotted.rpartition(".")
    if module == "keras":
        # ``from keras.models import Sequential`` is how everybody writes it.
        module = {"Model": "keras.models", "Sequential": "keras.models"}.get(name, "keras.layers")
    return import_from(source, root + module.removeprefix("keras"), name)


def import_from(source: Source, module: str, name: str) -> tuple[Edit, ...] | None:
    """``from module import name``, joined to such an import where there is one."""
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == module and not node.level:
            if any(a.name == "*" for a in node.names):
                continue
            if any(a.name == name and a.asname is None for a in node.names):
                return None
            return _joined(source, node, name)
    return _new_line(source, f"from {module} import {name}")


def import_module(source: Source, name: str) -> tuple[Edit, ...] | None:
    return _new_line(source, f"import {name}")


def _joined(source: Source, node: ast.ImportFrom, name: str) -> tuple[Edit, ...]:
    """Where the names are sorted the new one is put in its place, else at the end."""
    names = [a.asname or a.name for a in node.names]
    if names == sorted(names) and name < names[-1]:
        before = next(a for a in node.names if (a.asname or a.name) > name)
        return (Edit.insert(node_span(source, before).start, _item(source, node, before, name)),)
    last = node.names[-1]
    one_line = node.names[0].lineno == last.lineno
    separator = ", " if one_line else f",{newline(source)}{_space(source, last)}"
    return (Edit.insert(node_span(source, last).end, f"{separator}{name}"),)


def _item(source: Source, node: ast.ImportFrom, before: ast.alias, name: str) -> str:
    own_line = not source.lines[before.lineno - 1][: before.col_offset].strip()
    if own_line and len(node.names) > 1:
        return f"{name},{newline(source)}{_space(source, before)}"
    return f"{name}, "


def _space(source: Source, alias: ast.alias) -> str:
    line = source.lines[alias.lineno - 1]
    return line[: len(line) - len(line.lstrip())]


def _new_line(source: Source, text: str) -> tuple[Edit, ...]:
    """Behind the last import from a like place, else behind the docstring."""
    end = newline(source)
    imports = [
        n
        for n in source.tree.body
        if isinstance(n, (ast.Import, ast.ImportFrom))
        and not (isinstance(n, ast.ImportFrom) and n.module == "__future__")
    ]
    like = [n for n in imports if _about_keras(n)]
    for chosen in (like, imports):
        if chosen:
            line = chosen[-1].end_lineno or chosen[-1].lineno
            if line >= len(source.lines) and not source.lines[-1].endswith(("\n", "\r")):
                at = Position(line - 1, len(source.lines[-1]))
                return (Edit.insert(at, f"{end}{text}"),)
            return (Edit.insert(Position(line, 0), f"{text}{end}"),)
    line = 0
    for node in source.tree.body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (docstring or future):
            line = first_line(node) - 1
            break
        line = node.end_lineno or node.lineno
    return (Edit.insert(Position(line, 0), f"{text}{end}"),)


def _about_keras(node: ast.Import | ast.ImportFrom) -> bool:
    names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return any(n.split(".")[0] in ("keras", "tensorflow", "tf_keras") for n in names)


def keras_module(source: Source) -> str | None:
    """How this file calls the module ``keras``; ``None`` where it has no way to."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "keras":
                    return alias.asname or alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in ("keras", "tf_keras"):
                    return alias.asname or alias.name
                if alias.name == "tensorflow":
                    return f"{alias.asname or alias.name}.keras"
                if alias.name == "tensorflow.keras" and alias.asname:
                    return alias.asname
    return None


def name_of_module(source: Source, module: str) -> str | None:
    """How this file calls a module that it imports at its top, ``None`` where it does not."""
    for node in source.tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == module:
                    return alias.asname or alias.name
    return None


def mentions(source: Source, name: str) -> bool:
    """Whether a bare name means something in the file already."""
    return any(
        (isinstance(node, ast.Name) and node.id == name)
        or (isinstance(node, ast.arg) and node.arg == name)
        or (isinstance(node, ast.alias) and (node.asname or node.name) == name)
        for node in ast.walk(source.tree)
    )


def sequential_name(source: Source) -> str | None:
    """How this file calls ``Sequential``; ``None`` where it has no way to."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "Sequential":
                    return alias.asname or alias.name
    module = keras_module(source)
    return f"{module}.Sequential" if module else None


def known_as(source: Source, name: str) -> str | None:
    """How this file calls ``keras.Model`` or another name of ``keras`` itself.

    Only imports at module level count; ``None`` where none of them brings it.
    """
    module: str | None = None
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and not node.level:
            path = node.module or ""
            for alias in node.names:
                if alias.name == name and path in _HOMES:
                    return alias.asname or alias.name
                if f"{path}.{alias.name}" == "tensorflow.keras":
                    module = module or alias.asname or alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in KERAS_ROOTS and (alias.asname or "." not in alias.name):
                    module = module or alias.asname or alias.name
                elif alias.name == "tensorflow":
                    module = module or f"{alias.asname or alias.name}.keras"
    return f"{module}.{name}" if module else None


_HOMES = frozenset(f"{root}{area}" for root in KERAS_ROOTS for area in ("", ".models", ".layers"))
