"""The file by which a probe tells a worker that goes round from one that hangs."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from processors.runtime import pulse
from processors.runtime.pulse import Pulse


@pytest.fixture(autouse=True)
def _each_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "_EVERY_SECONDS", 0.0)


def age_it(file: Path) -> None:
    os.utime(file, (1.0, 1.0))


def is_old(file: Path) -> bool:
    return file.stat().st_mtime == 1.0


def test_it_is_there_once_the_loop_asks_and_young_as_long_as_it_does(tmp_path: Path) -> None:
    file = tmp_path / "pulse" / "ocr-0"
    stop = Pulse(file)
    assert not file.exists(), "a worker that still loads its models is not ready"
    assert not stop.is_set()
    age_it(file)
    assert not stop.is_set()
    assert not is_old(file)
    stop.set()
    assert stop.is_set()


def test_other_threads_do_not_keep_a_loop_alive_that_hangs(tmp_path: Path) -> None:
    file = tmp_path / "ocr-0"
    stop = Pulse(file)
    stop.is_set()
    age_it(file)
    other = threading.Thread(target=stop.is_set)
    other.start()
    other.join()
    assert is_old(file)


def test_waiting_for_the_flag_is_no_sign_of_life_but_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "ocr-0"
    stop = Pulse(file)
    stop.is_set()
    age_it(file)
    stop.set()
    assert stop.wait(0)
    assert is_old(file)


def test_what_a_predecessor_left_is_no_sign_of_life(tmp_path: Path) -> None:
    (tmp_path / "ocr-0").touch()
    Pulse(tmp_path / "ocr-0")
    assert not (tmp_path / "ocr-0").exists()


def test_a_folder_that_cannot_be_written_ends_no_worker(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not Pulse(tmp_path / "file" / "ocr-0").is_set()
