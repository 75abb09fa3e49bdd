"""Commands with a ledger in a file, objects in memory, and a pipeline that ends a document as its name says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from processors import config
from processors.adapters import provision
from processors.adapters.memory import MemoryObjects
from processors.cli import app
from processors.commands import surroundings
from processors.commands.surroundings import Surroundings
from processors.errors import ArtefactMissing
from processors.events import DocumentId, Event, Original, Ref
from processors.places import end_key
from processors.ports import Lock, Outgoing
from processors.record.ledger import Ledger
from processors.runtime.codec import encode
from processors.runtime.identity import document_id
from tests.unit.record import makers as m


class Pipeline(MemoryObjects):
    """Objects behind whose inboxes documents end at once: by the first word of their name, or not at all."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger
        #: inboxes that do not exist yet
        self.missing: set[str] = set()

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        if bucket in self.missing:
            raise ArtefactMissing(f"{bucket}: NoSuchBucket")
        return super().keys(bucket, prefix)

    def put(
        self,
        bucket: str,
        key: str,
        content: Path | bytes,
        media_type: str,
        *,
        create_only: bool = False,
        lock: Lock | None = None,
    ) -> Ref | None:
        ref = super().put(bucket, key, content, media_type, create_only=create_only, lock=lock)
        if ref is not None and bucket.startswith("inbox-"):
            for event in self.events(ref):
                self.ledger.apply(event, m.NOON)
        return ref

    def events(self, ref: Ref) -> list[Event[Any]]:
        original = Original(bucket=ref.bucket, key=ref.key, version_id=ref.version_id, size=ref.size, pages=1)
        agency = ref.bucket.removeprefix("inbox-")
        document = DocumentId(id=document_id(ref.bucket, ref.key, ref.version_id), agency=agency, original=original)
        arrived = m.way()[0]
        made: dict[str, Any] = {
            "result": m.result(),
            "review": m.review(),
            "quarantine": m.quarantine(),
            "dead": m.dead_letter(),
            "slow": arrived.data,
        }
        data = made.get(ref.key.split("-")[0])
        if data is None:
            return []
        event = m.event(data.model_copy(update={"document": document}), 5, part=document.id)
        if ref.key.startswith("result"):
            super().put("documents", end_key(document, "result"), encode(event), "application/json")
        return [event]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path}/home/ledger.sqlite", clock=lambda: m.NOON) as opened:
        yield opened


@pytest.fixture
def objects(ledger: Ledger) -> Pipeline:
    return Pipeline(ledger)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The agencies that a command added."""
    names: list[str] = []
    monkeypatch.setattr(provision, "add_agency", lambda _, name: names.append(name))
    return names


class KeptActs(list[Outgoing]):
    """What people did, in a list."""

    def write(self, record: Outgoing) -> None:
        self.append(record)


@pytest.fixture
def acts() -> KeptActs:
    """What people did."""
    return KeptActs()


@pytest.fixture
def stack(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    ledger: Ledger,
    objects: Pipeline,
    added: list[str],
    acts: KeptActs,
) -> None:
    """A stack that runs."""
    settings = config.load({"CHANCERY_HOME": str(tmp_path / "home")})

    @contextmanager
    def around() -> Iterator[Surroundings]:
        yield Surroundings(settings, objects, ledger, local=True, acts=acts)

    monkeypatch.setattr(surroundings, "around", around)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from outside, no stack of somebody else, a terminal that is wide enough."""
    for name in ("CHANCERY_KAFKA", "CHANCERY_S3", "CHANCERY_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHANCERY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "220")


def operated(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """From here on commands find settings that name this file of people, see `tests/people.py`."""
    around = surroundings.around

    @contextmanager
    def named() -> Iterator[Surroundings]:
        with around() as at:
            yield replace(at, settings=replace(at.settings, console_users=file))

    monkeypatch.setattr(surroundings, "around", named)


def chancery(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def file(folder: Path, name: str, content: bytes = b"x") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path
