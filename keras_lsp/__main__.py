"""``python -m keras_lsp``: the command line, and behind one of its words the server."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line on the process's own arguments."""
    from keras_lsp.cli.main import main as run

    return run(None, _serve)


def _serve(transport: str, host: str, port: int) -> int:
    # Only the server needs the protocol's library, which takes long to load.
    from keras_lsp.lsp.loading import putting_off_definitions, without_collections

    with without_collections(), putting_off_definitions():
        from keras_lsp.lsp.server import create, serve

        server = create()
    return serve(server, transport, host, port)


if __name__ == "__main__":
    sys.exit(main())
