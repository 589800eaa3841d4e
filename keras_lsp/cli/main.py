"""The command line: what its words mean.

Never imports what a subcommand alone needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from keras_lsp import __version__

FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"error: {message}\n")


Serve = Callable[[str, str, int], int]
"""Starts the language server: ``(transport, host, port) -> exit status``."""


def main(argv: Sequence[str] | None, serve: Serve) -> int:
    """Run the program; the exit status: 0 nothing found, 1 findings, 2 it could not work.

    ``serve`` is handed in: the command line does not know the editor's side.
    """
    parser = _arguments()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return 2
    if arguments.command == "server":
        # The editor waits: nothing is imported that the server does not need at once.
        return _serve(arguments, serve)
    from keras_lsp.config import ConfigError

    try:
        return _run(arguments)
    except ConfigError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _serve(arguments: argparse.Namespace, serve: Serve) -> int:
    address = arguments.tcp or arguments.ws
    if address is None:
        return serve("stdio", "", 0)
    try:
        return serve("tcp" if arguments.tcp else "ws", *address)
    except OSError as problem:
        # Somebody else listens there, or the host is another machine's.
        print(f"error: cannot listen on {address[0]}:{address[1]}: {problem}", file=sys.stderr)
        return 2


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "check":
        from keras_lsp.cli import check

        arguments.overrides = _overrides(arguments)
        return check.run(arguments)
    if arguments.command == "explain":
        from keras_lsp.cli import explain

        return explain.run(arguments.rule, arguments.output_format)
    if arguments.command == "trace":
        from keras_lsp.cli import trace

        return trace.run(arguments.place)
    if arguments.command == "summary":
        from keras_lsp.cli import summary

        return summary.run(
            arguments.place, arguments.graph, arguments.output_format, arguments.python
        )
    from keras_lsp.cli import doctor

    return doctor.run()


def _overrides(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that flags stand for."""
    table: dict[str, Any] = {}
    if arguments.select:
        table["select"] = _listed(arguments.select)
    if arguments.ignore:
        table["ignore"] = _listed(arguments.ignore)
    return table


def _listed(given: Sequence[str]) -> list[str]:
    return [name.strip() for part in given for name in part.split(",") if name.strip()]


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is not HOST:PORT")
    return host.strip("[]") or "127.0.0.1", int(port)


def _arguments() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="keras-lsp",
        description="Follows the life of every Keras model, and says why it is undefined.",
    )
    parser.add_argument("--version", action="version", version=f"keras-lsp {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    server = commands.add_parser("server", help="the language server, for editors")
    how = server.add_mutually_exclusive_group()
    how.add_argument("--stdio", action="store_true", help="speak on standard input and output")
    how.add_argument("--tcp", type=_address, metavar="HOST:PORT", help="listen on a port")
    how.add_argument("--ws", type=_address, metavar="HOST:PORT", help="listen for a web socket")

    check = commands.add_parser("check", help="check files and folders")
    check.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, or - for stdin")
    check.add_argument("--fix", action="store_true", help="apply safe fixes")
    check.add_argument("--unsafe-fixes", action="store_true", help="count unsafe fixes in")
    check.add_argument("--diff", action="store_true", help="print what --fix would change")
    check.add_argument("--select", action="append", metavar="RULE,…", help="only these rules")
    check.add_argument("--ignore", action="append", metavar="RULE,…", help="not these rules")
    check.add_argument("--output-format", choices=FORMATS, default="full")
    check.add_argument("--statistics", action="store_true", help="print counts by rule")
    check.add_argument("--jobs", type=int, default=0, metavar="N", help="processes to use")
    check.add_argument("--watch", action="store_true", help="check again on every change")
    check.add_argument("--exit-zero", action="store_true", help="exit with 0 despite findings")
    check.add_argument("--stdin-filename", metavar="PATH", help="the name of what stdin holds")

    explain = commands.add_parser("explain", help="the page of a rule; the list without one")
    explain.add_argument("rule", nargs="?", metavar="RULE")
    explain.add_argument("--output-format", choices=("text", "json"), default="text")

    trace = commands.add_parser("trace", help="the life of each model, event by event")
    trace.add_argument("place", metavar="PATH[:LINE]")

    summary = commands.add_parser("summary", help="layers, shapes and parameters; the picture")
    summary.add_argument("place", metavar="PATH[:LINE]")
    summary.add_argument("--graph", default="", metavar="FILE", help="draw an .svg or .html file")
    summary.add_argument("--output-format", choices=("table", "json", "markdown"), default="table")
    summary.add_argument("--python", default="", metavar="PATH", help="whose Keras is asked")

    commands.add_parser("doctor", help="versions, interpreter, Keras, a self-check")
    return parser
