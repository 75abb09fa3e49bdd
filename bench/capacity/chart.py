"""A site as its chart's values scale it, so that what is simulated is what is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.capacity.load import LoadInvalid
from processors.pipeline import STAGES, StageName

#: The chart's own values, which a site's file changes.
VALUES = Path(__file__).parents[2] / "helm" / "chancery" / "values.yaml"


@dataclass(frozen=True)
class Bounds:
    """How one stage's workers are scaled."""

    least: int
    most: int
    #: records in line for which there is one worker
    lag: float


@dataclass(frozen=True)
class Charted:
    """What a chart's values say of scaling."""

    stages: Mapping[StageName, Bounds]
    #: seconds between looks at the lines
    polling: float
    #: seconds for which workers stay after the last record
    cooldown: float
    #: topic -> partitions, where they are not the table's
    partitions: Mapping[str, int]


def read(file: Path) -> Charted:
    """The values of a site's file on top of the chart's own.

    Raises:
        LoadInvalid: there is no such file, or it is none of this chart's.
    """
    try:
        site = yaml.safe_load(file.read_text(encoding="utf-8"))
        merged = _merged(yaml.safe_load(VALUES.read_text(encoding="utf-8")), {} if site is None else site)
        workers, scaling = merged["workers"], merged["scaling"]
        stages = {row.name: Bounds(*(workers[row.name][key] for key in ("min", "max", "lag"))) for row in STAGES}
        fixed = scaling["mode"] != "keda"
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise LoadInvalid(f"--values {file}: give the values of a site for helm/chancery ({error}).") from None
    if fixed:
        raise LoadInvalid(f"--values {file}: scaling.mode is {scaling['mode']}, and only keda looks at the lines.")
    return Charted(
        stages, float(scaling["pollingSeconds"]), float(scaling["cooldownSeconds"]), merged["kafka"]["partitions"]
    )


def _merged(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """As Helm merges values: key by key, lists whole."""
    both = {
        key: _merged(values[key], change)
        if isinstance(change, dict) and isinstance(values.get(key), dict)
        else change
        for key, change in changes.items()
    }
    return values | both
