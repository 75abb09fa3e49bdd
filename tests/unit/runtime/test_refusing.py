"""The loop that gathers refusals: written once each with the positions, whatever fails between."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from processors.errors import DependencyUnavailable
from processors.events import AccessRefused, Event, Origin
from processors.pipeline import REFUSALS
from processors.places import Buckets
from processors.ports import Incoming, Outgoing
from processors.refusals import kafka_lines
from processors.refusals.tail import Lines, Position, Tail
from processors.runtime.codec import decode
from processors.runtime.noting import noted
from processors.runtime.refusing import Refusing
from tests.unit.audit.made_chain import Clock
from tests.unit.refusals.test_kafka_lines import line
from tests.unit.runtime.shop import Timeless


@dataclass
class Kept:
    """A hold in memory. `fails` = how often a commit fails, and whether it was kept all the same."""

    records: list[Outgoing] = field(default_factory=list)
    told: dict[str, Position] = field(default_factory=dict)
    fails: list[bool] = field(default_factory=list)

    def positions(self) -> dict[str, Position]:
        return dict(self.told)

    def commit(self, records: Sequence[Outgoing], positions: Mapping[str, Position]) -> None:
        failing, kept = bool(self.fails), self.fails.pop(0) if self.fails else True
        if kept:
            self.records += records
            self.told = dict(positions)
        if failing:
            raise DependencyUnavailable("away")

    def close(self) -> None:
        """Nothing to close."""

    @property
    def events(self) -> list[Event[AccessRefused]]:
        return [decode(record.value) for record in self.records]


class World:
    def __init__(self, folder: Path) -> None:
        self.log, self.hold, self.clock = folder / "kafka.log", Kept(), Clock()
        self.begin()

    def begin(self) -> None:
        """A new process."""
        logs = {"kafka": (Tail(self.log), lambda text: kafka_lines.parse(text, ""))}
        self.refusing = Refusing(logs, self.hold, seconds=60, now=self.clock)  # type: ignore[arg-type]

    def refuse(self, name: str, times: int = 1) -> None:
        with self.log.open("a") as file:
            file.write((line(name) + "\n") * times)

    def minute(self) -> None:
        self.refusing.once()
        self.clock.pass_(seconds=60)
        self.refusing.once()

    @property
    def counted(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for event in self.hold.events:
            found[event.data.thing] = found.get(event.data.thing, 0) + event.data.times
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_minute_is_counted_together_and_written_once(world: World) -> None:
    world.refuse("a", 3)
    world.refusing.once()
    world.refuse("b")
    world.refusing.once()
    assert world.hold.records == []
    world.clock.pass_(seconds=60)
    world.refusing.once()
    assert world.counted == {"TOPIC:a": 3, "TOPIC:b": 1}
    world.minute()
    assert len(world.hold.records) == 2
    assert {record.topic for record in world.hold.records} == {REFUSALS}
    assert len({event.id for event in world.hold.events}) == 2


def test_a_process_that_dies_before_it_wrote_leaves_all_of_it_to_the_next(world: World) -> None:
    world.refuse("a", 3)
    world.refusing.once()
    world.begin()
    world.minute()
    world.begin()
    world.minute()
    assert world.counted == {"TOPIC:a": 3}


@pytest.mark.parametrize("kept", [True, False])
def test_a_write_of_which_nobody_knows_how_it_ended_doubles_and_loses_nothing(world: World, kept: bool) -> None:
    world.hold.fails = [kept]
    stop = Timeless()
    world.refuse("a", 3)
    world.refusing.once()
    world.clock.pass_(seconds=60)
    once, left = world.refusing.once, [4]

    def last() -> None:
        left[0] -= 1
        if not left[0]:
            stop.set()
        world.clock.pass_(seconds=60)
        once()

    world.refusing.once = last  # type: ignore[method-assign]
    world.refusing.run(stop)
    assert world.counted == {"TOPIC:a": 3}


def test_a_stop_writes_what_was_gathered(world: World) -> None:
    stop = Timeless()
    world.refuse("a", 2)
    world.refusing.once()
    stop.set()
    world.refusing.run(stop)
    assert world.counted == {"TOPIC:a": 2}


def test_a_log_that_is_gone_is_told(world: World) -> None:
    world.refuse("a")
    world.minute()
    world.log.unlink()
    world.refuse("b")
    world.minute()
    assert [event.data.outcome for event in world.hold.events] == ["refused", "unheard", "refused"]


def test_lines_that_tell_of_no_refusal_are_not_read_again(world: World) -> None:
    world.log.write_text("something else\n")
    world.minute()
    assert world.hold.records == []
    assert world.hold.told["kafka"].offset == len("something else\n")


class Endless:
    """A log that never ends."""

    def read(self, at: Position) -> Lines:
        return Lines([line("a")], Position("f", at.offset + 1))


def test_a_flood_of_one_log_does_not_keep_the_loop(world: World) -> None:
    logs = {"kafka": (Endless(), lambda text: kafka_lines.parse(text, ""))}
    refusing = Refusing(logs, world.hold, seconds=60, now=world.clock)  # type: ignore[arg-type]
    refusing.once()
    world.clock.pass_(seconds=60)
    refusing.once()
    assert len(world.hold.records) == 1


def test_the_chain_keeps_all_of_a_refusal_and_of_what_is_none_only_the_digest(world: World) -> None:
    world.refuse("results.justice.x\u202e" + "y" * 500)
    world.minute()
    (record,) = world.hold.records
    kind, body = noted(Incoming(Origin(topic=REFUSALS, partition=0, offset=1), b"", record.value), Buckets())
    assert kind == "refusal"
    assert (body["refusal"]["principal"], body["refusal"]["times"], body["agency"]) == ("agency.tax", 1, "justice")
    assert len(json.dumps(body)) < 1500
    other = Incoming(Origin(topic=REFUSALS, partition=0, offset=2), b"", b'{"type": "secret"}')
    assert noted(other, Buckets())[0] == "event"
