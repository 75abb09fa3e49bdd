"""MinIO's queue on disk, from outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from processors.local.queue_check import look

NOW = 1_800_000_000.0
WHOLE = b'{"EventName": "s3:ObjectCreated:Put"}'


def event(folder: Path, name: str, age: float, content: bytes = WHOLE) -> Path:
    place = folder / "CHANCERY" / "minio-kafka-CHANCERY"
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{name}.event"
    path.write_bytes(content)
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_no_queue_and_an_empty_one_are_well(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        queue = look(folder, NOW)
        assert (queue.well, queue.remedy, str(queue)) == (True, "", "empty")


def test_what_waits_for_a_moment_is_well_and_what_waits_longer_is_not(tmp_path: Path) -> None:
    event(tmp_path, "a", 30)
    event(tmp_path, "b", 2)
    assert look(tmp_path, NOW).well
    event(tmp_path, "c", 61)
    queue = look(tmp_path, NOW)
    assert not queue.well
    assert str(queue) == "3 waiting, the oldest for 61 s"
    assert "reconcile" in queue.remedy


@pytest.mark.parametrize("content", [b"", WHOLE[:20]], ids=["empty", "half"])
def test_a_torn_file_is_named(tmp_path: Path, content: bytes) -> None:
    torn = event(tmp_path, "a", 20, content)
    event(tmp_path, "b", 10)
    queue = look(tmp_path, NOW)
    assert queue.torn == (torn,)
    assert not queue.well
    assert "move" in queue.remedy


def test_a_file_that_is_being_written_is_not_torn(tmp_path: Path) -> None:
    event(tmp_path, "a", 1, b"")
    assert look(tmp_path, NOW).well


def test_other_files_are_not_looked_at(tmp_path: Path) -> None:
    event(tmp_path, "a", 1).with_suffix(".tmp").write_bytes(b"")
    assert look(tmp_path, NOW).events == 1
