"""How far a chain has come: its last record, and the position in each partition that the last seal names.

The chain itself is the truth: a writer that starts reads its own last seal and goes on from there, whatever offsets
Kafka remembers. So a writer that was killed between storing a segment and saying so repeats nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processors.audit.record import Line, NoRecordError, genesis, parse
from processors.audit.shelf import CHAINS, Shelf, last
from processors.errors import PipelineError

#: (topic without prefix, partition) -> the offset to read next
Positions = dict[tuple[str, int], int]


class AuditChainBrokenError(PipelineError):
    """The end of the audit chain cannot be read or was changed: run `chancery audit verify`."""

    code = "audit_chain_broken"
    blame = "dependency"


@dataclass(frozen=True)
class Tip:
    """The end of a chain."""

    sequence: int
    digest: str
    positions: Positions


def tip_of(shelf: Shelf, chain: str) -> Tip:
    """The end of a chain as it is stored; sequence 0 where there is none.

    Raises:
        AuditChainBrokenError: its last segment is not what was written: going on would hide that.
    """
    found = last(shelf, f"{CHAINS}{chain}/", "jsonl")
    if found is None:
        return Tip(0, genesis(chain), {})
    end: Line | None = None
    try:
        for untrusted in shelf.lines(found):
            read = parse(untrusted)
            follows = end is None or (read.previous, read.sequence) == (end.digest, end.sequence + 1)
            if not read.intact or not follows or read.chain != chain:
                raise AuditChainBrokenError(f"{found.key}, record {read.sequence}")
            end = read
    except NoRecordError:
        raise AuditChainBrokenError(found.key) from None
    if end is None or end.body.get("kind") != "seal":
        raise AuditChainBrokenError(f"{found.key} has no seal")
    return Tip(end.sequence, end.digest, _positions(end.body.get("positions", {})))


def sealed(positions: Positions) -> dict[str, list[int]]:
    """The positions as a seal holds them: by topic, -1 for a partition that was never read."""
    topics: dict[str, list[int]] = {}
    for (topic, partition), position in sorted(positions.items()):
        row = topics.setdefault(topic, [])
        row.extend([-1] * (partition - len(row)))
        row.append(position)
    return topics


def _positions(held: Mapping[str, list[int]]) -> Positions:
    return {
        (topic, partition): position
        for topic, row in held.items()
        for partition, position in enumerate(row)
        if position >= 0
    }
