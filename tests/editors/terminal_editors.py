"""Editors that live in a terminal: how each is set up, after our own page, and its keys."""

from __future__ import annotations

import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from tests.editors.documented import snippet
from tests.editors.installed import ROOT, missing, program
from tests.editors.terminal import Terminal

OLDEST_NEOVIM = (0, 11)
"""The first one that reads ``lsp/NAME.lua``."""


class Editor(ABC):
    """One editor with the settings that ``editors/README.md`` gives it."""

    name: str
    indents = False
    """It indents new lines as it thinks best, and cannot be told not to."""

    @abstractmethod
    def find(self) -> str:
        """Its program; skips the test where it is not installed."""

    @abstractmethod
    def settings(self, home: Path) -> None:
        """Write them where the editor looks for them in this home."""

    @abstractmethod
    def command(self, found: str, home: Path, file: Path) -> list[str]: ...

    def environment(self, home: Path) -> Mapping[str, str]:
        return {}

    @abstractmethod
    def ready(self, terminal: Terminal) -> None:
        """Wait until it takes keys."""

    @abstractmethod
    def go(self, terminal: Terminal, line: int, column: int) -> None:
        """To a place, counted from one."""

    def show(self, terminal: Terminal) -> None:  # noqa: B027, moving there is enough for most
        """Bring up what is said of the place."""

    @abstractmethod
    def mend(self, terminal: Terminal, title: str) -> None:
        """Take the first fix that is offered there, which has this title."""

    @abstractmethod
    def hover(self, terminal: Terminal) -> None: ...

    @abstractmethod
    def save(self, terminal: Terminal) -> None: ...

    @abstractmethod
    def insert(self, terminal: Terminal) -> None:
        """Begin to type in a file that is empty."""

    def leave(self, terminal: Terminal) -> None:  # noqa: B027, some have no modes
        """Back from typing."""


class _Modal(Editor):
    """Those whose commands follow a colon."""

    def ready(self, terminal: Terminal) -> None:
        terminal.await_text("train.py")

    def colon(self, terminal: Terminal, command: str) -> None:
        terminal.type(f":{command}")
        terminal.keys("Enter")

    def save(self, terminal: Terminal) -> None:
        self.colon(terminal, "w")

    def insert(self, terminal: Terminal) -> None:
        if not self.indents:
            self.colon(terminal, "set noautoindent indentexpr= indentkeys=")
        terminal.type("i")

    def leave(self, terminal: Terminal) -> None:
        terminal.keys("Escape")


class Neovim(_Modal):
    name = "Neovim"

    def find(self) -> str:
        found = program(self.name, "nvim")
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        version = told.stdout.split()[1].lstrip("v").split("-")[0]
        if tuple(map(int, version.split(".")[:2])) < OLDEST_NEOVIM:
            missing(self.name, f"it is {version}, and 0.11 is the oldest with lsp/*.lua")
        return found

    def settings(self, home: Path) -> None:
        folder = home / ".config" / "nvim"
        shutil.copytree(ROOT / "editors" / "neovim" / "lsp", folder / "lsp")
        # It would wait for a pause before it tells the server anything.
        hasty = "vim.lsp.config('keras_lsp', { flags = { debounce_text_changes = 0 } })\n"
        (folder / "init.lua").write_text(snippet("Neovim", "lua") + hasty, encoding="utf-8")

    def command(self, found: str, home: Path, file: Path) -> list[str]:
        return [found, "-n", str(file)]

    def go(self, terminal: Terminal, line: int, column: int) -> None:
        self.colon(terminal, f"call cursor({line}, {column})")

    def mend(self, terminal: Terminal, title: str) -> None:
        terminal.type("gra")
        terminal.await_text(f"1: {title}", "Type number")
        terminal.type("1")
        terminal.keys("Enter")

    def hover(self, terminal: Terminal) -> None:
        terminal.type("K")


class Vim(_Modal):
    name = "Vim with ALE"

    def find(self) -> str:
        found = program(self.name, "vim")
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        if "+job" not in told.stdout:
            missing(self.name, "this Vim cannot start jobs")
        if not self._plugin:
            missing(self.name, "no ALE where packages of the system put it")
        return found

    @property
    def _plugin(self) -> list[Path]:
        """Where packages of a system put it."""
        places = [
            Path("/usr/share/vim-ale"),
            *Path("/usr/share/vim").glob("vimfiles/pack/*/opt/ale"),
        ]
        return [place for place in places if (place / "plugin" / "ale.vim").exists()]

    def settings(self, home: Path) -> None:
        lines = ["set nocompatible noswapfile nomore hidden", "filetype plugin on", "syntax on"]
        lines += [f"set runtimepath^={self._plugin[0]}"]
        lines += ["set backspace=indent,eol,start", snippet("Vim", "vim")]
        # It would wait for a pause before it tells the server anything.
        lines += ["let g:ale_lint_delay = 0"]
        (home / ".vimrc").write_text("\n".join(lines), encoding="utf-8")

    def command(self, found: str, home: Path, file: Path) -> list[str]:
        return [found, "-u", str(home / ".vimrc"), str(file)]

    def go(self, terminal: Terminal, line: int, column: int) -> None:
        self.colon(terminal, f"call cursor({line}, {column})")

    def mend(self, terminal: Terminal, title: str) -> None:
        self.colon(terminal, "ALECodeAction")
        terminal.await_text(f"1) {title}")
        terminal.type("1")
        terminal.keys("Enter")

    def hover(self, terminal: Terminal) -> None:
        self.colon(terminal, "ALEHover")


class Helix(_Modal):
    name = "Helix"
    indents = True

    def find(self) -> str:
        return program(self.name, "hx")

    def settings(self, home: Path) -> None:
        folder = home / ".config" / "helix"
        folder.mkdir(parents=True)
        (folder / "languages.toml").write_text(snippet("Helix", "toml"), encoding="utf-8")
        quiet = "[editor]\nauto-pairs = false\nauto-completion = false\n"
        (folder / "config.toml").write_text(quiet, encoding="utf-8")

    def command(self, found: str, home: Path, file: Path) -> list[str]:
        return [found, str(file)]

    def go(self, terminal: Terminal, line: int, column: int) -> None:
        self.colon(terminal, str(line))
        terminal.type("gh")
        if column > 1:
            terminal.type(f"{column - 1}l")

    def mend(self, terminal: Terminal, title: str) -> None:
        terminal.type(" a")
        terminal.await_text(title)
        terminal.keys("Enter")

    def hover(self, terminal: Terminal) -> None:
        terminal.type(" k")


class _Emacs(Editor):
    package: str

    def find(self) -> str:
        found = program(self.name, "emacs")
        asked = [
            found,
            "-Q",
            "--batch",
            "--eval",
            f"(progn {_INSTALLED} (require '{self.package}))",
        ]
        if subprocess.run(asked, capture_output=True, check=False).returncode:
            missing(self.name, f"this Emacs has no {self.package}")
        return found

    def settings(self, home: Path) -> None:
        lines = [
            _INSTALLED,
            "(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil)",
            "(setq create-lockfiles nil electric-indent-mode nil)",
            "(electric-indent-mode -1)",
            *self.lines(),
        ]
        (home / "init.el").write_text("\n".join(lines), encoding="utf-8")

    @abstractmethod
    def lines(self) -> list[str]:
        """What makes it speak with servers."""

    def command(self, found: str, home: Path, file: Path) -> list[str]:
        return [found, "-nw", "-Q", "-l", str(home / "init.el"), str(file)]

    def meta(self, terminal: Terminal, command: str) -> None:
        terminal.keys("M-x")
        terminal.type(command)
        terminal.keys("Enter")

    def ready(self, terminal: Terminal) -> None:
        terminal.await_text("train.py", "(Python")

    def go(self, terminal: Terminal, line: int, column: int) -> None:
        terminal.keys("M-g", "g")
        terminal.type(str(line))
        terminal.keys("Enter", "C-a")
        if column > 1:
            terminal.keys("C-u")
            terminal.type(str(column - 1))
            terminal.keys("C-f")

    def save(self, terminal: Terminal) -> None:
        terminal.keys("C-x", "C-s")

    def insert(self, terminal: Terminal) -> None:
        terminal.keys("M->")

    def show(self, terminal: Terminal) -> None:
        # A list of its own: in the echo area the hover may take a finding's place.
        self.meta(terminal, "flymake-show-buffer-diagnostics")


class Eglot(_Emacs):
    name = "Emacs with Eglot"
    package = "eglot"

    def lines(self) -> list[str]:
        # It would wait for half a second without a key before it tells the server anything.
        return [
            "(require 'eglot)",
            "(setq eglot-send-changes-idle-time 0)",
            snippet("Emacs", "elisp"),
        ]

    def ready(self, terminal: Terminal) -> None:
        terminal.await_text("train.py", "[eglot:")

    def mend(self, terminal: Terminal, title: str) -> None:
        terminal.keys("C-x", "1")
        self.meta(terminal, "eglot-code-actions")
        terminal.await_text("Pick an action", title)
        terminal.keys("Enter")

    def hover(self, terminal: Terminal) -> None:
        self.meta(terminal, "eldoc")
        # A few lines of it first; then there is a buffer that holds it all.
        terminal.await_text("sequential model")
        self.meta(terminal, "eldoc-doc-buffer")


class LspMode(_Emacs):
    name = "Emacs with lsp-mode"
    package = "lsp-mode"

    def lines(self) -> list[str]:
        return [
            "(require 'lsp-mode)",
            # It would ask where the project is, and which other servers to install.
            "(setq lsp-auto-guess-root t lsp-client-packages nil)",
            "(setq lsp-enable-suggest-server-download nil)",
            "(setq lsp-diagnostics-provider :flymake lsp-headerline-breadcrumb-enable nil)",
            snippet("Emacs", "elisp", 1),
            "(add-hook 'python-mode-hook #'lsp)",
        ]

    def ready(self, terminal: Terminal) -> None:
        terminal.await_text("train.py", "LSP[keras-lsp")

    def mend(self, terminal: Terminal, title: str) -> None:
        terminal.keys("C-x", "1")
        self.meta(terminal, "lsp-execute-code-action")
        terminal.await_text("Select code action")
        terminal.type(title)
        terminal.keys("Enter")

    def hover(self, terminal: Terminal) -> None:
        self.meta(terminal, "lsp-describe-thing-at-point")


_INSTALLED = """\
(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)"""
"""``emacs -Q`` hides the packages of the system."""

EDITORS = (Neovim(), Vim(), Helix(), Eglot(), LspMode())
