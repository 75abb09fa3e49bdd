"""The loop of the ledger: note, then remember; nothing is remembered that was not noted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from processors.adapters.memory import MemoryObjects
from processors.errors import DependencyUnavailable, EventInvalid
from processors.events import Event, Origin
from processors.pipeline import ACTS, NOTIFICATIONS, REFUSALS, RESULTS, RUNS, TOPICS
from processors.ports import Incoming
from processors.runtime import recording
from processors.runtime.codec import encode
from tests.unit.runtime.makers import recognised, stored
from tests.unit.runtime.shop import Timeless

EVENT = recognised(stored(MemoryObjects(), "pages"))


@dataclass
class World:
    """Reader and recorder in one, which notes what is done, and fails where it is told."""

    batches: list[list[bytes]]
    failures: dict[str, int] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    stop: Timeless = field(default_factory=Timeless)

    def _may_fail(self, what: str) -> None:
        if self.failures.get(what, 0) > 0:
            self.failures[what] -= 1
            raise DependencyUnavailable

    def poll(self, seconds: float) -> Sequence[Incoming]:
        self._may_fail("poll")
        if not self.batches:
            self.stop.set()
            return ()
        return [Incoming(Origin(topic="t", partition=0, offset=0), b"", value) for value in self.batches.pop(0)]

    def record(self, events: Sequence[Event[Any]]) -> int:
        self._may_fail("record")
        if any(event.subject == "indigestible" for event in events):
            raise EventInvalid("DataError")
        self.done.append(f"noted {len(events)}")
        return len(events)

    def commit(self) -> None:
        self._may_fail("commit")
        self.done.append("remembered")

    def close(self) -> None:
        self.done.append("closed")


def run(world: World) -> list[str]:
    recording.run(world, world, world.stop)
    return world.done


def test_events_are_noted_before_their_position_is_remembered() -> None:
    assert run(World([[encode(EVENT)] * 2])) == ["noted 2", "remembered", "closed"]


@pytest.mark.parametrize("what", ["poll", "record"])
def test_an_outage_loses_no_event(what: str) -> None:
    assert run(World([[encode(EVENT)]], {what: 5})) == ["noted 1", "remembered", "closed"]


def test_a_position_that_could_not_be_remembered_goes_with_the_next() -> None:
    world = World([[encode(EVENT)], [encode(EVENT)]], {"commit": 1})
    assert run(world) == ["noted 1", "noted 1", "remembered", "closed"]


def test_an_unreadable_record_does_not_stop_the_others() -> None:
    assert run(World([[b"\xff", encode(EVENT), b"[" * 100_000]])) == ["noted 1", "remembered", "closed"]


def test_an_event_that_no_database_takes_is_left_out_and_the_others_are_noted() -> None:
    odd = EVENT.model_copy(update={"subject": "indigestible"})
    batch = [encode(EVENT), encode(odd), encode(EVENT)]
    assert run(World([batch])) == ["noted 1", "noted 1", "remembered", "closed"]


def test_every_topic_of_events_is_read_and_no_other() -> None:
    pattern = re.compile(f"^(?:{recording.pattern()})$")
    for topic in TOPICS:
        name = "results.alpha.letter" if topic.name == RESULTS else topic.name
        assert bool(pattern.match(name)) == (topic.name not in (NOTIFICATIONS, ACTS, REFUSALS, RUNS))
    assert not pattern.match("xdocuments.arrived")
    assert not pattern.match("documentsxarrived")
