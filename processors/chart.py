"""What the Helm chart knows of the pipeline: `python -m processors.chart` writes it, a test compares it.

The chart's templates range over it, so that stages, topics, groups, users and rights are named in one place. All
names are without the installation's prefix, which the chart puts before each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from processors import principals, store_policies
from processors.config import PACKAGE
from processors.orchestration.pools import POOLS
from processors.pipeline import RESULTS, STAGES, TOPICS, StageRow
from processors.principals import AUDIT, OBSERVE, RECORD, REFUSING, Operation, Principal, Resource, Rule
from processors.server_settings import SECRETS

FILE = PACKAGE.parent / "helm" / "chancery" / "files" / "pipeline.yaml"
#: stands for an agency's name
AGENCY = "AGENCY"
_HEAD = (
    "# Written by `python -m processors.chart` from the pipeline's table and its principals: do not edit it here.\n"
)
#: As Kafka lets "read" and "write" describe as well, Strimzi must be told.
_OPERATIONS: dict[Operation, Sequence[str]] = {
    "read": ("Read", "Describe"),
    "write": ("Write", "Describe"),
    "create": ("Create",),
    "describe": ("Describe",),
}
_RESOURCES: dict[Resource, str] = {"topic": "topic", "group": "group", "transactional_id": "transactionalId"}


def text() -> str:
    """The file's content."""
    told = {
        "stages": [_stage(row) for row in STAGES],
        "others": [RECORD, AUDIT, REFUSING, OBSERVE],
        "topics": [
            {"name": topic.name, "partitions": topic.partitions} for topic in TOPICS if topic.name != RESULTS
        ],
        "users": [_user(one) for one in principals.of_installation("")],
        "agency": {"user": principals.agency_name(AGENCY, ""), "rules": _rules(_of_agency().rules)},
        "storeUsers": [one.name for one in store_policies.of_workers("")],
        "pools": {name: {"slots": pool.slots, "description": pool.description} for name, pool in POOLS.items()},
        "secretSettings": list(SECRETS),
    }
    return _HEAD + yaml.safe_dump(told, sort_keys=False, width=116, allow_unicode=True)


def _stage(row: StageRow) -> dict[str, Any]:
    try:
        behind = list(row.reading("reprocessing").reads)
    except ValueError:
        behind = []
    return {
        "name": row.name,
        "live": list(row.reading("live").reads),
        "reprocessing": behind,
        "untrusted": row.untrusted,
    }


def _of_agency() -> Principal:
    return principals.of_agency(AGENCY, "")


def _user(one: Principal) -> dict[str, Any]:
    return {"name": one.name, "rules": _rules(one.rules)}


def _rules(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """What one may do, in the words of Strimzi; several operations on one thing are one entry."""
    operations: dict[tuple[str, str, str], list[str]] = {}
    for rule in rules:
        key = (_RESOURCES[rule.resource], rule.name, "prefix" if rule.prefixed else "literal")
        known = operations.setdefault(key, [])
        known += [one for one in _OPERATIONS[rule.operation] if one not in known]
    return [
        {"type": kind, "name": name, "pattern": pattern, "operations": told}
        for (kind, name, pattern), told in operations.items()
    ]


def write(file: Path) -> None:
    """Write the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write(FILE)
    sys.stdout.write(f"{FILE.relative_to(PACKAGE.parent)}\n")
