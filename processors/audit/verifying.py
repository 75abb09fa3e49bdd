"""Checking chains against themselves and against the signed heads, in one pass and with little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from processors.audit.findings import Fault, Finding
from processors.audit.head_check import SignedHead, check_heads, heads_for
from processors.audit.shelf import CHAINS, Shelf, number_of, segment_key
from processors.audit.starting import BEGINNING, Start
from processors.audit.walking import Place, Step, Walk

#: What is shown of a chain that was changed in very many places.
MOST_FINDINGS = 1_000


@dataclass
class Report:
    """What verification saw."""

    findings: list[Finding] = field(default_factory=list)
    #: chain -> its last record
    chains: dict[str, int] = field(default_factory=dict)
    segments: int = 0
    heads: int = 0
    #: the newest head whose signature holds
    newest: SignedHead | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(
    shelf: Shelf,
    keys: Sequence[Ed25519PublicKey],
    on_record: Callable[[], None] = lambda: None,
    start: Start = BEGINNING,
) -> Report:
    """Check every chain on a shelf.

    Args:
        shelf: where they are
        keys: that heads may be signed with, old ones included
        on_record: called at each record, for a progress bar
        start: heads to begin behind

    Raises:
        DependencyUnavailable: the store does not answer.
    """
    report = Report()
    check_heads(shelf, keys, report, start)
    # A chain that a head names must be there, also if somebody took all of it.
    named = set(report.newest.chains) if report.newest else set()
    for chain in sorted({*shelf.folders(CHAINS), *named}):
        _chain(shelf, keys, chain, report, on_record, start)
    if report.newest is None and not any(found.fault is Fault.HEAD_FORGED for found in report.findings):
        report.findings.append(Finding(Fault.NO_HEADS, "", 0, 0))
    del report.findings[MOST_FINDINGS:]
    return report


def _chain(
    shelf: Shelf,
    keys: Sequence[Ed25519PublicKey],
    chain: str,
    report: Report,
    on_record: Callable[[], None],
    start: Start,
) -> None:
    walk = Walk(chain, start.of_chain(chain))
    tips = heads_for(shelf, keys, chain, start)
    head = next(tips, None)
    proven = begun = walk.sequence
    offsets: dict[tuple[str, int], int] = {}
    end: Step | None = None
    for step in walk.steps(_places(shelf, walk, report, begun)):
        on_record()
        if end is None or step.key != end.key:
            _check_name(walk, step)
        end = step
        _check_offset(walk, step, offsets)
        while head is not None and head.sequence <= walk.sequence:
            here = step.line if head.sequence == walk.sequence else None
            if here is not None and here.digest != head.digest and not _found_since(walk, proven):
                detail = f"head {head.number} of {head.at} signs another record {head.sequence}"
                found = Finding(Fault.REWRITTEN, chain, proven + 1, head.sequence, step.key, step.at, detail)
                walk.findings.append(found)
            proven, head = head.sequence, next(tips, None)
    while head is not None and (later := next(tips, None)) is not None:
        head = later
    if head is not None and head.sequence > walk.sequence:
        detail = f"head {head.number} signs record {head.sequence}"
        at, key = (end.at, end.key) if end else (head.at, "")
        walk.findings.append(Finding(Fault.TRUNCATED, chain, walk.sequence + 1, head.sequence, key, at, detail))
    elif end is not None and (end.line is None or end.line.body.get("kind") != "seal"):
        walk.findings.append(Finding(Fault.UNSEALED, chain, walk.sequence + 1, walk.sequence + 1, end.key, end.at))
    report.chains[chain] = walk.sequence
    report.findings += walk.findings


def _places(shelf: Shelf, walk: Walk, report: Report, begun: int) -> Iterator[Place]:
    """The lines of a chain, segment after segment; faults of objects are noted on the way.

    Heads are signed behind whole segments, so the one that begins behind a head's record is the first to be read.
    """
    behind = segment_key(walk.chain, begun) if begun else ""
    for stored in shelf.stored(f"{CHAINS}{walk.chain}/", behind):
        report.segments += 1
        first = number_of(stored.key)
        if stored.versions != 1:
            detail = f"{stored.versions} versions"
            walk.findings.append(Finding(Fault.OVERWRITTEN, walk.chain, first, first, stored.key, detail=detail))
        if stored.hidden:
            walk.findings.append(Finding(Fault.HIDDEN, walk.chain, first, first, stored.key))
        if stored.versions:
            for untrusted in shelf.lines(stored):
                yield Place(untrusted, stored.key)


def _check_name(walk: Walk, step: Step) -> None:
    told = any(found.key == step.key for found in walk.findings)
    if step.line is not None and step.line.sequence != number_of(step.key) and not told:
        number = step.line.sequence
        walk.findings.append(Finding(Fault.MISNAMED, walk.chain, number, number, step.key, step.at))


def _check_offset(walk: Walk, step: Step, offsets: dict[tuple[str, int], int]) -> None:
    """Offsets of a partition only grow, but where a topic was made anew."""
    if step.line is None:
        return
    body = step.line.body
    topic, partition, offset = body.get("topic"), body.get("partition"), body.get("offset")
    if not isinstance(topic, str) or type(partition) is not int or type(offset) is not int:
        return
    place = (topic, partition)
    if body.get("kind") == "gap":
        offsets[place] = offset
        return
    if offset < offsets.get(place, 0):
        detail = f"{topic}, partition {partition}, offset {offset}"
        number = step.line.sequence
        walk.findings.append(Finding(Fault.DOUBLED, walk.chain, number, number, step.key, step.at, detail))
    offsets[place] = max(offset + 1, offsets.get(place, 0))


def _found_since(walk: Walk, proven: int) -> bool:
    return any(found.last > proven for found in walk.findings)
