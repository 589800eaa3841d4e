"""Probes: one for each interpreter that is asked, started when somebody asks.

Never starts an interpreter that the workspace alone has named, unless it is trusted.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from keras_lsp.config import Config
from keras_lsp.probe.client import DEADLINE, SLOW, Probe
from keras_lsp.probe.interpreters import Candidate, Wishes, candidates
from keras_lsp.service.folders import selected

log = logging.getLogger("keras_lsp.probe")

NONE: Mapping[str, str] = MappingProxyType({})


class Probes:
    """Chooses the interpreter for a set of settings and keeps its probe; used by any thread."""

    def __init__(self, editors: Mapping[str, str] = NONE, trusted: bool = False) -> None:
        self.editors = editors
        """The interpreters that the editor has selected, by folder, ``""`` for all others."""
        self.trusted = trusted
        """The editor says that the workspace may name interpreters."""
        self.environ: Mapping[str, str] = os.environ
        self._lock = threading.Lock()
        self._probes: dict[tuple[str, tuple[str, ...], str], Probe] = {}
        self._chosen: dict[Wishes, Candidate | None] = {}
        self._closed = False

    def wishes(self, config: Config, root: str = "", users: bool = False) -> Wishes:
        """``users``: the setting ``python`` comes from the user, not from a file of the folder."""
        roots = tuple(dict.fromkeys(folder for folder in (config.root, root) if folder))
        return Wishes(
            setting=config.python,
            setting_is_the_users=users,
            editor=selected(self.editors, root),
            roots=roots,
            trusted=self.trusted,
            tensorflow=config.probe == "tensorflow",
            environ={name: self.environ[name] for name in VARIABLES if name in self.environ},
        )

    def of(self, config: Config, root: str = "", users: bool = False) -> Probe | None:
        """Who is asked for the files of a folder; None where nobody is."""
        if config.probe == "off":
            return None
        candidate = self.candidate(self.wishes(config, root, users))
        return self._probe(candidate) if candidate is not None else None

    def why_not(self, config: Config, root: str = "", users: bool = False) -> str:
        """Why nobody is asked; ``""`` where somebody is."""
        if config.probe == "off":
            return "the setting `probe` is off"
        *_, last = candidates(self.wishes(config, root, users))
        if not last.problem:
            return ""
        return f"{last.problem} ({last.origin}: {last.executable}); see `keras-lsp doctor`"

    def candidate(self, wishes: Wishes) -> Candidate | None:
        """The interpreter that fits; looked for once."""
        key = replace(wishes, environ=_Frozen(wishes.environ))
        with self._lock:
            if key in self._chosen:
                return self._chosen[key]
        *_, last = candidates(wishes)
        found = None if last.problem else last
        log.info("shapes are asked of %s: %s", last.executable, last.problem or last.keras)
        with self._lock:
            self._chosen[key] = found
        return found

    def _probe(self, candidate: Candidate) -> Probe | None:
        key = (candidate.executable, candidate.folders, candidate.keras2)
        with self._lock:
            if self._closed:
                return None
            if key not in self._probes:
                deadline = DEADLINE if not candidate.keras2 else SLOW
                self._probes[key] = Probe(
                    candidate.executable, candidate.folders, deadline, keras2=candidate.keras2
                )
            return self._probes[key]

    def forget(self) -> None:
        """Environments may have changed: look for interpreters again when somebody asks."""
        with self._lock:
            self._chosen.clear()

    def close(self) -> None:
        """End all processes; nobody is asked any more."""
        with self._lock:
            self._closed = True
            probes, self._probes = list(self._probes.values()), {}
        for probe in probes:
            probe.close()


VARIABLES = ("VIRTUAL_ENV", "CONDA_PREFIX", "PATH")
"""All that decides about interpreters."""


class _Frozen(dict[str, str]):
    """A mapping that can be part of a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))
