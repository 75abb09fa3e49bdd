"""An installation as the simulations see it: its stages, partitions, workers, and how these are scaled."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bench.capacity.chart import Bounds, Charted
from bench.capacity.costs import Costs
from bench.capacity.load import Load
from bench.capacity.planning import plan
from bench.capacity.scaling import Rule
from bench.capacity.stages import Costed, costed, ranges_of


@dataclass(frozen=True)
class Gpus:
    """The pool of GPUs that extract asks."""

    #: documents a second that one of them answers
    rate: float
    rule: Rule


@dataclass(frozen=True)
class Site:
    """What is simulated."""

    stages: tuple[Costed, ...]
    #: topic -> partitions
    partitions: Mapping[str, int]
    #: stage -> workers at the start
    workers: Mapping[str, int]
    #: seconds in which a group reads nothing after a change of its members
    rebalance: float
    #: stage -> how it is scaled; none: it keeps its workers
    rules: Mapping[str, Rule]
    gpus: Gpus | None = None


@dataclass(frozen=True)
class Scaling:
    """What may be set for all stages."""

    #: seconds of work that may wait for each worker before one more is wanted
    lag_seconds: float = 5.0
    polling: float = 30.0
    cooldown: float = 300.0
    #: seconds until a GPU answers, the node's start and the loading of weights included
    gpu_start: float = 0.0
    #: pages a second, to the day's average, that the site has workers for; None: the load's peak
    sized_for: float | None = None
    #: what a chart's values say, in place of the bounds and lags above
    chart: Charted | None = None

    def sized(self, load: Load) -> Load:
        """The load with the peak that the site is planned for."""
        return load if self.sized_for is None else replace(load, peak=self.sized_for)


def scaled(costs: Costs, load: Load, partitions: Mapping[str, int], scaling: Scaling, at_start: float) -> Site:
    """A site that holds as many workers as the plan says, where the partitions let them be of use.

    Args:
        costs: what was measured
        load: what comes in
        partitions: of each topic
        scaling: settings of all stages
        at_start: documents a second at the beginning, which the first workers bear
    """
    planned = {one.name: one for one in plan(costs, scaling.sized(load), partitions).stages}
    stages = costed(costs, load)
    rules: dict[str, Rule] = {}
    workers: dict[str, int] = {}
    for one in stages:
        records = ranges_of(load) if one.name == "ocr" else 1.0
        lag = max(1.0, scaling.lag_seconds * records / one.busy(load))
        bounds = (
            Bounds(1, planned[one.name].workers, lag) if scaling.chart is None else scaling.chart.stages[one.name]
        )
        most = min(bounds.most, partitions[one.live])
        rules[one.name] = Rule(
            lag_per_worker=bounds.lag,
            least=bounds.least,
            most=most,
            start=one.start,
            polling=scaling.polling,
            cooldown=scaling.cooldown,
        )
        workers[one.name] = min(most, max(1, math.ceil(at_start * one.busy(load) / load.utilisation)))
    return Site(stages, partitions, workers, costs.of("rebalance"), rules, _gpus(costs, load, partitions, scaling))


def _gpus(costs: Costs, load: Load, partitions: Mapping[str, int], scaling: Scaling) -> Gpus | None:
    if load.model is None or not load.model.share:
        return None
    rate = load.model.pages_per_second / load.pages_per_document / load.model.share
    rule = Rule(
        lag_per_worker=max(1.0, scaling.lag_seconds * rate),
        least=0,
        most=max(1, plan(costs, scaling.sized(load), partitions).gpus),
        start=scaling.gpu_start,
        polling=scaling.polling,
        cooldown=scaling.cooldown,
    )
    return Gpus(rate, rule)
