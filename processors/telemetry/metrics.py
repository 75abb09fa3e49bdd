"""The metrics of this process, made from the catalogue: what is not in the table cannot be told.

A metric is made when it is told first, so that a process shows what it has and nothing else. May be used from
several threads.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from processors.telemetry.catalogue import CATALOGUE, Kind, Metric
from processors.telemetry.labels import closed

# Each counter would else bring a second metric, with the time at which it was made, that the table does not have.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

#: What this process tells.
REGISTRY = CollectorRegistry()

_ROWS = {row.name: row for row in CATALOGUE}
_made: dict[str, Any] = {}
_lock = Lock()
#: called before each answer, for what is measured when somebody asks
_before: list[Callable[[], None]] = []


class UnknownMetricError(KeyError):
    """The table has no metric of this name and kind with these labels: a mistake of ours."""


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Add to a counter; 0 makes it visible, so that its first rise is seen as one.

    Raises:
        UnknownMetricError: see there; here and below.
    """
    _child(name, "counter", labels).inc(amount)


def put(name: str, value: float, **labels: str) -> None:
    """Set a gauge."""
    _child(name, "gauge", labels).set(value)


def observe(name: str, value: float, times: int = 1, **labels: str) -> None:
    """Put a value into a histogram, so many times."""
    child = _child(name, "histogram", labels)
    for _ in range(times):
        child.observe(value)


def forget(name: str) -> None:
    """Tell this metric no more, with all its labels, until it is told again: what is not known has no number."""
    with _lock:
        if name in _made:
            REGISTRY.unregister(_made.pop(name))


def before_telling(measure: Callable[[], None]) -> None:
    """Have `measure` called before each answer to whoever asks for the metrics."""
    with _lock:
        _before.append(measure)


def measure() -> None:
    """Take what is measured when somebody asks."""
    for one in tuple(_before):
        one()


def _child(name: str, kind: Kind, labels: dict[str, str]) -> Any:
    row = _ROWS.get(name)
    if row is None or row.kind != kind or row.labels != tuple(labels):
        raise UnknownMetricError(f"{kind} {name}{{{', '.join(labels)}}}")
    with _lock:
        metric = _made.get(name)
        if metric is None:
            metric = _made[name] = _make(row)
    return metric.labels(*(closed(label, value) for label, value in labels.items())) if labels else metric


def _make(row: Metric) -> Counter | Gauge | Histogram:
    if row.kind == "counter":
        return Counter(row.name, row.meaning, row.labels, registry=REGISTRY)
    if row.kind == "gauge":
        return Gauge(row.name, row.meaning, row.labels, registry=REGISTRY)
    return Histogram(row.name, row.meaning, row.labels, registry=REGISTRY, buckets=row.buckets)
