"""The process in which programs run: imports Keras once and forks for each of them.

Started by path and isolated, so it uses the standard library only and must never import
``tests`` or ``keras_lsp``: a program shall meet nothing but Keras.

Reads one JSON request a line, ``{"files": [[name, text], …], "limit": seconds}``, and
answers each with one line. The last file is the program. With ``--once`` it answers a
single request in its own process, which is how systems without ``fork`` are served.
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import sys
import tempfile
import time
import traceback
import types
from typing import Any

TAIL = 2000
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "MPLBACKEND": "Agg",
    "NO_COLOR": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONWARNINGS": "ignore",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}


def main(arguments: list[str]) -> None:
    os.environ.update(ENVIRONMENT)
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # TensorFlow writes to both streams from C; replies have a descriptor of their own.
    os.dup2(2, 1)
    import_keras("--k2" in arguments)
    for line in sys.stdin:
        request = json.loads(line)
        answer = run_here(request) if "--once" in arguments else run_forked(request)
        replies.write(json.dumps(answer) + "\n")
        replies.flush()


def import_keras(k2: bool) -> None:
    """Import only: as long as nothing is computed TensorFlow has no threads to lose in a fork."""
    if not k2:
        import keras  # noqa: F401
        import tensorflow

        return
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow  # noqa: F401
    import tf_keras

    sys.modules["keras"] = tf_keras


def run_forked(request: dict[str, Any]) -> dict[str, Any]:
    """Run the program in a child, and end the child and its children at the limit."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="oracle-", ignore_cleanup_errors=True) as directory:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.setsid()
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                json.dump(run_in(directory, request["files"]), pipe)
            # Threads of TensorFlow hang an orderly exit now and then.
            os._exit(0)
        os.close(writing)
        answer, late = read_until(reading, started + request["limit"])
        if late:
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if answer:
            verdict: dict[str, Any] = json.loads(answer)
        elif late:
            verdict = ended("TimeoutError", f"it ran for more than {request['limit']} s", directory)
        else:
            verdict = ended("SystemError", f"the process ended with status {status}", directory)
    verdict["seconds"] = time.monotonic() - started
    return verdict


def run_here(request: dict[str, Any]) -> dict[str, Any]:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="oracle-", ignore_cleanup_errors=True) as directory:
        verdict = run_in(directory, request["files"])
        os.chdir(os.path.dirname(directory))
    verdict["seconds"] = time.monotonic() - started
    return verdict


def read_until(descriptor: int, deadline: float) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    with os.fdopen(descriptor, "rb", buffering=0) as pipe:
        while True:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return b"".join(parts), True
            part = pipe.read(65536)
            if not part:
                return b"".join(parts), False
            parts.append(part)


def run_in(directory: str, files: list[list[str]]) -> dict[str, Any]:
    """Run the last of ``files`` as ``__main__``, everything it prints going to a file."""
    os.environ["KERAS_HOME"] = os.path.join(directory, ".keras")
    # AutoGraph leaves a generated file behind for each function that it converts.
    tempfile.tempdir = os.path.join(directory, ".tmp")
    os.mkdir(tempfile.tempdir)
    os.chdir(directory)
    sys.path.insert(0, directory)
    for name, text in files:
        with open(name, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    name, text = files[-1]
    path = os.path.join(directory, name)
    module = types.ModuleType("__main__")
    module.__file__ = path
    sys.modules["__main__"] = module
    with open(".output", "w", encoding="utf-8") as output:
        for descriptor in (1, 2):
            os.dup2(output.fileno(), descriptor)
        sys.stdout = sys.stderr = output
        try:
            sys.modules["keras"].utils.set_random_seed(0)
            exec(compile(text, path, "exec"), module.__dict__)
        except BaseException as problem:  # the program may end itself in any way it likes
            file_name, line = place_of(problem, directory)
            return ended(type(problem).__name__, plain(str(problem)), directory, file_name, line)
        return ended(None, "", directory)


def place_of(problem: BaseException, directory: str) -> tuple[str, int | None]:
    """The innermost line of the program itself; inside a `tf.function` the message tells it."""
    names = [
        (os.path.relpath(match[1], directory), int(match[2]))
        for match in re.finditer(r'File "([^"\n]+)", line (\d+)', str(problem))
        if os.path.dirname(match[1]) == directory
    ]
    if names and not isinstance(problem, SyntaxError):
        return names[-1][0], names[-1][1] - 1
    if isinstance(problem, SyntaxError):
        return os.path.basename(problem.filename or ""), (problem.lineno or 1) - 1
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        if os.path.dirname(frame.filename) == directory:
            return os.path.basename(frame.filename), (frame.lineno or 1) - 1
    return "", None


def ended(
    exception: str | None, message: str, directory: str, file: str = "", line: int | None = None
) -> dict[str, Any]:
    sys.stdout.flush()
    try:
        with open(os.path.join(directory, ".output"), encoding="utf-8", errors="replace") as file_:
            tail = file_.read()[-TAIL:]
    except OSError:
        tail = ""
    return {
        "exception": exception,
        "message": message,
        "file": file,
        "line": line,
        "output": plain(tail),
    }


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


if __name__ == "__main__":
    main(sys.argv[1:])
