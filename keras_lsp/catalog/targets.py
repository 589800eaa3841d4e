"""Targets: the Keras release that a program is written for, or meets when it runs.

Never looks for one; somebody says it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from functools import cached_property

from keras_lsp.catalog import releases

_API_OF_TF = (2, 4)
"""From this Keras on ``tf.keras`` is what ``keras`` is; before it was code of TensorFlow."""


_TENSORFLOW = re.compile(r"(?m)^[ \t]*(?:import|from)[ \t]+tensorflow\b")

_LAST = {0: "0.3.3", 1: "1.2.2", 2: "2.15.0"}
"""The last release before the next major one."""


@dataclass(frozen=True)
class Target:
    """A release of Keras, and where its number comes from."""

    version: str = releases.NEWEST
    source: str = "the newest known"
    legacy: bool = False
    """``tf.keras`` is the package ``tf_keras``, as the program has asked for."""
    oldest: str = ""
    """The release from which on the program is meant to run, where it is for several."""
    package: str = ""
    """The folder of the Keras that the project holds itself."""
    tensorflow: bool = False
    """It is TensorFlow that computes, by all that is known."""
    own: bool = False
    """The program is a part of that Keras."""

    def __hash__(self) -> int:
        # Reckoned once: what is found in the tables is kept by target, and asked for by each call.
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.version, self.source, self.legacy, self.oldest))

    @property
    def keras2(self) -> bool:
        """``keras`` itself is Keras 2 (or 1) here, as ``tf_keras`` always is."""
        return self.number < (3,)

    @cached_property
    def number(self) -> tuple[int, ...]:
        its = number(self.version)
        if len(its) == 1:
            its = number(_LAST.get(its[0], ""))
        return its or number(releases.NEWEST)

    def of(self, path: str, text: str) -> Target:
        """The target of one file: it may be a part of Keras, and say itself what it runs with."""
        own = bool(self.package) and path.startswith(self.package + os.sep)
        legacy = self.legacy or "TF_USE_LEGACY_KERAS" in text
        imported = "tensorflow" in text and _TENSORFLOW.search(text) is not None
        tensorflow = (self.tensorflow or imported) and "KERAS_BACKEND" not in text
        if (own, legacy, tensorflow) == (self.own, self.legacy, self.tensorflow):
            return self
        return replace(self, own=own, legacy=legacy, tensorflow=tensorflow)

    @property
    def first(self) -> Target | None:
        """The oldest release that the program is meant for, if it is for several."""
        return replace(self, version=self.oldest, oldest="") if self.oldest else None

    @property
    def start(self) -> Target:
        """The oldest release that the program meets: for one release, that is it."""
        return self.first or self

    def reach(self, api: str) -> int:
        """The views of the newest release that a program may have been written with."""
        return self.views(api) if self.first else NEWEST.views(api)

    def is_keras2(self, api: str) -> bool:
        """Whether a package of this name is Keras 2 (or 1)."""
        return api == "tf_keras" or self.keras2 or (self.legacy and api == "tf.keras")

    def views(self, api: str) -> int:
        """The views that tell what ``api`` offers under this release; 0: nobody knows."""
        if api == "tf.keras" and self.legacy:
            return releases.around("tf_keras", self.number)
        if api == "tf.keras" and self.number < (3,):
            return releases.around("keras", self.number) if self.number >= _API_OF_TF else 0
        return releases.around(api, self.number)

    def name(self, api: str) -> str:
        """How messages call it: ``Keras 3.15``."""
        if api == "tf_keras":
            return f"tf_keras {short(releases.newest(api))}"
        return f"Keras {short(self.version)}"


NEWEST = Target()


def number(version: str) -> tuple[int, ...]:
    """``(2, 15, 0)`` of ``2.15.0``, ``==2.15.*`` or ``>=2.15,<3``; empty for no number."""
    found = re.search(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()


def short(version: str) -> str:
    """``2.15`` of ``2.15.0``."""
    return ".".join(map(str, number(version)[:2]))
