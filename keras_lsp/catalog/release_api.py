"""The API of one release: its public names, modules, signatures, members and identifiers.

Knows how each era of Keras lays out its package; never compares releases.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from keras_lsp.catalog import flat_signatures
from keras_lsp.catalog.package_code import Function, Package, Thing

AREAS = (
    "activations", "applications", "backend", "callbacks", "constraints", "datasets", "engine",
    "initializations", "initializers", "layers", "legacy", "losses", "metrics", "models",
    "objectives", "optimizers", "preprocessing", "regularizers", "utils", "wrappers",
)  # fmt: skip
"""The modules below ``keras`` that releases before 2.4 meant to be imported."""

FAMILIES = ("activations", "constraints", "initializers", "losses", "metrics", "optimizers",
            "regularizers")  # fmt: skip
"""The modules whose ``get`` takes strings."""

MEMBERS = frozenset(
    {"Model", "Sequential", "Functional", "Layer", "Optimizer", "Callback", "Metric", "Loss",
     "RNN", "History", "Normalization", "Discretization", "StringLookup", "TextVectorization"}
)  # fmt: skip
"""Classes of which every method, property and attribute is kept, inherited ones included."""

LONGEST_SUMMARY = 110

_PRIVATE = frozenset({"src", "_tf_keras", "_v1", "_v2", "api", "tests", "protobuf", "tools"})


@dataclass
class Api:
    """What one package of one release offers."""

    names: dict[str, str] = field(default_factory=dict)
    """Public name with the origin of what it stands for."""
    modules: set[str] = field(default_factory=set)
    """Modules that can be imported, those included that nobody documents."""
    kinds: dict[str, str] = field(default_factory=dict)
    """By origin: ``class``, ``function`` or ``constant``."""
    signatures: dict[str, str] = field(default_factory=dict)
    """By origin; a method is the class's origin with its name."""
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    """By public name of the class."""
    summaries: dict[str, str] = field(default_factory=dict)
    identifiers: dict[str, frozenset[str]] = field(default_factory=dict)
    renames: set[tuple[str, str, str]] = field(default_factory=set)
    """``(class or function, former argument, argument)`` as the release itself converts them."""


def read(package: Package, root: str, base: str) -> Api:
    """The API of ``package``, named ``root``, as far as ``base`` exports it."""
    api = Api()
    exported = dict(_exported(package, root, base))
    for public, thing in sorted(exported.items()):
        if thing.kind == "module":
            api.modules.add(public)
            continue
        if thing.name == "LegacyOptimizerWarning":
            # To Keras 3 all optimizers of Keras 2 are one class that only raises.
            thing = Thing("class", public.rpartition(".")[0], public.rpartition(".")[2])
        api.names[public] = thing.origin
        api.kinds.setdefault(thing.origin, thing.kind)
        if thing.origin not in api.signatures:
            _describe(package, thing, api)
        if public.rpartition(".")[2] in MEMBERS and thing.kind == "class":
            api.members[public] = frozenset(_members(package, thing))
    for public in [*api.names, *api.modules]:
        while "." in public:
            public = public.rpartition(".")[0]
            api.modules.add(public)
    if base in (root, f"{root}.api._v2.keras", f"{root}.api"):
        api.modules.update(_files(package, root))
    api.identifiers = {family: _identifiers(package, root, family) for family in FAMILIES}
    api.renames = set(_renames(package, root))
    return api


def _exported(package: Package, root: str, base: str) -> Iterator[tuple[str, Thing]]:
    """Public names below ``keras`` with what they stand for."""
    if base == root and f"{root}.src" not in package:
        modules = list(_old_modules(package, root))
    else:
        modules = [
            (name, "keras" + name[len(base) :])
            for name in package.files
            if package.files[name][1]
            and (name == base or name.startswith(f"{base}."))
            and not _PRIVATE & set(name[len(base) :].split("."))
        ]
    for module, public in modules:
        for name in package.names(module):
            if name.startswith("_"):
                continue
            thing = package.resolve(module, name)
            if thing is None or (thing.kind == "module" and thing.module != f"{module}.{name}"):
                continue
            if thing.kind == "foreign" and not thing.module.startswith("keras_"):
                # Keras 2.3 kept its applications and preprocessing in packages of their own.
                continue
            yield f"{public}.{name}", thing


def _old_modules(package: Package, root: str) -> Iterator[tuple[str, str]]:
    yield root, "keras"
    for area in AREAS:
        for name in package.files:
            if name == f"{root}.{area}" or name.startswith(f"{root}.{area}."):
                yield name, "keras" + name[len(root) :]


def _files(package: Package, root: str) -> Iterator[str]:
    for name in package.files:
        parts = name.split(".")[1:]
        if not _PRIVATE & set(parts) and not any(p.startswith("_") for p in parts):
            if not any("test" in p for p in parts):
                yield ".".join(("keras", *parts))


def _describe(package: Package, thing: Thing, api: Api) -> None:
    node = thing.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        api.signatures[thing.origin] = flat_signatures.of_function(node, bound=False)
    elif isinstance(node, ast.ClassDef):
        made = flat_signatures.of_class(package, thing)
        if made is not None:
            api.signatures[thing.origin] = made
        for ancestor in package.ancestry(thing):
            for method in _methods(ancestor):
                known = f"{thing.origin}.{method.name}"
                if method.name in _TOLD_METHODS and known not in api.signatures:
                    api.signatures[known] = flat_signatures.of_method(package, thing, method)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        summary = _summary(node)
        if summary:
            api.summaries[thing.origin] = summary


_TOLD_METHODS = frozenset(
    {"compile", "fit", "evaluate", "predict", "fit_generator", "evaluate_generator",
     "predict_generator", "train_on_batch", "test_on_batch", "predict_on_batch", "save",
     "save_weights", "load_weights", "summary", "add", "add_weight", "add_loss", "add_metric",
     "get_layer", "build", "export", "minimize", "apply_gradients", "apply", "adapt"}
)  # fmt: skip
"""Methods of which the arguments are kept."""


def _summary(node: ast.ClassDef | Function) -> str:
    doc = ast.get_docstring(node) or ""
    first = re.split(r"\n\s*\n|(?<=[.!])\s", doc.strip(), maxsplit=1)[0]
    text = " ".join(first.split()).removeprefix("DEPRECATED. ")
    if len(text) > LONGEST_SUMMARY:
        text = text[:LONGEST_SUMMARY].rpartition(" ")[0] + " …"
    return text


def _methods(thing: Thing) -> Iterator[Function]:
    for node in thing.node.body if isinstance(thing.node, ast.ClassDef) else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _members(package: Package, made: Thing) -> Iterator[str]:
    """Methods, properties, and what the methods bind on ``self``."""
    for ancestor in package.ancestry(made):
        for method in _methods(ancestor):
            if not method.name.startswith("_"):
                yield method.name
            for part in ast.walk(method):
                match part:
                    case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                        if not name.startswith("_"):
                            yield name
        for node in ancestor.node.body if isinstance(ancestor.node, ast.ClassDef) else ():
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name) and not target.id.startswith("_"):
                        yield target.id


def _identifiers(package: Package, root: str, family: str) -> frozenset[str]:
    """The strings that ``get`` of a family takes."""
    private = f"{root}.src.{family}"
    name = private if private in package else f"{root}.{family}"
    module = package.module(name)
    if module is None:
        return frozenset()
    found = set(_listed(module.tree))
    if not found or (family != "optimizers" and not _has_list(module.tree)):
        # Until Keras 3 whatever the module binds may be named.
        for bound in package.names(name):
            thing = package.resolve(name, bound)
            # ``silu = tf.nn.silu`` binds a function as well.
            if thing is not None and (
                thing.kind in ("class", "function") or isinstance(thing.node, ast.Attribute)
            ):
                found.add(bound)
        found -= {"get", "serialize", "deserialize"}
    found = {f for f in found if not f.startswith("_") and f != "None"}
    return frozenset(f.lower() for f in found) if family == "optimizers" else frozenset(found)


def _listed(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id="ALL_OBJECTS")], value=value):
                for element in getattr(value, "elts", ()):
                    name = ast.unparse(element).rpartition(".")[2]
                    yield name
                    yield _snake(name)
            case ast.Assign(
                targets=[ast.Name(id="ALL_OBJECTS_DICT" | "all_classes")], value=ast.Dict() as value
            ):
                yield from _keys(value)
            case ast.Assign(
                targets=[
                    ast.Subscript(
                        value=ast.Name(id="ALL_OBJECTS_DICT"), slice=ast.Constant(value=str(name))
                    )
                ]
            ):
                yield name
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="ALL_OBJECTS_DICT"), attr="update"),
                args=[ast.Dict() as value],
            ):
                yield from _keys(value)


def _has_list(tree: ast.Module) -> bool:
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return "ALL_OBJECTS" in names


def _keys(node: ast.Dict) -> Iterator[str]:
    for key in node.keys:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def _snake(name: str) -> str:
    """The spelling that Keras derives from a class's name."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _renames(package: Package, root: str) -> Iterator[tuple[str, str, str]]:
    """Keras 2.0 to 2.3 say in ``legacy/interfaces.py`` how they read arguments of Keras 1."""
    module = package.module(f"{root}.legacy.interfaces")
    tables: Mapping[str, list[tuple[str, str]]] = {}
    if module is not None:
        tables = {
            name: _conversions(value)
            for name, value in module.bound.items()
            if isinstance(value, ast.Call)
        }
    for read in package.read_modules() if tables else ():
        for owner in ast.walk(read.tree):
            if not isinstance(owner, (ast.Module, ast.ClassDef)):
                continue
            prefix = f"{owner.name}." if isinstance(owner, ast.ClassDef) else ""
            for function in owner.body:
                if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    target = f"{prefix}{function.name}".removesuffix(".__init__")
                    for decorator in function.decorator_list:
                        table = ast.unparse(decorator).rpartition(".")[2]
                        for old, new in tables.get(table, ()):
                            yield target, old, new


def _conversions(value: ast.Call) -> list[tuple[str, str]]:
    for keyword in value.keywords:
        if keyword.arg == "conversions":
            pairs = ast.literal_eval(keyword.value)
            return [(old, new) for old, new in pairs if new]
    return []
