"""Copies on a disk outlive their documents by a day at most."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from processors.adapters.memory import MemoryObjects
from processors.console.kept_files import KeptFiles
from processors.runtime.originals import Originals
from processors.runtime.room import MOST_SECONDS, make_room


def used(file: Path, seconds_ago: float) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"what a document says")
    os.utime(file, (time.time() - seconds_ago,) * 2)
    return file


def test_what_was_not_used_for_a_day_goes_though_there_is_room(tmp_path: Path) -> None:
    old, fresh = used(tmp_path / "old", MOST_SECONDS + 60), used(tmp_path / "fresh", MOST_SECONDS - 600)
    make_room(tmp_path, 10**9)
    assert (old.exists(), fresh.exists()) == (False, True)


@pytest.mark.parametrize("holder", [KeptFiles, Originals])
def test_it_goes_at_the_start_too(tmp_path: Path, holder: type[KeptFiles] | type[Originals]) -> None:
    old = used(tmp_path / "kept" / "old", MOST_SECONDS + 60)
    holder(tmp_path / "kept", 10**9)
    assert not old.exists()


def test_it_goes_when_another_file_is_kept(tmp_path: Path) -> None:
    kept, originals = KeptFiles(tmp_path / "pages", 10**9), Originals(tmp_path / "files")
    olds = [used(tmp_path / name / "old", MOST_SECONDS + 60) for name in ("pages", "files")]
    kept.keep("new", b"x")
    objects = MemoryObjects()
    ref = objects.put("documents", "a", b"x", "x")
    assert ref is not None
    originals.fetch(ref, tmp_path / "fetched", objects)
    assert [old.exists() for old in olds] == [False, False]
