"""Purity: which calls of other people's code leave models alone, or always end the program.

Never learns of the program's own functions, whose bodies are read instead.
"""

from __future__ import annotations

import ast

from keras_lsp.syntax.walk import walk

_HARMLESS_ROOTS = frozenset(
    {
        "builtins", "numpy", "np", "pandas", "math", "os", "sys", "time", "datetime", "json", "re",
        "random", "logging", "pathlib", "matplotlib", "seaborn", "scipy", "collections",
        "itertools", "string", "glob", "shutil", "csv", "gc", "warnings", "argparse", "typing",
        "cv2", "PIL",
        "tqdm", "pprint", "io", "struct", "hashlib", "uuid", "platform", "traceback", "statistics",
        "decimal", "fractions", "operator", "bisect", "heapq", "enum", "abc", "dataclasses", "h5py",
        "skimage", "imageio", "nltk", "tensorflow", "keras", "tf_keras", "absl", "pytest",
        "unittest",
    }
)  # fmt: skip
"""Libraries whose functions do not train, compile or rebuild a model that they are given."""

_ACTING = frozenset(
    {
        "builtins.exec", "builtins.eval", "builtins.setattr", "builtins.map", "builtins.filter",
        "builtins.getattr", "builtins.vars", "builtins.locals", "builtins.globals",
    }
)  # fmt: skip

_NO_RETURN = frozenset(
    {
        "sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit", "pytest.skip",
        "pytest.fail", "pytest.exit", "argparse.ArgumentParser.error",
        "argparse.ArgumentParser.exit", "absl.app.run", "unittest.skip", "os.execv",
    }
)  # fmt: skip


def leaves_models_alone(name: str) -> bool:
    """Whether a call of this imported name cannot change a model that it is given."""
    root = name.partition(".")[0]
    if root == "sklearn":
        return ".metrics" in name or ".preprocessing" in name or ".model_selection.train" in name
    return root in _HARMLESS_ROOTS and name not in _ACTING


def never_returns(name: str) -> bool:
    return name in _NO_RETURN


_ASKING = frozenset(
    {"predict", "predict_on_batch", "predict_step", "evaluate", "test_on_batch", "summary",
     "count_params", "get_config", "predict_classes", "predict_proba"}
)  # fmt: skip
_READING = frozenset({"load_model", "load_img", "img_to_array", "expand_dims", "preprocess_input",
                      "decode_predictions", "imread", "append", "extend", "numpy", "tolist",
                      "item", "argmax"})  # fmt: skip
_READING_ROOTS = frozenset({"np", "numpy", "math", "cv2", "pd"})
_WRITING = ("save", "write", "dump", "to_", "tofile", "copy")


def only_asks(body: list[ast.stmt], name: str) -> bool:
    """Whether a body only asks the model that it binds to ``name``, and writes no file.

    Only what is known to be so: a call of something unknown may do either.
    """
    answers: set[ast.AST] = set()
    nodes = [node for part in body for node in walk(part)]
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        func = node.func
        if isinstance(func, ast.Attribute):
            if isinstance(func.value, ast.Name) and func.value.id == name:
                if func.attr not in _ASKING:
                    return False
                answers.add(func.value)
            elif not _reads_only(func):
                return False
        elif not isinstance(func, ast.Name):
            return False
        elif func.id == name:
            answers.add(func)
        elif func.id not in _PURE_NAMES | _READING | {"display"}:
            return False
    return all(
        node in answers
        for node in nodes
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    )


def _reads_only(func: ast.Attribute) -> bool:
    if func.attr in _PURE_METHODS or func.attr in _READING:
        return True
    root: ast.expr = func
    while isinstance(root, ast.Attribute):
        root = root.value
    known = isinstance(root, ast.Name) and root.id in _READING_ROOTS
    return known and not func.attr.startswith(_WRITING)


_VARYING_CALLS = frozenset(
    {"next", "input", "iter", "open", "pop", "popleft", "popitem", "get", "read", "readline",
     "sample", "choice", "rand", "randn", "randint", "random", "shuffle", "permutation",
     "uniform", "normal",
     "time", "now", "suggest_float", "suggest_int", "suggest_categorical", "take", "next_batch"}
)  # fmt: skip
_PURE_NAMES = frozenset(
    {"len", "range", "int", "float", "str", "tuple", "list", "dict", "set", "min", "max", "sum",
     "abs", "round", "sorted", "zip", "enumerate", "reversed", "isinstance", "bool", "format",
     "print"}
)  # fmt: skip
_PURE_METHODS = frozenset(
    {"reshape", "astype", "copy", "flatten", "transpose", "to_numpy", "mean", "std", "max", "min",
     "format", "join", "split", "strip", "lower", "upper", "keys", "values", "items", "squeeze"}
)  # fmt: skip
_PURE_ROOTS = frozenset({"np", "numpy", "keras", "tf", "tensorflow", "layers", "math", "os", "K"})


def is_pure(node: ast.expr) -> bool:
    """Whether evaluating an expression twice gives the same, its names being the same.

    Only what is known to be so: a call of something unknown is not.
    """
    if isinstance(node, (ast.Constant, ast.Name)):
        return True
    known: bool | None = getattr(node, "_is_pure", None)
    if known is None:
        known = all(map(_is_pure_part, walk(node)))
        node._is_pure = known  # type: ignore[attr-defined]
    return known


def _is_pure_part(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _is_pure_call(node)
    return not isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr))


def _is_pure_call(node: ast.Call) -> bool:
    func = node.func
    if isinstance(func, ast.Name):
        return func.id in _PURE_NAMES or func.id[:1].isupper()
    if isinstance(func, ast.Attribute):
        if func.attr in _VARYING_CALLS or any(map(_says_random, walk(func))):
            return False
        root = func.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id in _PURE_ROOTS:
            return True
        return func.attr in _PURE_METHODS or func.attr[:1].isupper()
    # A layer that is made and called at once: ``Dense(8)(x)``.  What makes it is looked at, too.
    return isinstance(func, ast.Call) and _is_class(func.func)


def _says_random(part: ast.AST) -> bool:
    if isinstance(part, ast.Attribute):
        return "random" in part.attr
    if isinstance(part, ast.keyword):
        return "random" in (part.arg or "")
    name = part.id if isinstance(part, ast.Name) else getattr(part, "value", "")
    return isinstance(name, str) and "random" in name


def _is_class(func: ast.expr) -> bool:
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return name[:1].isupper()
