"""What shapes cost: an edit to its hints, and the memory of the probe after many edits."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks import peers
from benchmarks.client import Client
from benchmarks.peers import Tool
from benchmarks.processes import cpu_ms, family, resident_mb, wait_until_quiet
from keras_lsp.probe.client import Probe
from keras_lsp.service.shaping import Asker
from keras_lsp.syntax import Source

LENGTHS = {50: "60 ms", 200: "120 ms"}
STYLES = ("sequential", "functional", "convolutional")
EDITS = 10_000


def program(style: str, layers: int, edited: int) -> str:
    """A model of so many layers, all of them different; the one in the middle is ``edited``."""
    sizes = [n + 1 for n in range(layers)]
    sizes[layers // 2] = edited
    head = "from tensorflow import keras\nfrom keras import layers\n"
    if style == "sequential":
        lines = [f'    layers.Dense({n}, activation="relu"),\n' for n in sizes]
        return f"{head}model = keras.Sequential([\n    keras.Input((64,)),\n{''.join(lines)}])\n"
    call = 'layers.Dense({}, activation="relu")(x)'
    start = "keras.Input((64,))"
    if style == "convolutional":
        call, start = 'layers.Conv2D({}, 3, padding="same")(x)', "keras.Input((32, 32, 3))"
    lines = [f"x = {call.format(n)}\n" for n in sizes]
    return f"{head}x = inputs = {start}\n{''.join(lines)}model = keras.Model(inputs, x)\n"


def hints(rounds: int) -> None:
    """CPU of all processes from an edit to the hints in view, and until it is quiet."""
    print("## An edit to its shapes\n")
    print(
        f"Median of {rounds} edits of the layer in the middle; CPU is that of the server, the "
        "probe and all other processes, findings included.\n"
    )
    print("| Model | Layers | CPU to hints | CPU until quiet | Wall | Target (CPU) |")
    print("|---|---|---|---|---|---|", flush=True)
    tool = Tool("keras-lsp", (*peers.OWN, "server", "--stdio"))
    for style in STYLES:
        for count, target in LENGTHS.items():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder).resolve() / "program.py"
                path.write_text(program(style, count, 1000), encoding="utf-8")
                figures = _edits(Client(tool, path.parent), path, rounds)
            texts = (f"{figure:.0f} ms" for figure in figures)
            print(f"| {style} | {count} | {' | '.join(texts)} | {target} |", flush=True)
    print()


def _edits(client: Client, path: Path, rounds: int) -> tuple[float, float, float]:
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines) if "(1000," in text)
    column = lines[line].index("(1000,") + 1
    to_hints, until_quiet, wall = [], [], []
    # As much as an editor shows at once.
    top = max(0, line - 25)
    view = {"start": {"line": top, "character": 0}, "end": {"line": top + 50, "character": 0}}
    wanted = {"textDocument": {"uri": path.as_uri()}, "range": view}
    with client:
        client.initialize()
        client.initialized()
        client.open(path)
        assert len(client.request("textDocument/inlayHint", wanted)) >= 48
        wait_until_quiet(client.pid, 300)
        for number in range(rounds):
            before, began = cpu_ms(*family(client.pid)), time.perf_counter()
            client.edit(path, (line, column), (line, column + 4), str(1001 + number))
            found = client.request("textDocument/inlayHint", wanted)
            wall.append((time.perf_counter() - began) * 1000)
            to_hints.append(cpu_ms(*family(client.pid)) - before)
            assert any(f"{1001 + number})" in hint["label"] for hint in found)
            wait_until_quiet(client.pid)
            until_quiet.append(cpu_ms(*family(client.pid)) - before)
    return median(to_hints), median(until_quiet), median(wall)


def memory(edits: int = EDITS) -> None:
    """What the probe holds after many edits, each with a layer that it has never seen."""
    print(f"## Memory of the probe after {edits:,} edits\n")
    print("| Edits | The probe | Target |")
    print("|---|---|---|", flush=True)
    probe = Probe(sys.executable)
    try:
        for number in range(edits + 1):
            style = STYLES[number % len(STYLES)]
            Asker(probe).models(Source.parse("x.py", program(style, 10, 1000 + number)))
            if number in (0, edits // 10, edits):
                held = resident_mb(probe.pid or 0)
                print(f"| {number:,} | {held:.0f} MB | 120 MB |", flush=True)
        print(f"\nThe process was started {probe.starts} time(s).\n")
    finally:
        probe.close()
