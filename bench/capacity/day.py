"""A whole day as a fluid, step by step: millions of documents, of which none is looked at by itself.

What this leaves out: waiting that chance makes while workers are not full, how unevenly ids fall on partitions,
whole batches and whole page ranges, and that a long document is one piece of work behind recognition. `window.py`
has them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.capacity.curve import Floats, Scenario, again, live
from bench.capacity.load import DAY_SECONDS, Load
from bench.capacity.scaling import Scaler
from bench.capacity.sharing import Queues
from bench.capacity.site import Site
from bench.capacity.stages import Costed, ranges_of
from processors.intake.ranges import split

#: seconds of a step
STEP = 5.0
LIVE, LONG, AGAIN = range(3)
LANES = ("live", "long", "reprocessing")


@dataclass(frozen=True)
class Day:
    """What was seen of the day; each array has a value a step."""

    at: Floats
    #: stage -> documents that wait, workers at work
    lag: dict[str, Floats]
    workers: dict[str, Floats]
    gpus: Floats
    #: lane -> documents that came, and that were published, since midnight
    came: dict[str, Floats]
    ended: dict[str, Floats]
    #: stage -> seconds that live documents stayed, at even places of all that came; unfinished ones their age
    stay: dict[str, Floats]
    #: the same for the whole way
    whole: Floats
    #: live documents that had no end at midnight
    unfinished: float


class _Stage:
    """One stage, its queues and its workers."""

    def __init__(self, costed: Costed, site: Site, load: Load, scenario: Scenario) -> None:
        self.name = costed.name
        #: seconds that a document takes with nobody before it
        pages, scanned = load.pages_per_document, load.scanned_share
        self.floor = costed.turn + costed.seconds(scanned * pages, (1 - scanned) * pages)
        busy = costed.busy(load)
        long = scenario.long_pages
        turns = len(split(long)) if costed.name == "ocr" else 1
        busy_long = costed.seconds(scanned * long, (1 - scanned) * long) + turns * costed.turn
        # Behind recognition a long document shares the topic of the others.
        topics = (costed.live, costed.topics[1] if costed.name == "ocr" else costed.live, costed.topics[-1])
        self.queues = Queues(costed, [site.partitions[topic] for topic in topics], (busy, busy_long, busy))
        rule = site.rules.get(costed.name)
        self.rule, self.fixed = rule, site.workers[costed.name]
        self.scaler = Scaler(rule, self.fixed) if rule else None
        self.looked, self.paused = -math.inf, -math.inf
        #: of a document on the stage's topic, as its rule of scaling counts them
        self.records = ranges_of(load) if costed.name == "ocr" else 1.0

    @property
    def workers(self) -> int:
        """At work."""
        return self.scaler.ready if self.scaler else self.fixed

    def scale(self, now: float, working: float, pause: float) -> None:
        """Let new workers in, and look at the lag where it is time."""
        if self.scaler is None or self.rule is None:
            return
        changed = self.scaler.arrive(now)
        if now - self.looked >= self.rule.polling:
            self.looked = now
            changed |= self.scaler.look(now, self.queues.lag() * self.records + working)
        if changed:
            self.paused = now + pause


def simulate(site: Site, load: Load, scenario: Scenario, step: float = STEP) -> Day:
    """The day, from midnight to midnight."""
    at = np.arange(0.0, DAY_SECONDS, step)
    stages = [_Stage(one, site, load, scenario) for one in site.stages]
    pool = Scaler(site.gpus.rule, 0) if site.gpus else None
    size = (len(stages), len(at))
    lag, workers, gpus = np.zeros(size), np.zeros(size), np.zeros(len(at))
    came, done = np.zeros((3, len(at))), np.zeros((len(stages), 3, len(at)))
    came[LIVE], came[AGAIN] = live(at, load, scenario, step) * step, again(at, scenario, step) * step
    came[LONG, int(scenario.burst_begins / step) % len(at)] = scenario.long_documents
    working, looked = [0.0] * len(stages), -math.inf
    for i, now in enumerate(at):
        flow = [came[LIVE, i], came[LONG, i], 0.0]
        for k, stage in enumerate(stages):
            if stage.name == "ocr":
                flow[AGAIN] += came[AGAIN, i]  # what is sent again begins here
            for lane, documents in enumerate(flow):
                stage.queues.put(lane, documents)
            stage.scale(float(now), working[k], site.rebalance)
            most = math.inf
            if pool is not None and site.gpus is not None and stage.name == "extract":
                pool.arrive(float(now))
                if now - looked >= site.gpus.rule.polling:
                    looked = float(now)
                    pool.look(float(now), stage.queues.lag())
                gpus[i], most = pool.ready, pool.ready * site.gpus.rate * step
            seconds = min(step, max(0.0, float(now) + step - stage.paused))
            flow, spent = stage.queues.serve(stage.workers, seconds, most)
            working[k] = spent / step
            done[k, :, i] = flow
            lag[k, i], workers[k, i] = stage.queues.lag(), stage.workers
    return _day(at, stages, lag, workers, gpus, came, done)


def _day(
    at: Floats, stages: list[_Stage], lag: Floats, workers: Floats, gpus: Floats, came: Floats, done: Floats
) -> Day:
    names = [stage.name for stage in stages]
    ended = done.cumsum(axis=2)
    first = came.cumsum(axis=1)
    into = [first[LIVE], *(ended[k, LIVE] for k in range(len(stages) - 1))]
    stay = partial(_stays, at)
    return Day(
        at=at,
        lag=dict(zip(names, lag, strict=True)),
        workers=dict(zip(names, workers, strict=True)),
        gpus=gpus,
        came=dict(zip(LANES, first, strict=True)),
        ended=dict(zip(LANES, ended[-1], strict=True)),
        stay={one.name: stay(into[k], ended[k, LIVE], one.floor) for k, one in enumerate(stages)},
        whole=stay(first[LIVE], ended[-1, LIVE], sum(stage.floor for stage in stages)),
        unfinished=float(first[LIVE, -1] - ended[-1, LIVE, -1]),
    )


def _stays(at: Floats, came: Floats, went: Floats, floor: float, places: int = 20_000) -> Floats:
    """How long documents stayed, first in, first out, from how many had come and gone at each time."""
    if came[-1] <= 0:
        return np.zeros(0)
    number = (np.arange(places) + 0.5) / places * came[-1]
    arrived = np.interp(number, came, at)
    # What has not gone by the end has stayed until then at least.
    left = np.where(number <= went[-1], np.interp(number, went, at), at[-1])
    stays: Floats = np.maximum(left - arrived, 0.0) + floor
    return stays
