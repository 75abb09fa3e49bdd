"""What the doctor says of a malware scanner; a real one answers in tests/live/test_malware.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from processors.config import load
from processors.local import scanner_check
from tests.unit.adapters.test_clamd import FakeClamd

_MOST = 3_000_000


@pytest.fixture
def server() -> Iterator[FakeClamd]:
    with closing(FakeClamd()) as made:
        yield made


def look(server: FakeClamd) -> tuple[bool, str, str]:
    return scanner_check.look(load({"CHANCERY_CLAMD": server.address, "CHANCERY_MAX_BYTES": str(_MOST)}))


def test_no_scanner_is_said() -> None:
    well, found, remedy = scanner_check.look(load({}))
    assert not well
    assert "nothing is scanned" in found
    assert "CHANCERY_CLAMD" in remedy


def test_a_scanner_that_calls_ok_what_it_did_not_look_into(server: FakeClamd) -> None:
    well, _, remedy = look(server)
    assert not well
    assert "AlertExceedsMax yes" in remedy


def test_a_scanner_that_does_not_look_into_the_largest_files(server: FakeClamd) -> None:
    server.says = b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"
    well, found, remedy = look(server)
    assert not well
    assert str(_MOST) in found
    assert "MaxFileSize" in remedy
    assert len(server.streams[-1]) == _MOST


def test_a_scanner_that_takes_no_such_file_or_is_stale(server: FakeClamd) -> None:
    server.most, server.says = 1_000_000, b"INSTREAM size limit exceeded. ERROR\0"
    server.says_of_small = b"stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\0"
    assert "StreamMaxLength" in look(server)[1]
    server.set_age(timedelta(hours=30))
    assert "hours old" in look(server)[1]
