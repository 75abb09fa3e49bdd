"""Who may do what in Kafka: one principal for each kind of worker and for each agency, derived from the table.

Everything that is not allowed here is refused. Only an administrator, who makes topics and these rules, is beyond
them. A deployment that makes its users by other means (Strimzi's KafkaUser, a site's own tool) takes the rules from
here, too: they are values, and nothing in this file asks a server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from processors.pipeline import (
    DEAD_LETTERS,
    NOTIFICATIONS,
    QUARANTINE,
    REFUSALS,
    RESULTS,
    STAGES,
    TOPICS,
    UNNOTED,
    StageRow,
)

Resource = Literal["topic", "group", "transactional_id"]
#: "read" and "write" let a client describe as well
Operation = Literal["read", "write", "create", "describe"]

#: what every agency's and document type's topic begins with
_RESULTS = RESULTS.partition("<")[0]
#: the processes that keep the ledger and the audit chain; see `pipeline.STAGES` for the others
RECORD, AUDIT = "record", "audit"
#: the process that gathers what servers refused
REFUSING = "refusals"
#: the process that tells how long the lines are
OBSERVE = "observe"


@dataclass(frozen=True, order=True)
class Rule:
    """One thing that a principal may do."""

    resource: Resource
    #: the resource's name, or what its name begins with; with the installation's prefix
    name: str
    operation: Operation
    #: `name` is a beginning
    prefixed: bool = False


@dataclass(frozen=True)
class Principal:
    """Somebody who signs in to Kafka."""

    #: with the installation's prefix
    name: str
    rules: tuple[Rule, ...]


def worker_name(kind: str, prefix: str) -> str:
    """What workers of a stage, or those of "record", "audit" or "observe", sign in as."""
    return f"{prefix}worker.{kind}"


def store_name(prefix: str) -> str:
    """What the object store signs in as."""
    return f"{prefix}store"


def agency_name(agency: str, prefix: str) -> str:
    """What an agency's consumers sign in as."""
    return f"{prefix}agency.{agency}"


def of_installation(prefix: str) -> tuple[Principal, ...]:
    """Everybody who signs in but the agencies and the administrator."""
    return (
        *(Principal(worker_name(row.name, prefix), tuple(_stage(row, prefix))) for row in STAGES),
        *(Principal(worker_name(kind, prefix), tuple(_listener(kind, prefix))) for kind in (RECORD, AUDIT)),
        Principal(worker_name(REFUSING, prefix), tuple(_refusing(prefix))),
        Principal(worker_name(OBSERVE, prefix), tuple(_observer(prefix))),
        Principal(store_name(prefix), (Rule("topic", prefix + NOTIFICATIONS, "write"),)),
    )


def of_agency(agency: str, prefix: str) -> Principal:
    """An agency reads its own results, in groups that begin with its name and a dot, and does nothing else."""
    results = Rule("topic", f"{prefix}{_RESULTS}{agency}.", "read", prefixed=True)
    groups = Rule("group", group_prefix(agency, prefix), "read", prefixed=True)
    return Principal(agency_name(agency, prefix), (results, groups))


def group_prefix(agency: str, prefix: str) -> str:
    """What the names of an agency's consumer groups must begin with. No worker's group has a dot in it."""
    return f"{prefix}{agency}."


def _stage(row: StageRow, prefix: str) -> Iterator[Rule]:
    yield from _topics(row.reads, "read", prefix)
    # Any stage may set a document aside, and may fail.
    yield from _topics((*row.writes, QUARANTINE, DEAD_LETTERS), "write", prefix)
    if RESULTS in row.writes:
        # A result topic is made before its first record.
        yield from _topics((RESULTS,), "create", prefix)
    yield Rule("group", prefix + row.name, "read")
    # One for each slot, see `adapters/kafka_log.py`.
    yield Rule("transactional_id", f"{prefix}{row.name}-", "write", prefixed=True)


def _listener(kind: str, prefix: str) -> Iterator[Rule]:
    """Reads everything and writes nothing; the ledger takes no note of what is about no document yet."""
    heard = (topic.name for topic in TOPICS if kind == AUDIT or topic.name not in UNNOTED)
    yield from _topics(heard, "read", prefix)
    yield Rule("group", prefix + kind, "read")


def _refusing(prefix: str) -> Iterator[Rule]:
    """Writes refusals. Its positions in the servers' logs stand beside that topic, which it must read for that."""
    yield from (Rule("topic", prefix + REFUSALS, operation) for operation in ("read", "write"))
    yield Rule("group", f"{prefix}{REFUSING}-", "read", prefixed=True)
    yield Rule("transactional_id", f"{prefix}{REFUSING}-", "write", prefixed=True)


def _observer(prefix: str) -> Iterator[Rule]:
    """Sees how far each stage's group has come, and reads what waits; joins no group and moves no position."""
    yield from _topics(dict.fromkeys(topic for row in STAGES for topic in row.reads), "read", prefix)
    yield from (Rule("group", prefix + row.name, "describe") for row in STAGES)


def _topics(names: Iterable[str], operation: Operation, prefix: str) -> Iterator[Rule]:
    for name in names:
        if name == RESULTS:
            yield Rule("topic", prefix + _RESULTS, operation, prefixed=True)
        else:
            yield Rule("topic", prefix + name, operation)
