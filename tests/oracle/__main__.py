"""``python -m tests.oracle FILE.py …`` and ``python -m tests.oracle --rule NAME …``.

Prints what becomes of a program under real Keras; never checks what keras-lsp says of it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from keras_lsp.pages import Example
from tests.oracle import Oracle
from tests.support.oracle_laws import trials
from tests.support.prelude import BARE, program_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="- is standard input")
    parser.add_argument("--rule", action="append", default=[], help="every program of its page")
    parser.add_argument("--k2", action="store_true", help="run FILE under tf_keras")
    parser.add_argument("--bare", action="store_true", help="run FILE without the prelude")
    options = parser.parse_args()
    if not options.files and not options.rule:
        parser.error("name a file or a rule")
    with Oracle() as oracle:
        complaints = [ask_page(oracle, name) for name in options.rule]
        for file in options.files:
            ask_file(oracle, file, k2=options.k2, bare=options.bare)
    return 1 if any(complaints) else 0


def ask_file(oracle: Oracle, file: Path, *, k2: bool, bare: bool) -> None:
    code = sys.stdin.read() if file == Path("-") else file.read_text(encoding="utf-8")
    example = Example.read(code, frozenset({BARE} if bare else ()))
    verdict = oracle.run(program_of(example), k2=k2)
    if verdict.output:
        print(verdict.output.rstrip())
    print(f"{file}: {verdict}")


def ask_page(oracle: Oracle, name: str) -> int:
    from keras_lsp.rules import all_rules

    waiting = [
        (trial, oracle.submit(trial.program, k2=trial.k2)) for trial in trials(all_rules()[name])
    ]
    failed = 0
    for trial, future in waiting:
        verdict = future.result()
        complaint = trial.complaint(verdict)
        failed += complaint is not None
        print(f"{'FAIL' if complaint else 'ok  '} {name}: {trial.name}: {complaint or verdict}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
