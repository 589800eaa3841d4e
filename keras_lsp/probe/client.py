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
from keras_lsp.probe.course import Answer, Course
from keras_lsp.probe.process import START, AgentProcess, Fatal, Lost
from keras_lsp.probe.questions import Question, inside_question, loss_question
from keras_lsp.probe.wire import read
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
FEW, MANY = 4, 256
"""Calls that are asked about at once.  Behind an edit few are new, and what comes after them is
known again; as long as it is not, twice as many are asked about each time."""
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
        return (Rejected(reason),) * self.question.size


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
        self._known: OrderedDict[str, Answer] = OrderedDict()
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
        found: Any = self._wait(Course(network), budget)
        replies: Replies = found
        return replies

    def ask(
        self, network: Network, callback: Callable[[Replies], None], owner: object = None
    ) -> None:
        """The same without waiting; ``callback`` is called once, on the probe's own thread.

        A question that still waits when the same owner, which may be the path of a document, asks
        again is answered by what is remembered.
        """
        job = _Job(Course(network), callback)
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
            self._wait(Course(ANY), budget)
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
            return (NOT_KNOWN,) * question.size
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
        answered: list[Reply | Inside] = []
        died: set[str] = set()
        many = FEW
        while (node := len(answered)) < question.size:
            answer = self._settled(question, node)
            if answer is None and job.stale:
                answer = Answer(NOT_KNOWN)
            elif answer is None and (reason := self._start()):
                answer = Answer(Rejected(reason))
            if answer is not None:
                question.take(node, answer)
                answered.append(answer.reply)
                many = FEW
                continue
            # Where something has to be left alone, each call is looked at before it is asked about.
            stop = min(question.size, node + (1 if self._left_alone else many))
            many = min(MANY, 2 * many)
            try:
                self._exchange(question, stop, answered)
            except Lost as lost:
                self._agent.end()
                if self._closed:
                    return job.nothing("the probe is closed")
                self._lost.append(time.monotonic())
                if len(answered) < stop:
                    self._blame(question, len(answered), lost, died)
        return tuple(answered)

    def _settled(self, question: Question, node: int) -> Answer | None:
        """What is certain of the next node without asking."""
        reply = question.settled(node)
        if reply is not None:
            return Answer(reply)
        known = self._remembered(question.key(node))
        if known is None and self._left_alone:
            reply = self._left_alone.get(question.culprit(node))
            known = None if reply is None else Answer(reply)
        return known

    def _blame(self, question: Question, node: int, lost: Lost, died: set[str]) -> None:
        """Leave alone what the process was lost over; if it just died, only the second time."""
        culprit = question.culprit(node) if question.settled(node) is None else ""
        log.info("the probe was lost over %s: %s", culprit, lost)
        if culprit and (lost.slow or culprit in died):
            self._left_alone[culprit] = TOO_SLOW if lost.slow else DIED
        elif culprit:
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

    def _exchange(self, question: Question, stop: int, answered: list[Reply | Inside]) -> None:
        """Ask about the next nodes; raises `Lost`."""
        self._number += 1
        first = len(answered)
        for told in self._agent.ask({**question.asked(first, stop), "id": self._number}):
            node = len(answered)
            if "node" in told:
                reply = question.settled(node)
                answer = Answer(reply) if reply else Answer.of(read(told["reply"]), told["reply"])
                if reply is None:
                    self._remember(question.key(node), answer, "forget" in told["reply"])
                question.take(node, answer)
                answered.append(answer.reply)
            elif "done" in told:
                self.evaluated += told["done"]
            elif "rejected" in told:
                for late in range(node, stop):
                    question.take(late, Answer(Rejected(str(told["rejected"]))))
                    answered.append(Rejected(str(told["rejected"])))

    def _remembered(self, key: str) -> Answer | None:
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
        return known

    def _remember(self, key: str, answer: Answer, forget: bool) -> None:
        # What is not known today may be known when the process has been started again.
        if forget or answer.reply == NOT_KNOWN:
            return
        self._known[key] = answer
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
