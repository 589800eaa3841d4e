"""Moving: imports and reads of names that have another home now, or none.

Never decides whether a name is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import changes, releases, successors, written_out
from keras_lsp.catalog.targets import Target
from keras_lsp.editing import calls, decorators, imports, paths, write_out
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report
from keras_lsp.semantics.events import ApiRead, Call
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


def public_root(read: ApiRead) -> str:
    """The package to import from, as programs spell it, however the name came."""
    return {"tf.keras": "tensorflow.keras", "tf_keras": "tf_keras"}.get(read.api, "keras")


def why_not(path: str) -> str:
    """What to do by hand about a name that has no successor, or its module has none."""
    area, name = ".".join(path.split(".")[:2]), path.rpartition(".")[2]
    known = (path, f"{area}.{name}", path.rpartition(".")[0])
    told = (successors.WHY_NOT[p] for p in known if p in successors.WHY_NOT)
    private = f"`{name}` was never meant for others" if name.startswith("_") else ""
    return next(told, private or "nothing took its place")


def not_yet(read: ApiRead, modules: bool) -> Iterator[Report]:
    """What the release, or the oldest that the program is meant for, has not yet."""
    target = read.context.target
    later = changes.later(read.path, read.api, target)
    if later is None or later.module is not modules:
        return
    if not read.imported and read.path != later.path:
        # What is read from something that is not there was told before.
        return
    name = read.root + later.path.removeprefix("keras")
    place = read.statement if modules and read.imported else read.name_place
    yield too_early(place, f"`{name}` is there since Keras {later.since} only", target, read.api)


def too_early(place: Place, message: str, target: Target, api: str) -> Report:
    """A warning where other releases have it, that the program is meant for as well."""
    if target.first is None:
        return Report(place, f"{message}: this is {target.name(api)}")
    told = f"{message}: `keras-version` begins at {target.oldest}"
    return Report(place, told, severity=Severity.WARNING)


def left_out(read: ApiRead) -> Proposal:
    """An import that is gone: defined in the file, or left out where the file does not use it."""
    own = read.path in written_out.FUNCTIONS
    title = "Write it out in this file" if own else "Leave out what nothing here uses"
    return Proposal(title, Safety.UNSAFE, partial(_left_out, read))


def only_under_tf(read: ApiRead, message: str) -> Report:
    """A function of the backend without a successor: TensorFlow's Keras may still have it."""
    if not changes.only_under_tf(read.path, read.api, read.context.target):
        return Report(read.name_place, f"{message}: {why_not(read.path)}")
    fix = partial(to, read, "tensorflow.", read.path)
    taken = Proposal("Take it from `tf.keras.backend`", Safety.UNSAFE, fix)
    why = successors.WHY_NOT.get(read.path)
    told = f"only `tf.keras.backend` has it; {why}" if why else "only `tf.keras.backend` has it"
    # Not all that is there works: `set_value` of Keras 3 refuses Keras's own variables.
    works = read.path.rpartition(".")[2] in successors.STILL_UNDER_TF
    proposals = (taken,) if works else ()
    return Report(read.name_place, f"{message}: {told}", (), proposals)


def assigned_by_backend(call: Call) -> Iterator[Report]:
    """``tf.keras.backend.set_value`` is there, and fails on the variables of an optimizer."""
    if call.symbol != "keras.backend.set_value" or call.api != "tf.keras" or call.context.expected:
        return
    first = call.argument("x", 0)
    if first is None or call.context.target.is_keras2(call.api):
        return
    if first.text.rpartition(".")[2] not in ("lr", "learning_rate", "iterations"):
        return
    pattern = successors.AS_ATTRIBUTE["set_value"]
    text = pattern.format("x", "value")
    fix = partial(calls.rewrite_call, call.place, pattern)
    yield Report(
        call.name_place,
        f"`set_value` of `tf.keras.backend` fails on variables of Keras 3: write `{text}`",
        (),
        (Proposal(f"Write `{text}`", Safety.UNSAFE, fix),),
    )


def to(read: ApiRead, package: str, new: str, source: Source) -> tuple[Edit, ...] | None:
    """One name taken from its new path, ``package`` before it (``tensorflow.``)."""
    public = package + public_root(read)

    def moved(written: str) -> str | None:
        if written != read.written:
            return written
        return public + changes.home(new).removeprefix("keras")

    if read.imported:
        return paths.move_import(source, source.span(read.statement), moved)
    if package:
        # Somebody has to import TensorFlow first.
        return _from_tensorflow(read, new, source)
    renamed = {read.path: new}.get
    return paths.move_read(
        source, source.span(read.place), read.path, renamed, imports.keras_module(source)
    )


def _from_tensorflow(read: ApiRead, new: str, source: Source) -> tuple[Edit, ...] | None:
    """``tf.keras.backend.batch_dot`` for ``K.batch_dot``, with the import that it needs."""
    name = imports.name_of_module(source, "tensorflow")
    added: tuple[Edit, ...] = ()
    if name is None:
        name = "tf"
        if imports.mentions(source, name):
            return None
        added = imports.import_module(source, "tensorflow as tf") or ()
    return (*added, Edit(source.span(read.place), f"{name}.{new}"))


def module(read: ApiRead, source: Source, guess: bool = False) -> tuple[Edit, ...] | None:
    """What is read from a module taken from where each of it is.

    With ``guess`` a module that is handed on becomes the one that has the most of what it had, and
    one that the file does not use is left out.
    """
    public, target = public_root(read), read.context.target
    moved = partial(_moved, read)

    def instead(written: str) -> str | None:
        path = f"keras{written[len(read.root) :]}"
        new = changes.module_instead(path, read.api, target)
        return public + new.removeprefix("keras") if new else None

    def below(path: str) -> str | None:
        new = changes.successor(path, read.api, target)
        if new is None and guess and path == read.path:
            return changes.module_instead(path, read.api, target)
        return new

    if read.imported and guess:
        return paths.move_import(source, source.span(read.statement), moved, instead, drop=True)
    if read.imported:
        return paths.move_import(source, source.span(read.statement), moved)
    return paths.move_read(
        source, source.span(read.place), read.path, below, imports.keras_module(source)
    )


def _moved(read: ApiRead, written: str) -> str | None:
    """Where a name is now, as the program would write it; ``None`` where nothing took its place."""
    path, target = f"keras{written[len(read.root) :]}", read.context.target
    if read.imported and changes.missing(path, read.api, target) is None:
        return written
    new = changes.successor(path, read.api, target)
    if new is None:
        # ``keras.layers.advanced_activations.ThresholdedReLU`` is one of ``tf.keras.layers``.
        for name in (path, *releases.aliases(path)):
            if changes.only_under_tf(name, read.api, target):
                return f"tensorflow.{name}"
    return public_root(read) + changes.home(new).removeprefix("keras") if new else None


def without(read: ApiRead, source: Source) -> tuple[Edit, ...] | None:
    """An import without what is gone of it: written out, left out, or the likeliest successor."""
    edits = _written_out(read, source)
    if edits is None and read.path.startswith(successors.DECORATORS):
        edits = decorators.leave_out(source, source.span(read.statement))
    return edits if edits is not None else module(read, source, guess=True)


def _written_out(read: ApiRead, source: Source) -> tuple[Edit, ...] | None:
    def text(written: str) -> str | None:
        return written_out.text(f"keras{written[len(read.root) :]}", public_root(read))

    statement = source.span(read.statement)
    return write_out.write_out(source, statement, text, partial(_moved, read))


def _left_out(read: ApiRead, source: Source) -> tuple[Edit, ...] | None:
    def moved(written: str) -> str | None:
        return None if written == read.written else written

    edits = _written_out(read, source)
    if edits is not None:
        return edits
    return paths.move_import(source, source.span(read.statement), moved, drop=True)


def to_function(
    read: ApiRead, new: str, axis: tuple[int, str] | None, source: Source
) -> tuple[Edit, ...] | None:
    """A function of the backend as what took its place; ``axis`` is what it was by default."""
    moved = _renamed(read, new, source)
    kept = calls.with_default(read.place, "axis", *axis, source) if axis else ()
    return (*moved, *kept) if moved is not None and kept is not None else None


def _renamed(read: ApiRead, new: str, source: Source) -> tuple[Edit, ...] | None:
    root = public_root(read)

    def moved(written: str) -> str | None:
        return root + new.removeprefix("keras") if written == read.written else written

    if read.imported:
        return paths.move_import(source, source.span(read.statement), moved)
    keras = imports.keras_module(source)
    renamed = {read.path: new}.get
    if keras is not None:
        return paths.move_read(source, source.span(read.place), read.path, renamed, keras)
    # ``ops.mean``: the module's own name, imported as ``K`` was.
    module, _, name = new.removeprefix("keras.").rpartition(".")
    if not module:
        known = imports.known_as(source, name)
        if known is None and imports.mentions(source, name):
            return None
        added = () if known else imports.import_from(source, root, name) or ()
        return (*added, Edit(source.span(read.place), known or name))
    added = imports.import_from(source, root, module) or ()
    return (*added, Edit(source.span(read.place), f"{module}.{name}"))
