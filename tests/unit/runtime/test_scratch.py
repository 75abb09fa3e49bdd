"""Folders for one piece of work."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from processors.errors import DependencyUnavailable
from processors.runtime.scratch import Scratches


def test_a_folder_is_empty_of_its_own_and_gone_afterwards(tmp_path: Path) -> None:
    scratches = Scratches(tmp_path / "slot")
    with scratches.folder() as one, scratches.folder() as other:
        assert one.path != other.path
        assert one.work.is_dir()
        assert not list(one.work.iterdir())
        one.input("original").write_bytes(b"x")
    assert not list((tmp_path / "slot").iterdir())


def test_a_folder_is_gone_after_an_error_too(tmp_path: Path) -> None:
    scratches = Scratches(tmp_path / "slot")
    with pytest.raises(KeyError), scratches.folder() as folder:
        (folder.work / "deep").mkdir()
        raise KeyError
    assert not list((tmp_path / "slot").iterdir())


def test_what_a_killed_predecessor_left_is_removed_and_the_neighbours_stay(tmp_path: Path) -> None:
    (tmp_path / "slot" / "left").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    Scratches(tmp_path / "slot")
    assert not list((tmp_path / "slot").iterdir())
    assert (tmp_path / "other").is_dir()


def test_a_link_left_by_a_document_takes_nothing_outside_with_it(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    with Scratches(tmp_path / "slot").folder() as folder:
        (folder.work / "link").symlink_to(tmp_path / "precious")
    assert (tmp_path / "precious" / "file").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_during_the_work_is_waited_for(tmp_path: Path, number: int) -> None:
    scratches = Scratches(tmp_path / "slot")
    with pytest.raises(DependencyUnavailable), scratches.folder():
        raise OSError(number, "no room")
    assert not list((tmp_path / "slot").iterdir())


def test_any_other_error_passes(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), Scratches(tmp_path / "slot").folder():
        raise PermissionError(errno.EACCES, "not ours")


def test_no_work_begins_on_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1024))
    with pytest.raises(DependencyUnavailable), Scratches(tmp_path / "slot").folder():
        raise AssertionError("work began")
