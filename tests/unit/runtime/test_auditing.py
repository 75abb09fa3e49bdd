"""The loop of the audit chain: append, store, tell Kafka; a head each day, so many minutes, and at each stop."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from processors.acts import Act
from processors.adapters.kafka_partitions import Gap
from processors.adapters.memory import MemoryObjects
from processors.audit.chain import Chain
from processors.audit.folder import Folder
from processors.audit.heads import Heads, Signer
from processors.audit.record import parse
from processors.audit.tip import tip_of
from processors.audit.verifying import verify
from processors.errors import DependencyUnavailable
from processors.events import AccessRefused, ActRecorded, Event, Origin
from processors.fail_points import never
from processors.pipeline import ACTS, NOTIFICATIONS, REFUSALS, TOPICS
from processors.places import Buckets
from processors.ports import Incoming, Outgoing
from processors.runtime import auditing, noting
from processors.runtime.acting import acting
from processors.runtime.codec import decode, encode
from processors.runtime.noting import noted
from tests.unit.audit.made_chain import KEY, Clock
from tests.unit.runtime.makers import recognised, stored
from tests.unit.runtime.shop import Timeless

EVENT = encode(recognised(stored(MemoryObjects(), "pages")))


class Away(Folder):
    """A folder that does not answer so many times."""

    failures = 0

    def put_new(self, key: str, content: bytes) -> bool:
        if self.failures:
            self.failures -= 1
            raise DependencyUnavailable
        return super().put_new(key, content)


@dataclass
class World:
    """A topic of one partition, and an auditor of it."""

    root: Path
    clock: Clock = field(default_factory=Clock)
    batches: list[Sequence[Incoming | Gap]] = field(default_factory=list)
    told: list[Mapping[tuple[str, int], int]] = field(default_factory=list)
    closed: bool = False

    def __post_init__(self) -> None:
        self.shelf = Away(self.root)
        self.stop = Timeless()
        self.auditor = self.begun()

    def begun(self) -> auditing.Auditor:
        chain = Chain(self.shelf, "0", tip_of(self.shelf, "0"), seconds=60, now=self.clock)
        return auditing.Auditor(
            self,
            chain,
            Heads(self.shelf, "0", Signer(KEY)),
            others=dict,
            buckets=Buckets(),
            head_minutes=15,
            now=self.clock,
            fail_point=never,
        )

    def poll(self, seconds: float) -> Sequence[Incoming | Gap]:
        if not self.batches:
            self.stop.set()
            return ()
        return self.batches.pop(0)

    def commit(self, positions: Mapping[tuple[str, int], int]) -> None:
        self.told.append(dict(positions))

    def close(self) -> None:
        self.closed = True

    def heads(self) -> list[dict[str, str]]:
        return [json.loads(path.read_bytes()) for path in sorted(self.root.glob("heads/0/*"))]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def record(offset: int, value: bytes = EVENT, topic: str = "documents.recognised") -> Incoming:
    return Incoming(Origin(topic=topic, partition=0, offset=offset), b"", value)


def test_a_stop_stores_and_signs_what_is_there(world: World) -> None:
    world.batches = [[record(0)], [record(1), record(3)]]
    world.auditor.run(world.stop)
    assert world.closed
    assert world.told == [{("documents.recognised", 0): 4}]
    assert [head["occasion"] for head in world.heads()] == ["stop"]
    report = verify(world.shelf, [KEY.public_key()])
    assert report.ok
    assert report.chains == {"0": 4}


def test_what_was_stored_before_a_death_is_not_repeated(world: World) -> None:
    world.batches = [[record(0), record(1)]]
    world.auditor.run(world.stop)
    again = world.begun()
    world.stop = Timeless()
    world.batches = [[record(0), record(1), record(2)]]  # Kafka forgot where we were
    again.run(world.stop)
    assert verify(world.shelf, [KEY.public_key()]).chains == {"0": 5}


def test_a_store_that_is_away_is_waited_for(world: World) -> None:
    world.shelf.failures = 1
    world.auditor._append(record(0))
    world.clock.pass_(seconds=61)
    with pytest.raises(DependencyUnavailable):
        world.auditor.once()
    world.batches = [[record(1)]]
    world.auditor.once()  # nothing is read before the segment is stored
    assert len(world.batches) == 1
    assert world.told == [{("documents.recognised", 0): 1}]


def test_heads_are_signed_by_time_and_at_the_end_of_each_day(world: World) -> None:
    world.batches = [[record(0)], [], [record(1)], [], [], [], []]
    world.auditor.once()
    world.clock.pass_(minutes=2)
    world.auditor.once()  # the first head of all does not wait
    assert [head["occasion"] for head in world.heads()] == ["start"]
    world.auditor.once()
    world.clock.pass_(minutes=2)
    world.auditor.once()  # stored, not signed: the quarter of an hour is not over
    assert len(world.heads()) == 1
    world.clock.pass_(minutes=14)
    world.auditor.once()
    assert [head["occasion"] for head in world.heads()][1:] == ["interval"]
    world.clock.pass_(hours=14)
    world.auditor.once()  # a day without news ends with a head as well
    world.auditor.once()
    assert [(head["occasion"], head["day"]) for head in world.heads()][2:] == [("day", "2026-11-24")]
    world.clock.pass_(hours=24)
    world.auditor.once()
    assert [(head["occasion"], head["day"]) for head in world.heads()][3:] == [("day", "2026-11-25")]


def test_a_start_signs_what_the_life_before_left_unsigned(world: World) -> None:
    for offset in (0, 1):
        world.auditor._append(record(offset))
        world.clock.pass_(seconds=61)
        world.auditor.once()
    assert [head["occasion"] for head in world.heads()] == ["start"]
    world.begun().once()
    assert [head["occasion"] for head in world.heads()] == ["start", "start"]


def test_a_gap_is_a_record(world: World) -> None:
    world.batches = [[Gap("documents.recognised", 0, 0, 7), record(7)]]
    world.auditor.run(world.stop)
    lines = [parse(line).body for one in world.shelf.stored("chains/0/") for line in world.shelf.lines(one)]
    assert [line["kind"] for line in lines] == ["gap", "event", "seal"]
    assert (lines[0]["expected"], lines[0]["offset"]) == (0, 7)
    assert verify(world.shelf, [KEY.public_key()]).ok


# Records that nobody of ours writes


def _event(data: ActRecorded | AccessRefused) -> bytes:
    return encode(
        Event[Any](id="1", type=data.TYPE, source="/chancery/person", time=Clock().now, agency="tax", data=data)
    )


def _act(**details: str | int) -> bytes:
    return _event(ActRecorded(act="x", thing="y", by="Ann", account="a", outcome="done", details=details))


def _refusal(times: int) -> bytes:
    said = {"server": "kafka", "principal": "p", "operation": "READ", "thing": "t", "outcome": "refused"}
    at = Clock().now
    return _event(AccessRefused.model_validate({**said, "times": times, "first": at, "last": at}))


NOT_FOR_CHAINS = [
    (ACTS, _act(größe=1)),
    (ACTS, _act(count=2**53)),
    (ACTS, _act(count=-(2**60))),
    (REFUSALS, _refusal(2**60)),
]


def test_what_no_chain_can_hold_is_kept_by_its_hash_and_the_chain_goes_on(world: World) -> None:
    odd = [record(offset, value, topic) for offset, (topic, value) in enumerate(NOT_FOR_CHAINS)]
    world.batches = [[*odd, record(9, _act(count=2**53 - 1), ACTS), record(9, _refusal(2), REFUSALS)]]
    world.auditor.once()
    world.auditor.run(world.stop)
    assert world.told == [{(ACTS, 0): 10, (REFUSALS, 0): 10}]
    lines = [parse(line).body for one in world.shelf.stored("chains/0/") for line in world.shelf.lines(one)]
    assert [line["kind"] for line in lines] == ["event"] * 4 + ["act", "refusal", "seal"]
    for line, (_, value) in zip(lines, NOT_FOR_CHAINS, strict=False):
        assert line["sha256"] == hashlib.sha256(value).hexdigest()
        assert (line["type"], line["event"], line["agency"]) == ("(unreadable)", "1", "tax")
    report = verify(world.shelf, [KEY.public_key()])
    assert (report.ok, report.chains) == (True, {"0": 7})


@pytest.mark.parametrize(("topic", "value"), NOT_FOR_CHAINS)
def test_unless_it_was_seen_before_it_would_stop_the_chain_for_good(
    world: World, monkeypatch: pytest.MonkeyPatch, topic: str, value: bytes
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(noting, "canonical", lambda body: b"")
    world.batches = [[record(0, value, topic)]]
    with pytest.raises(ValueError, match=r"ASCII|large"):
        world.auditor.once()


# What is kept of a record


def test_ids_and_a_hash_are_kept_and_nothing_else() -> None:
    kind, body = noted(record(0), Buckets())
    event = json.loads(EVENT)
    assert kind == "event"
    assert body["event"] == event["id"]
    assert body["subject"] == event["subject"]
    assert set(body) == {"sha256", "event", "type", "stage", "subject", "agency", "run", "time"}


@pytest.mark.parametrize(
    "value", [b"", b"null", b"\xff", b"[" * 100_000, b'{"id": ["a"], "type": "the text of a page"}']
)
def test_what_nobody_of_ours_wrote_is_kept_by_its_hash_alone(value: bytes) -> None:
    _, body = noted(record(0, value), Buckets())
    assert len(body["sha256"]) == 64
    assert body["type"] == "(unreadable)"
    assert "text of a page" not in str(body)


def test_a_notification_names_the_document_and_not_its_file() -> None:
    value = json.dumps(
        {"Records": [{"eventName": "s3:ObjectCreated:Put", "s3": {
            "bucket": {"name": "inbox-justice"}, "object": {"key": "Ann+Smith.pdf"}}}]}
    ).encode()  # fmt: skip
    _, body = noted(record(0, value, NOTIFICATIONS), Buckets())
    assert body["agency"] == "justice"
    assert len(body["subject"]) == 32
    assert "Smith" not in str(body)


def test_an_act_is_kept_whole() -> None:
    kept: list[Outgoing] = []

    class Acts:
        def write(self, record: Outgoing) -> None:
            kept.append(record)

    with pytest.raises(KeyError), acting(Acts(), Act.AGENCY_ADDED, thing="justice", by=" Ann\udcff ", reason="new"):
        raise KeyError
    bodies = [noted(record(n, one.value, ACTS), Buckets()) for n, one in enumerate(kept)]
    assert [kind for kind, _ in bodies] == ["act", "act"]
    assert [body["act"]["outcome"] for _, body in bodies] == ["begun", "failed"]
    assert bodies[0][1]["act"] | {"account": ""} == {
        "act": "agency_added", "thing": "justice", "by": "Ann\\udcff", "account": "", "outcome": "begun",
        "reason": "new", "details": {},
    }  # fmt: skip
    assert decode(kept[0].value).data.thing == "justice"


def test_an_act_that_cannot_be_recorded_is_not_done() -> None:
    class Acts:
        def write(self, record: Outgoing) -> None:
            raise DependencyUnavailable

    done = []
    with pytest.raises(DependencyUnavailable), acting(Acts(), Act.AGENCY_ADDED, thing="justice", by="Ann"):
        done.append(True)
    assert done == []


def test_each_topic_is_read_and_kept_by_one_chain() -> None:
    import re

    names = [topic.name.replace("<agency>", "justice").replace("<type>", "receipt") for topic in TOPICS]
    assert [name for name in names if not re.fullmatch(auditing.pattern(), name)] == []
    for name in names:
        for partition in range(6):
            assert sum(auditing.belongs(name, partition, slot, 3) for slot in range(3)) == 1
