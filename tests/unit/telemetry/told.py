"""What this process tells, as a test sees it: the registry is one for all tests, so they look at what is added."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from processors.telemetry.catalogue import CATALOGUE
from processors.telemetry.metrics import REGISTRY


def number(name: str, **labels: str) -> float:
    """The value of one series; 0 where there is none."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def is_told(name: str, **labels: str) -> bool:
    """Whether there is such a series."""
    return REGISTRY.get_sample_value(name, labels) is not None


def rising(name: str, **labels: str) -> Callable[[], float]:
    """How much a series has risen since this call."""
    before = number(name, **labels)
    return lambda: number(name, **labels) - before


def scrape() -> str:
    """All that is told."""
    return generate_latest(REGISTRY).decode()


def unknown(scraped: str) -> set[str]:
    """Names in a scrape that the table does not have."""
    known = {row.name.removesuffix("_total") if row.kind == "counter" else row.name for row in CATALOGUE}
    return {family.name for family in text_string_to_metric_families(scraped)} - known
