"""The client: asks the probe, remembers its replies, and never waits longer than it may.

Never imports Keras; never judges a reply.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keras_lsp.networks import Argument, Input, Made, Nested, Network, NetworkKind
from keras_lsp.probe.process import START, AgentProcess, Fatal, Lost
from keras_lsp.probe.questions import (
    Question,
    inside_question,
    loss_question,
    network_question,
)
from keras_lsp.probe.wire import Wire, read
from keras_lsp.replies import NOT_KNOWN, Inside, Rejected, Reply, TensorSpec
from keras_lsp.syntax.source import Place, Statement

log = logging.getLogger("keras_lsp.probe")

DEADLINE = 3.0
"""Seconds for one layer, after which the process is ended and the layer is left alone."""
SLOW = 10.0
"""The same for a Keras 2, which does more for each layer."""
MEMORY = 1 << 30
"""Bytes that the process may take beyond what the imported Keras takes."""
LOSSES = 5
"""Processes lost after which the probe rests for a while."""
REST = 60.0
"""Seconds of that while."""
REMEMBERED = 50_000
"""Replies that are kept."""
BUDGET = START + 30.0
"""Seconds that somebody waits for all replies."""
TOO_SLOW = Rejected("Keras took too long over it")
DIED = Rejected("Keras did not survive it")

Replies = tuple[Reply, ...]
_NOWHERE = Place(Statement(""), 1, 0, 1, 0)
_INPUT = Input(Made("keras.Input", ((1,),)), _NOWHERE)
ANY = Network("", NetworkKind.FUNCTIONAL, (), (_INPUT,), (), (), _NOWHERE)
"""A question that any Keras can answer."""


@dataclass(frozen=True, slots=True)
class Running:
    """What the process has said of itself."""

    keras: str
    python: str
    settings: Mapping[str, str] = field(default_factory=dict)
    """Its ``image_data_format`` and ``floatx``, before any program sets them."""


Answers = tuple[Reply | Inside, ...]


@dataclass(eq=False)
class _Job:
    """Something to be asked, and who waits for it."""

    question: Question
    callback: Callable[[Any], None] | None = None
    stale: bool = False
    """A newer question stands for this one."""
    done: threading.Event = field(default_factory=threading.Event)
    answers: Answers = ()

    def finish(self, answers: Answers) -> None:
        self.answers = answers
        self.done.set()
        if self.callback is not None:
            try:
                self.callback(answers)
            except Exception:
                log.exception("a reply of the probe was not taken well")

    def nothing(self, reason: str) -> Answers:
        return tuple(Rejected(reason) for _ in self.question.keys)


class Probe:
    """One process, started when it is first needed; safe to use from several threads.

    One daemon thread speaks with the process; a question that has to wait waits for that thread.
    """

    def __init__(
        self,
        executable: str,
        folders: Sequence[str] = (),
        deadline: float = DEADLINE,
        memory: int = MEMORY,
        command: Sequence[str] = (),
        keras2: str = "",
    ) -> None:
        self._agent = AgentProcess(executable, folders, deadline, memory, command, keras2)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._latest: dict[object, _Job] = {}
        self._number = 0
        # What follows belongs to the thread.
        self._known: OrderedDict[str, Reply | Inside] = OrderedDict()
        self._left_alone: dict[str, Rejected] = {}
        """Layers that were never answered for."""
        self._lost: list[float] = []
        self.evaluated = 0
        """Calls that Keras was asked about, for the agent did not remember them."""
        self.running: Running | None = None
        self.problem = ""
        """Why there is no process, and never will be."""

    # Questions

    def check(self, network: Network, budget: float = BUDGET) -> Replies:
        """A reply for each node; those that are not there in time are unknown."""
        found: Any = self._wait(network_question(network), budget)
        replies: Replies = found
        return replies

    def ask(
        self, network: Network, callback: Callable[[Replies], None], owner: object = None
    ) -> None:
        """The same without waiting; ``callback`` is called once, on the probe's own thread.

        A question that still waits when the same owner, which may be the path of a document, asks
        again is answered by what is remembered.
        """
        job = _Job(network_question(network), callback)
        if owner is not None:
            with self._lock:
                before = self._latest.get(owner)
                if before is not None:
                    before.stale = True
                self._latest[owner] = job
        self._put(job)

    def check_loss(
        self,
        loss: Argument,
        output: TensorSpec,
        target: TensorSpec | None,
        budget: float = BUDGET,
    ) -> Reply:
        """Whether a loss takes an output and a target; None: whether it takes any target."""
        (reply,) = self._wait(loss_question(loss, output, target), budget)
        return NOT_KNOWN if isinstance(reply, Inside) else reply

    def inside(
        self, layer: Made | Nested, budget: float = BUDGET, trainable: bool | None = None
    ) -> Inside | Reply:
        """The layers of an application or of a model, or why the model cannot be made of them."""
        (reply,) = self._wait(inside_question(layer, trainable), budget)
        return reply

    def settings(self, budget: float = BUDGET) -> Mapping[str, str]:
        """What Keras has set by itself; starts the process, if that has not been done."""
        if self.running is None:
            self._wait(network_question(ANY), budget)
        return self.running.settings if self.running is not None else {}

    @property
    def pid(self) -> int | None:
        return self._agent.pid

    @property
    def starts(self) -> int:
        """How often a process was started."""
        return self._agent.starts

    def close(self) -> None:
        """End the process; whoever waits gets no reply."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
        self._agent.interrupt()
        if thread is not None:
            self._jobs.put(None)
            if thread is not threading.current_thread():
                thread.join(timeout=5)

    # The thread

    def _wait(self, question: Question, budget: float) -> Answers:
        if threading.current_thread() is self._thread:
            return self._answers(_Job(question))  # a callback asks; nobody else would answer
        job = self._put(_Job(question))
        if not job.done.wait(budget):
            return tuple(NOT_KNOWN for _ in question.keys)
        return job.answers

    def _put(self, job: _Job) -> _Job:
        with self._lock:
            closed = self._closed
            if not closed and self._thread is None:
                self._thread = threading.Thread(target=self._serve, daemon=True, name="probe")
                self._thread.start()
            if not closed:
                self._jobs.put(job)
        if closed:
            job.finish(job.nothing("the probe is closed"))
        return job

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                answers = self._answers(job)
            except Exception as problem:
                log.exception("a question to the probe failed")
                answers = job.nothing(repr(problem))
            job.finish(answers)
        while not self._jobs.empty():
            left = self._jobs.get()
            if left is not None:
                left.finish(left.nothing("the probe is closed"))
        self._agent.end()

    def _answers(self, job: _Job) -> Answers:
        question = job.question
        known = [self._remembered(key) for key in question.keys]
        if all(known) or job.stale:
            return tuple(answer or NOT_KNOWN for answer in known)
        died: set[str] = set()
        while True:
            reason = self._start()
            if reason:
                return tuple(answer or Rejected(reason) for answer in known)
            answered: list[Reply | Inside] = []
            try:
                self._exchange(question, answered)
            except Lost as lost:
                self._agent.end()
                if self._closed:
                    return job.nothing("the probe is closed")
                self._lost.append(time.monotonic())
                if len(answered) < len(question.culprits):
                    self._blame(question.culprits[len(answered)], lost, died)
                continue
            return tuple(answered)

    def _blame(self, culprit: str | None, lost: Lost, died: set[str]) -> None:
        """Leave alone what the process was lost over; if it just died, only the second time."""
        log.info("the probe was lost over %s: %s", culprit, lost)
        if culprit is not None and (lost.slow or culprit in died):
            self._left_alone[culprit] = TOO_SLOW if lost.slow else DIED
        elif culprit is not None:
            died.add(culprit)

    def _start(self) -> str:
        """Have a process; why there is none."""
        if self.problem or self._agent.pid is not None:
            return self.problem
        now = time.monotonic()
        self._lost = [at for at in self._lost if now - at < REST]
        if len(self._lost) >= LOSSES:
            return "the probe rests"
        try:
            answer = self._agent.start()
        except Fatal as problem:
            self.problem = str(problem)
            log.warning("no shapes: %s", problem)
            return self.problem
        self.running = Running(answer["keras"], answer["python"], answer.get("settings", {}))
        return ""

    def _exchange(self, question: Question, answered: list[Reply | Inside]) -> None:
        left = [self._left_alone.get(culprit or "") for culprit in question.culprits]
        if all(left):
            answered.extend(reply for reply in left if reply is not None)
            return
        self._number += 1
        skip = [node for node, reply in enumerate(left) if reply is not None]
        for answer in self._agent.ask({**question.request, "id": self._number, "skip": skip}):
            if "node" in answer:
                node = answer["node"]
                reply = left[node] or read(answer["reply"])
                answered.append(reply)
                self._remember(question.keys[node], reply, answer["reply"])
            elif "done" in answer:
                self.evaluated += answer["done"]
            elif "rejected" in answer:
                reason = Rejected(str(answer["rejected"]))
                answered.extend([reason] * (len(question.keys) - len(answered)))

    def _remembered(self, key: str | None) -> Reply | Inside | None:
        if key is None:
            return NOT_KNOWN
        reply = self._known.get(key)
        if reply is not None:
            self._known.move_to_end(key)
        return reply

    def _remember(self, key: str | None, reply: Reply | Inside, wire: Wire) -> None:
        # What is not known today may be known when the process has been started again.
        if key is None or reply == NOT_KNOWN or "forget" in wire:
            return
        self._known[key] = reply
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
