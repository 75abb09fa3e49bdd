"""The first to write a key wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.adapters.memory import MemoryObjects
from processors.errors import DependencyUnavailable
from processors.runtime.firsts import first_bytes, first_file


def test_everybody_goes_on_with_what_the_first_one_wrote(tmp_path: Path) -> None:
    objects = MemoryObjects()
    assert first_bytes(objects, "work", "claim", b"mine") == b"mine"
    assert first_bytes(objects, "work", "claim", b"theirs") == b"mine"
    file = tmp_path / "file"
    file.write_bytes(b"one")
    first = first_file(objects, "documents", "file", file, "text/plain")
    file.write_bytes(b"two")
    assert first_file(objects, "documents", "file", file, "text/plain") == first
    assert objects.read(first) == b"one"


def test_a_store_that_contradicts_itself_is_away_and_nothing_is_taken_for_granted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    objects = MemoryObjects()
    first_bytes(objects, "work", "claim", b"mine")
    monkeypatch.setattr(objects, "put", lambda *_, **__: None)
    monkeypatch.setattr(objects, "info", lambda *_: None)
    with pytest.raises(DependencyUnavailable):
        first_bytes(objects, "work", "claim", b"theirs")
