"""The null backend: the Python code of an installed Keras 3 without anything that computes.

Never imports TensorFlow, JAX or torch, and never allocates a weight.

Keras is imported with its backend for numpy, whose heavy companions are replaced by inert
modules.  What a backend would do to find out a shape is to run the function on stand-ins of
arrays; here the function is called on Keras's own symbolic tensors, for which each function of
``keras.ops`` has a path that computes nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

HEAVY = frozenset(
    (
        "PIL", "graphviz", "h5py", "jax", "jaxlib", "pandas", "pydot", "requests", "scipy",
        "tensorflow", "tensorflow_io", "torch", "torchvision",
    )
)  # fmt: skip
"""Modules that stay away, installed or not."""
UNUSED = ("keras.src.backend.jax", "keras.backend.jax")
"""The parts of Keras that its backend for numpy takes from the one for JAX."""
MARK = "has no place in the null backend"
"""Part of the message of each error that is ours and not Keras's."""

State = dict[str, bool]


class Inert(ModuleType):
    """Answers to every name while Keras is imported; refuses everything afterwards."""

    def __init__(self, name: str, state: State) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__spec__ = ModuleSpec(name, None, is_package=True)
        self.__version__ = "0.0"
        self._state = state

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse()
        part = Inert(f"{self.__name__}.{name}", self._state)
        setattr(self, name, part)
        return part

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        self._refuse()
        # A decorator gives the function back.
        only = args[0] if len(args) == 1 and callable(args[0]) else None
        return only or Inert(f"{self.__name__}()", self._state)

    def _refuse(self) -> None:
        if self._state["closed"]:
            raise ImportError(f"{self.__name__} {MARK}")


class Finder(MetaPathFinder, Loader):
    """Finds inert modules in the place of heavy ones."""

    def __init__(self, state: State) -> None:
        self.state = state

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        heavy = name.partition(".")[0] in HEAVY
        if heavy or any(name == part or name.startswith(f"{part}.") for part in UNUSED):
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Inert(spec.name, self.state)

    def exec_module(self, module: ModuleType) -> None:
        pass


def import_keras(on_step: Callable[[], None]) -> Any:
    """The module ``keras``; ``on_step`` is called whenever it works something out."""
    os.environ["KERAS_BACKEND"] = "numpy"
    state = {"closed": False}
    finder = Finder(state)
    sys.meta_path.insert(0, finder)
    try:
        keras = importlib.import_module("keras")
    finally:
        sys.meta_path.remove(finder)
    if int(str(keras.__version__).partition(".")[0]) < 3:
        raise ImportError(f"Keras {keras.__version__} is older than Keras 3")
    _forget_availability()
    _compute_nothing(on_step)
    _keep_no_variables()
    _keep_states_by_shape(keras)
    _load_nothing(keras)
    _average_nothing()
    _speak_as_tensorflow()
    # Else each message holds the arguments of the call and Keras's own frames.
    keras.config.disable_traceback_filtering()
    state["closed"] = True
    return keras


def stateless(keras: Any) -> Any:
    """A scope in which variables have a shape and no value."""
    try:
        return keras.StatelessScope(initialize_variables=False)
    except TypeError:  # Keras 3.0 to 3.3
        return keras.StatelessScope()


def _forget_availability() -> None:
    """Layers that look for TensorFlow, when they are made, do not find it."""
    for name in [n for n in sys.modules if n.partition(".")[0] in ("tensorflow", "torch")]:
        if isinstance(sys.modules[name], Inert):
            del sys.modules[name]
    module_utils = importlib.import_module("keras.src.utils.module_utils")
    lazy = getattr(module_utils, "LazyModule", ())
    for value in vars(module_utils).values():
        if isinstance(value, lazy):
            value.__dict__["_available"] = False


def _compute_nothing(on_step: Callable[[], None]) -> None:
    scopes = importlib.import_module("keras.src.backend.common.stateless_scope")
    symbolic: Any = contextlib.nullcontext
    with contextlib.suppress(ImportError):  # Keras 3.0 to 3.4 have no such scope
        symbolic = importlib.import_module("keras.src.backend.common.symbolic_scope").SymbolicScope
    core = importlib.import_module("keras.src.backend.numpy.core")
    computed = core.compute_output_spec

    def compute_output_spec(function: Any, *args: Any, **keywords: Any) -> Any:
        on_step()
        with scopes.StatelessScope(), symbolic():
            outputs = function(*args, **keywords)
        if not any(getattr(part, "sparse", False) for part in _flat([args, keywords])):
            # On symbolic tensors, what is multiplied by a variable counts as sparse.
            for part in _flat(outputs):
                if getattr(part, "sparse", False):
                    part._sparse = False
        return outputs

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "keras" and (
            getattr(module, "compute_output_spec", None) is computed
        ):
            vars(module)["compute_output_spec"] = compute_output_spec


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _keep_no_variables() -> None:
    """Releases without ``initialize_variables`` would allocate all of them at a scope's end."""
    variables = importlib.import_module("keras.src.backend.common.variables")
    vars(variables)["register_uninitialized_variable"] = lambda variable: None


def _keep_states_by_shape(keras: Any) -> None:
    """A stateful RNN makes its states of arrays, where a scope takes variables by shape only."""

    def create(layer: Any, batch_size: Any) -> None:
        def variable(value: Any) -> Any:
            return keras.Variable(
                "zeros",
                shape=value.shape,
                dtype=layer.variable_dtype,
                trainable=False,
                name="rnn_state",
            )

        layer.states = [variable(state) for state in _flat(layer.get_initial_state(batch_size))]

    # They are no weights of the layer.
    tracking = importlib.import_module("keras.src.utils.tracking")
    keras.layers.RNN._create_state_variables = tracking.no_automatic_dependency_tracking(create)


def _speak_as_tensorflow() -> None:
    """What Keras makes of the dtype ``int`` depends on the backend."""
    with contextlib.suppress(ImportError):
        dtypes = importlib.import_module("keras.src.backend.common.dtypes")
        names = getattr(dtypes, "PYTHON_DTYPES_MAP", {})
        names.update({key: "int64" for key in (int, "int") if key in names})


def _average_nothing() -> None:
    """The mean over a batch needs its length; the sum has the same shape."""
    with contextlib.suppress(ImportError):
        loss = importlib.import_module("keras.src.losses.loss")
        ops = importlib.import_module("keras.src.ops")
        vars(loss)["reduce_values"] = lambda values, *args, **keywords: ops.sum(values)


def _load_nothing(keras: Any) -> None:
    """``keras.applications`` checks its arguments and then neither downloads nor reads a file."""
    with contextlib.suppress(ImportError):
        files = importlib.import_module("keras.src.utils.file_utils")
        vars(files)["get_file"] = lambda *args, **keywords: ""
    keras.Model.load_weights = lambda self, *args, **keywords: None
