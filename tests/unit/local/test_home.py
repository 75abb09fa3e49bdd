"""The stack's folder: what cannot be one is said, and nobody else looks into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from processors import config
from processors.local import home, stack, state, supervisor
from processors.variables import SettingInvalid


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize("beneath", ["a-file/home", "a-file", "/proc/x"])
def test_a_home_that_cannot_be_made_is_a_bad_setting(
    tmp_path: Path, beneath: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-file").touch()
    settings = config.load({"CHANCERY_HOME": str(tmp_path / beneath)})
    for start in (lambda: stack.up(settings), lambda: home.prepare(settings.home)):
        with pytest.raises(SettingInvalid, match=r"CHANCERY_HOME='.*' cannot be used: it must be a folder") as told:
            start()
        assert told.value.code == 78
    assert stack.running(settings.home) is None
    monkeypatch.setenv("CHANCERY_HOME", str(settings.home))
    before = os.umask(0o022)
    try:
        assert supervisor.main(["{}"]) == 78
    finally:
        os.umask(before)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_is_a_bad_setting(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SettingInvalid, match="Permission denied"):
        home.prepare(tmp_path)


def test_down_with_a_home_under_a_file_is_a_bad_setting(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(SettingInvalid, match="Not a directory"):
        stack.down(config.load({"CHANCERY_HOME": str(tmp_path / "a-file" / "home")}))


def test_a_home_is_closed_to_others(tmp_path: Path) -> None:
    place = tmp_path / "x" / "home"
    home.prepare(place)
    assert mode(place) == 0o700
    (place / "kafka").mkdir(mode=0o755)
    (place / "ledger.sqlite").touch(mode=0o644)
    place.chmod(0o755)
    home.prepare(place)
    assert [mode(p) for p in (place, place / "kafka", place / "ledger.sqlite")] == [0o700, 0o700, 0o600]


@pytest.mark.parametrize(("before", "theirs"), [(0o1777, False), (0o755, True)])
def test_a_folder_with_other_things_stays_open_but_for_what_is_ours(
    tmp_path: Path, before: int, theirs: bool
) -> None:
    (tmp_path / "minio").mkdir(mode=0o755)
    if theirs:
        (tmp_path / "site").mkdir(mode=0o755)
    tmp_path.chmod(before)
    home.prepare(tmp_path)
    assert mode(tmp_path) == before
    assert mode(tmp_path / "minio") == 0o700
    assert not theirs or mode(tmp_path / "site") == 0o755


def test_the_state_is_ours_alone(tmp_path: Path) -> None:
    from tests.unit.local.test_state import made

    state.write(made(tmp_path))
    assert mode(state.path(tmp_path)) == 0o600
