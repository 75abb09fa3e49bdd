"""CPU seconds a page: the whole pipeline and the bare engine in turns, in one run on one machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench import cpu
from bench.documents import Document
from bench.floor import Floor
from bench.following import Follower
from bench.throwaway import ThrowAway

#: A page may take 3 s, and the machine may be busy with other things.
_SECONDS_A_PAGE = 30.0
#: After the last end, the ledger is still written and positions are committed: this work counts as well.
_TAIL_SECONDS = 1.0


@dataclass(frozen=True)
class Round:
    """All documents once through the pipeline, then all their pages once through the bare engine."""

    pages: int
    #: part -> CPU seconds of Chancery's own processes
    chancery: dict[str, float]
    #: server -> CPU seconds
    servers: dict[str, float]
    floor: float
    #: from the first upload until the last end was readable
    wall: float
    #: type of end -> documents
    ends: dict[str, int]


@dataclass(frozen=True)
class Idle:
    """CPU seconds per second of a stack that has nothing to do."""

    seconds: float
    chancery: dict[str, float]
    servers: dict[str, float]


def measure_round(
    number: int, at: ThrowAway, follower: Follower, documents: Sequence[Document], floor: Floor
) -> Round:
    """One round: first ours, then the floor, while the workers have nothing to do."""
    pages = sum(document.pages for document in documents)
    before, servers_before = cpu.read(at.chancery), cpu.read(at.servers)
    began = time.monotonic()
    ids = [follower.put(one.path, f"round-{number}/{i}-{one.path.name}") for i, one in enumerate(documents)]
    courses = follower.until_ended(ids, 60.0 + pages * _SECONDS_A_PAGE)
    wall = time.monotonic() - began
    time.sleep(_TAIL_SECONDS)
    after, servers_after = cpu.read(at.chancery), cpu.read(at.servers)
    at.check()
    ends = [course.end for course in courses]
    return Round(
        pages,
        cpu.spent(before, after),
        cpu.spent(servers_before, servers_after),
        floor.seconds(),
        wall,
        {end: ends.count(end) for end in sorted(set(ends))},
    )


def measure_rounds(
    rounds: int,
    at: ThrowAway,
    follower: Follower,
    documents: Sequence[Document],
    floor: Floor,
    say: Callable[[str], None],
) -> list[Round]:
    """So many rounds, pipeline and floor in turns."""
    measured = []
    for number in range(1, rounds + 1):
        one = measure_round(number, at, follower, documents, floor)
        ours = sum(one.chancery.values())
        say(
            f"round {number} of {rounds}: {ours / one.pages:.3f} CPU s/page, floor {one.floor / one.pages:.3f}, "
            f"{one.pages / one.wall:.2f} pages/s"
        )
        measured.append(one)
    return measured


def measure_idle(at: ThrowAway, seconds: float) -> Idle:
    """What the stack uses while nothing happens."""
    before, servers_before = cpu.read(at.chancery), cpu.read(at.servers)
    began = time.monotonic()
    time.sleep(seconds)
    after, servers_after = cpu.read(at.chancery), cpu.read(at.servers)
    passed = time.monotonic() - began
    return Idle(
        passed,
        {name: used / passed for name, used in cpu.spent(before, after).items()},
        {name: used / passed for name, used in cpu.spent(servers_before, servers_after).items()},
    )
