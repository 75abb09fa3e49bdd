"""A site simulated event by event: every document, page range, batch and rebalance (SimPy)."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import simpy

from bench.capacity.group import Group
from bench.capacity.pool import Pool
from bench.capacity.site import Site
from bench.capacity.travelling import Record, Travelling, ranges, whole
from processors.pipeline import StageName

#: seconds between looks at what comes and goes
TICK = 1.0


@dataclass
class Seen:
    """What was seen."""

    documents: Sequence[Travelling]
    until: float
    at: list[float] = field(default_factory=list)
    #: stage -> records that wait or are worked on; workers
    lag: dict[str, list[int]] = field(default_factory=dict)
    workers: dict[str, list[int]] = field(default_factory=dict)
    gpus: list[int] = field(default_factory=list)
    #: when a page range was read, and how many pages it has
    read: list[tuple[float, float]] = field(default_factory=list)


def run(site: Site, documents: Sequence[Travelling], until: float, seed: int = 1, tick: float = TICK) -> Seen:
    """Send the documents, in order of arrival, and watch until a time; the same seed gives the same run."""
    env = simpy.Environment()
    seen = Seen(documents, until)
    _Way(env, site, random.Random(seed), seen, tick).begin()
    env.run(until=until)
    return seen


class _Way:
    """The stages one behind the other."""

    def __init__(self, env: simpy.Environment, site: Site, dice: random.Random, seen: Seen, tick: float) -> None:
        self._env, self._site, self._seen, self._tick = env, site, seen, tick
        self._pool = Pool(env, site.gpus) if site.gpus else None
        self._groups: dict[StageName, Group] = {}
        for one in site.stages:
            pool = self._pool if one.name == "extract" else None
            self._groups[one.name] = Group(env, one, site, dice, self._after(one.name), pool)
        for name in self._groups:
            seen.lag[name], seen.workers[name] = [], []

    def begin(self) -> None:
        """Set it going."""
        self._env.process(self._send())
        self._env.process(self._watch())

    def _send(self) -> Generator[simpy.Event, Any, None]:
        for document in self._seen.documents:
            if document.arrived > self._env.now:
                yield self._env.timeout(document.arrived - self._env.now)
            if document.lane == "live":
                self._put("intake", whole(document))
            else:
                self._ranges(document)

    def _watch(self) -> Generator[simpy.Event, Any, None]:
        looked = dict.fromkeys([*self._groups, "gpus"], -math.inf)
        while True:
            now = self._env.now
            for name, group in self._groups.items():
                rule = self._site.rules.get(name)
                look = rule is not None and now - looked[name] >= rule.polling
                looked[name] = now if look else looked[name]
                group.scale(look)
                self._seen.lag[name].append(group.lag)
                self._seen.workers[name].append(group.workers)
            if self._pool is not None and self._site.gpus is not None:
                look = now - looked["gpus"] >= self._site.gpus.rule.polling
                looked["gpus"] = now if look else looked["gpus"]
                self._pool.scale(look, self._groups["extract"].lag)
                self._seen.gpus.append(self._pool.scaler.ready)
            self._seen.at.append(now)
            yield self._env.timeout(self._tick)

    def _put(self, stage: StageName, record: Record, topic: int = 0) -> None:
        record.document.came.setdefault(stage, self._env.now)
        if record.document.lane == "reprocessing":
            topic = len(self._groups[stage].costed.topics) - 1
        self._groups[stage].put(record, topic)

    def _ranges(self, document: Travelling) -> None:
        cut = list(ranges(document))
        document.left = len(cut)
        for record in cut:
            self._put("ocr", record, topic=int(document.long))

    def _after(self, stage: StageName) -> Callable[[Record], None]:
        following = dict(pairwise(one.name for one in self._site.stages)).get(stage)

        def done(record: Record) -> None:
            document = record.document
            document.went[stage] = self._env.now
            if stage == "ocr":
                self._seen.read.append((self._env.now, record.scanned + record.written))
                document.left -= 1
                if document.left:
                    return
            if stage == "intake":
                self._ranges(document)
            elif following is None:
                document.ended = self._env.now
            else:
                self._put(following, whole(document))

        return done
