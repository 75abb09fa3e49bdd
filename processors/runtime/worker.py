"""The loop of a worker: poll, let the bench work while polling goes on, commit.

Two threads: this one owns the log (heavy work in the polling process would cost the membership of the group), the
other handles the records of a batch one after the other. Partitions are paused meanwhile, so polling keeps the
membership and brings nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event as Flag
from typing import Protocol

import structlog

from processors.errors import DependencyUnavailable, Interrupted, PipelineError, SlotTaken
from processors.ports import Incoming, Log, Outgoing
from processors.runtime.brake import Brake, Broken
from processors.runtime.retry import backoff
from processors.telemetry.work import Telling

log = structlog.get_logger()

#: How long a poll waits for news; a signal to stop is seen after at most this.
_POLL_SECONDS = 0.5
#: While the bench works: how often the group hears from us. The session lasts 30 s.
_KEEP_ALIVE_SECONDS = 1.0


class Answering(Protocol):
    """What the worker needs of `answering.Answerer`."""

    def answer(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        """The records that answer `incoming`."""
        ...

    def delivered(self) -> None:
        """What was answered is committed."""
        ...

    def undelivered(self) -> None:
        """What was answered and not committed will come again, and no attempt counts."""
        ...


@dataclass(frozen=True)
class Answered:
    """What became of a batch: a prefix of it has answers, and the rest must be given back for a reason."""

    done: tuple[tuple[Incoming, tuple[Outgoing, ...]], ...]
    #: why the batch ended early; None when all was answered
    error: PipelineError | None


class Worker:
    """Runs one slot of one stage until `stop` is set."""

    def __init__(
        self,
        log_: Log,
        answering: Answering,
        stop: Flag,
        abandon: Callable[[], None],
        finish: float = 12.0,
        telling: Telling | None = None,
        brake: Brake | None = None,
    ) -> None:
        """Take what is needed.

        Args:
            log_: this slot's hold on the topics
            answering: the order of effects
            stop: set by a signal: finish what is in progress, take nothing more
            abandon: ends work in progress that takes too long to wait for after `stop`
            finish: seconds that it is waited for
            telling: hears what is taken and written; the same that `answering` tells of failures
            brake: says when the stage is broken
        """
        self._log, self._answering, self._stop = log_, answering, stop
        self._abandon, self._finish = abandon, finish
        self._telling = telling or Telling()
        self._failures = 0
        self._brake = brake or Brake()

    def run(self) -> None:
        """Work until asked to stop.

        Raises:
            SlotTaken: another process runs under this slot's name.
            Broken: most of the work fails for our own reasons; what was answered is written.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="bench") as bench:
            while not self._stop.is_set() and not self._brake.pulled:
                try:
                    batch = self._log.poll(_POLL_SECONDS)
                    if batch:
                        with self._telling.in_hand(len(batch)):
                            self._work(batch, bench)
                except SlotTaken:
                    # What is in progress belongs to the other process now; end it, or leaving waits for it.
                    self._stop.set()
                    self._abandon()
                    raise
                except DependencyUnavailable as error:
                    self._answering.undelivered()
                    self._pause(error)
        self._log.close()
        if self._brake.pulled:
            raise Broken(str(self._brake))

    def _work(self, batch: Sequence[Incoming], bench: ThreadPoolExecutor) -> None:
        answered = self._wait(bench.submit(self._answer, batch))
        owned = [(incoming, answers) for incoming, answers in answered.done if self._log.owned(incoming.origin)]
        if owned:
            outputs = [output for _, answers in owned for output in answers]
            with self._telling.commit():
                self._log.commit(outputs, [incoming for incoming, _ in owned])
            self._answering.delivered()
            for incoming, answers in owned:
                self._brake.note(answers)
                self._telling.committed(incoming.origin, answers)
        else:
            self._answering.undelivered()
            self._log.rewind()
        if answered.error is None:
            self._failures = 0
        elif not isinstance(answered.error, Interrupted):
            self._pause(answered.error)

    def _answer(self, batch: Sequence[Incoming]) -> Answered:
        """Runs on the bench."""
        done: list[tuple[Incoming, tuple[Outgoing, ...]]] = []
        for incoming in batch:
            if self._stop.is_set():
                return Answered(tuple(done), Interrupted())
            try:
                with self._telling.piece(incoming.origin):
                    done.append((incoming, self._answering.answer(incoming)))
            except PipelineError as error:
                return Answered(tuple(done), error)
        return Answered(tuple(done), None)

    def _wait(self, future: Future[Answered]) -> Answered:
        waited_after_stop = 0.0
        while not wait((future,), timeout=_KEEP_ALIVE_SECONDS).done:
            try:
                self._log.poll(0)
            except DependencyUnavailable as error:
                # Leaving here would leave the batch open for ever; the commit finds out whether it still may.
                log.warning("keep_alive_failed", code=error.code, detail=error.detail)
            if self._stop.is_set():
                waited_after_stop += _KEEP_ALIVE_SECONDS
                if waited_after_stop > self._finish:
                    self._abandon()
        return future.result()

    def _pause(self, error: PipelineError) -> None:
        """A server is away: keep the membership, take nothing, try again later; nothing is lost meanwhile."""
        self._failures += 1
        self._telling.paused(error)
        seconds = backoff(self._failures, random.random())  # noqa: S311 - spreads the workers, no secret
        log.warning("paused", code=error.code, detail=error.detail, seconds=round(seconds, 1))
        self._stop.wait(seconds)
