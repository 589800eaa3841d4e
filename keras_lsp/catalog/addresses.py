"""Addresses: the pages on the web that describe a name of Keras.

Never asks whether a page is there: only addresses that follow from the releases are told.
"""

from __future__ import annotations

from keras_lsp.catalog import changes, releases
from keras_lsp.catalog.targets import Target, number

_TENSORFLOW = "https://www.tensorflow.org"
_KERAS = "https://keras.io/api"
_OWN_PAGES = (2, 6)
"""From this release on TensorFlow's pages of a version are those of the Keras of that number."""
_LAST_KERAS_2 = "2.15"

SECTIONS = {
    "activations": "layers/activations",
    "applications": "applications",
    "callbacks": "callbacks",
    "constraints": "layers/constraints",
    "datasets": "datasets",
    "distribution": "distribution",
    "initializers": "layers/initializers",
    "layers": "layers",
    "losses": "losses",
    "metrics": "metrics",
    "mixed_precision": "mixed_precision",
    "models": "models",
    "ops": "ops",
    "optimizers": "optimizers",
    "preprocessing": "data_loading",
    "random": "random",
    "regularizers": "layers/regularizers",
    "utils": "utils",
}
"""The sections of keras.io, by module; what stands in them is sorted by hand."""


def own_page(path: str, api: str, target: Target) -> tuple[str, str] | None:
    """The name on its page, and the address of that page.

    TensorFlow describes every name of ``tf.keras`` on a page of its own, in each of its versions;
    keras.io sorts its pages by hand, so their addresses cannot be told from a name.
    """
    if not target.is_keras2(api):
        views = target.views("tf.keras")
        other = changes.successor(path, "tf.keras", target)
        return _page(path, views, "") or (_page(other, views, "") if other else None)
    version = target.number[:2]
    if api == "tf_keras" or target.legacy:
        version = number(_LAST_KERAS_2)
    return _of_version(path, version)


def former_page(path: str, until: str) -> tuple[str, str] | None:
    """The page of a name in the last release that had it."""
    return _of_version(path, number(until)[:2])


def section(path: str) -> str:
    """The section of keras.io to which a name belongs."""
    area = path.split(".")[1] if path.count(".") > 1 else "models"
    return f"{_KERAS}/{SECTIONS[area]}/" if area in SECTIONS else f"{_KERAS}/"


def _of_version(path: str, version: tuple[int, ...]) -> tuple[str, str] | None:
    if not _OWN_PAGES <= version < (3,):
        return None
    views = releases.around("keras", version)
    return _page(path, views, f"/versions/r{'.'.join(map(str, version))}")


def _page(path: str, views: int, version: str) -> tuple[str, str] | None:
    names = (path, releases.canonical_of(path), *releases.aliases(path))
    found = next((n for n in names if releases.mask_of(n) & views), None)
    if found is None or releases.is_module(found) or not views:
        return None
    return f"tf.{found}", f"{_TENSORFLOW}{version}/api_docs/python/tf/{found.replace('.', '/')}"
