"""The guard: what the probe's process may not do once Keras is imported, whatever asks for it.

Never decides by what is asked for, only by what is done; it is the second line behind the
whitelist.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

DONE_BY_NOBODY = (
    "code.__new__", "ctypes.dlopen", "ftplib.", "http.client.", "imaplib.", "marshal.load",
    "nntplib.", "os.chmod", "os.chown", "os.exec", "os.fork", "os.kill", "os.link", "os.mkdir",
    "os.posix_spawn", "os.putenv", "os.remove", "os.rename", "os.rmdir", "os.spawn",
    "os.startfile", "os.symlink", "os.system", "os.truncate", "os.utime", "pickle.find_class",
    "poplib.", "pty.", "shutil.", "smtplib.", "socket.", "sqlite3.", "subprocess.", "syslog.",
    "telnetlib.", "tempfile.", "urllib.", "webbrowser.", "winreg.",
)  # fmt: skip
"""Events of ``sys.audit``, or what they begin with."""
ALLOWED = frozenset(("marshal.loads",))
"""How modules that Keras imports late are read."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Guard:
    """Refuses, and remembers what it has refused."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._places: tuple[str, ...] = ()

    def close(self) -> None:
        """From now on; there is no way back."""
        # Modules that Keras imports late are read from where the others came from.
        places = [*sys.path, sys.prefix, sys.base_prefix, sys.exec_prefix]
        self._places = tuple(
            sorted({os.path.join(_normal(place), "") for place in places if place})
        )
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._look_at_file(*arguments[:3])
        elif event.startswith(DONE_BY_NOBODY) and event not in ALLOWED:
            self._refuse(event)

    def _look_at_file(self, path: Any, mode: Any = None, flags: Any = 0) -> None:
        if isinstance(path, int):
            self._refuse("open")
        writes = bool((flags if isinstance(flags, int) else 0) & WRITING)
        writes = writes or any(letter in str(mode or "") for letter in "wax+")
        real = _normal(os.fsdecode(path))
        if writes or not real.startswith(self._places):
            self._refuse(f"open {real}")

    def _refuse(self, what: str) -> None:
        self.refused.append(what)
        raise PermissionError(f"the probe may not: {what}")


def _normal(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def limit(more: int) -> None:
    """Limits of the process itself: memory beyond what it has now, and no written file."""
    try:
        import resource
    except ImportError:  # Windows has none; there the limit of time is all
        return
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (0, 0))
    used = _address_space()
    if used and more:
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            most = used + more
            if hard == resource.RLIM_INFINITY or most < hard:
                resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _address_space() -> int:
    """The bytes that are mapped now; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0
