"""One stage's consumer group, event by event: partitions that one worker reads each, lanes, batches, rebalances."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Generator
from typing import Any

import simpy

from bench.capacity.pool import Pool
from bench.capacity.scaling import Scaler
from bench.capacity.site import Site
from bench.capacity.stages import Costed
from bench.capacity.travelling import Record
from processors.adapters.kafka_lanes import GLANCE_MS, SMALLER, Lanes

Process = Generator[simpy.Event, Any, None]


class Group:
    """The workers of one stage and what waits for them."""

    def __init__(
        self,
        env: simpy.Environment,
        costed: Costed,
        site: Site,
        dice: random.Random,
        done: Callable[[Record], None],
        pool: Pool | None = None,
    ) -> None:
        """Start its workers.

        Args:
            env: keeps the time
            costed: the stage
            site: its partitions, workers, rules
            dice: which partition a key falls on
            done: told of every record, when its batch is committed
            pool: of GPUs that each document's answers come from
        """
        self._env, self.costed, self._dice, self._done, self._pool = env, costed, dice, done, pool
        self._partitions = [site.partitions[topic] for topic in costed.topics]
        self._rebalance, rule = site.rebalance, site.rules.get(costed.name)
        self.scaler = Scaler(rule, site.workers[costed.name]) if rule else None
        self.workers = site.workers[costed.name]
        #: topic -> worker -> what waits; a worker's partitions of a topic are one line, in order of arrival
        self._lines: list[list[deque[Record]]] = [[deque() for _ in range(self.workers)] for _ in costed.topics]
        self._idle: dict[int, simpy.Event] = {}
        self._alive: set[int] = set()
        self._paused = 0.0
        #: records that wait or are being worked on
        self.lag = 0
        self._start()

    def put(self, record: Record, topic: int) -> None:
        """A record is committed to a topic of this stage."""
        record.topic, record.entered = topic, self._env.now
        record.partition = self._dice.randrange(self._partitions[topic])
        owner = record.partition % self.workers if self.workers else 0
        if self.workers:
            self._lines[topic][owner].append(record)
            self._wake(owner)
        else:
            self._lines[topic] = self._lines[topic] or [deque()]
            self._lines[topic][0].append(record)
        self.lag += 1

    def scale(self, look: bool) -> None:
        """Let new workers in, and look at the lag where it is time."""
        if self.scaler is None:
            return
        changed = self.scaler.arrive(self._env.now)
        if look:
            changed |= self.scaler.look(self._env.now, self.lag)
        if changed:
            self._regroup(self.scaler.ready)

    def _regroup(self, workers: int) -> None:
        """Hand the partitions out anew; nobody reads meanwhile."""
        self.workers = workers
        for topic, lines in enumerate(self._lines):
            waiting = sorted((record for line in lines for record in line), key=lambda one: one.entered)
            self._lines[topic] = [deque() for _ in range(max(1, workers))]
            for record in waiting:
                self._lines[topic][record.partition % max(1, workers)].append(record)
        self._paused = self._env.now + self._rebalance
        for index in list(self._idle):
            self._wake(index)
        self._start()

    def _start(self) -> None:
        for index in range(self.workers):
            if index not in self._alive:
                self._alive.add(index)
                self._env.process(self._work(index))

    def _wake(self, index: int) -> None:
        if (event := self._idle.pop(index, None)) is not None:
            event.succeed()

    def _work(self, index: int) -> Process:
        lanes = Lanes(self.costed.topics)
        while index < self.workers:
            if self._env.now < self._paused:
                yield self._env.timeout(self._paused - self._env.now)
                continue
            records, glanced = self._take(index, lanes)
            if not records:
                self._idle[index] = self._env.event()
                yield self._idle[index]
                continue
            work = sum(self.costed.seconds(record.scanned, record.written) for record in records)
            yield self._env.timeout(glanced + self.costed.turn + work)
            if self._pool is not None:
                yield from self._pool.answers(len(records))
            self.lag -= len(records)
            for record in records:
                self._done(record)
        self._alive.discard(index)

    def _take(self, index: int, lanes: Lanes) -> tuple[list[Record], float]:
        """What one poll hands out, and the seconds of a glance at faster lanes that found nothing."""
        filled = [n for n, line in enumerate(self._lines) if line[index]]
        if not filled:
            return [], 0.0
        # The client hands out what it fetched, whatever the topic; only the rule of the lanes sets that right.
        first, glanced = self._dice.choice(filled) if len(filled) > 1 else filled[0], 0.0
        if preferred := lanes.preferred_to(self.costed.topics[first]):
            better = [n for n in filled if self.costed.topics[n] in preferred]
            first, glanced = (better[0], 0.0) if better else (first, GLANCE_MS / 1000)
        lanes.took(self.costed.topics[first])
        most = self.costed.batch if first == 0 else max(1, self.costed.batch // SMALLER)
        line = self._lines[first][index]
        return [line.popleft() for _ in range(min(most, len(line)))], glanced
