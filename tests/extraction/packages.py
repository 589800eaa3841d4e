"""``python -m tests.extraction.packages``: shapes in the programs of packages, against Keras.

Writes ``docs/shapes.md``.  The packages are pinned in ``packages.toml``; never installed, only
unpacked.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from keras_lsp.probe.client import Probe
from tests.corpus.packages import TARGET
from tests.extraction.shares import Share, measured, programs
from tests.support import releases
from tests.support.releases import STORE, Release

PINNED = Path(__file__).with_name("packages.toml")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "shapes.md"


def pinned(names: Sequence[str] = ()) -> list[Release]:
    table = tomllib.loads(PINNED.read_text(encoding="utf-8"))
    found = [Release(**entry) for entry in table["package"]]
    return [release for release in found if not names or release.name in names]


def unpacked(release: Release) -> Path:
    """The folder of a release; raises `Unavailable`."""
    is_source = release.file.endswith(".tar.gz")
    options = ("--no-binary=:all:", "--no-build-isolation") if is_source else TARGET
    kind = "-source" if is_source else ""
    folder = STORE / f"{release.name}-{release.version}{kind}"
    releases.fetch(release, folder, lambda path: path.suffix == ".py", options)
    return folder


def shares(found: Iterable[Release], probe: Probe) -> dict[str, Share]:
    """Of each package."""
    return {
        f"{release.name} {release.version}": measured(programs([str(unpacked(release))]), probe)
        for release in found
    }


def page(found: dict[str, Share], keras: str) -> str:
    lines = [
        "# Shapes in other people's programs",
        "",
        "Written by `python -m tests.extraction.packages`. Whatever makes models in these packages "
        f"(programs, tests, and functions that need no argument) is run under Keras {keras} over "
        "TensorFlow, data and training left out. A layer counts if Keras has called it on symbolic "
        "tensors; it is known by the place of the call that makes it. Compared are all shapes that "
        "it gives there and its number of parameters.",
        "",
        "| package | files | layers | with a shape | share | wrong |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, share in found.items():
        percent = f"{100 * share.told / share.reached:.1f} %" if share.reached else ""
        cells = (share.files, share.reached, share.told, percent, len(share.wrong))
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    reached = sum(share.reached for share in found.values())
    told = sum(share.told for share in found.values())
    files = sum(share.files for share in found.values())
    wrong = sum(len(share.wrong) for share in found.values())
    whole = f"{100 * told / reached:.1f} %" if reached else ""
    lines.append(f"| all | {files} | {reached} | {told} | {whole} | {wrong} |")
    return "\n".join([*lines, ""])


def main() -> int:
    probe = Probe(sys.executable, deadline=60)
    try:
        found = shares(pinned(sys.argv[1:]), probe)
    finally:
        probe.close()
    for name, share in found.items():
        print(f"{name}: {share}")
        print(*(f"  silent: {line}" for line in share.silent), sep="\n")
        print(*(f"  WRONG: {line}" for line in share.wrong), sep="\n")
    if len(sys.argv) == 1:
        PAGE.write_text(page(found, version("keras")), encoding="utf-8")
    return 1 if any(share.wrong for share in found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
