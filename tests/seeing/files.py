"""Everything that is asked of Prometheus: by panels, by alerts, by what is recorded for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parents[2] / "helm" / "chancery"
DASHBOARDS = sorted((CHART / "dashboards").glob("*.json"))
RULES = sorted((CHART / "rules").glob("*.yaml"))

#: What stands for a choice, and for Grafana's own names, where somebody looks at a dashboard.
_CHOSEN = {"$__rate_interval": "2m", "$stage": ".+", "$lane": ".+", "$gpus": "1"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One expression, and who asks it."""

    by: str
    expression: str
    #: what a line is called
    legend: str = ""


def dashboard(file: Path) -> Json:
    """The JSON of a dashboard."""
    found: Json = json.loads(file.read_text(encoding="utf-8"))
    return found


def panels(page: Json) -> list[Json]:
    """All panels but the headings."""
    return [panel for panel in page["panels"] if panel["type"] != "row"]


def groups() -> dict[str, list[Json]]:
    """The groups of rules by name."""
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in RULES]
    return {group["name"]: group["rules"] for file in files for group in file["groups"]}


def rules() -> list[Json]:
    """All rules of all groups."""
    return [rule for group in groups().values() for rule in group]


def alerts() -> dict[str, Json]:
    """The alerts by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> dict[str, frozenset[str]]:
    """What is recorded, with the labels that the first part of its name says."""
    names = [rule["record"] for rule in rules() if "record" in rule]
    return {name: frozenset(name.partition(":")[0].split("_")) - {"site"} for name in names}


def asked_by_dashboards() -> Iterator[Asked]:
    """What panels ask, with everything chosen."""
    for file in DASHBOARDS:
        for panel in panels(dashboard(file)):
            for target in panel["targets"]:
                where = f"{file.name}: {panel['title']}"
                yield Asked(where, chosen(target["expr"]), target["legendFormat"])


def asked_by_rules() -> Iterator[Asked]:
    """What rules ask; the labels that an alert's texts name stand for a legend."""
    for rule in rules():
        said = re.findall(r"\$labels\.(\w+)", "".join(rule.get("annotations", {}).values()))
        yield Asked(rule.get("alert") or rule["record"], rule["expr"], "".join(f"{{{{{name}}}}}" for name in said))


def asked() -> list[Asked]:
    """All of it."""
    return [*asked_by_dashboards(), *asked_by_rules()]


def chosen(expression: str) -> str:
    """An expression as it is when somebody looks: with all stages and lanes."""
    for name, value in _CHOSEN.items():
        expression = expression.replace(name, value)
    left = re.search(r"\$[A-Za-z_{]\w*", expression)
    assert left is None, f"nobody says what {left and left.group()} is: {expression}"
    return expression
