"""A model that nobody has promoted works on no live document, whatever the settings say."""

from __future__ import annotations

import signal
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from processors import config
from processors.config import Settings
from processors.pipeline import Lanes
from processors.runtime import logs, main, priority
from processors.telemetry import process
from processors.variables import SettingInvalid


def alone(monkeypatch: pytest.MonkeyPatch, given: list[Settings]) -> None:
    """Lets a worker start in this process, up to its stage, which is only given its settings."""
    monkeypatch.setattr(main, "_stage", lambda _row, _slot, settings, *_: given.append(settings))
    # What else a worker does to its process, which is the tests' here.
    monkeypatch.setattr(priority, "yield_to_others", lambda: None)
    monkeypatch.setattr(logs, "configure", lambda **_: None)
    monkeypatch.setattr(process, "told", lambda *_: nullcontext())
    monkeypatch.setattr(main, "_hide_memory", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)


@pytest.mark.parametrize(
    ("lanes", "tried"), [("reprocessing", (("reader", 4),)), ("live", ()), ("all", ())], ids=str
)
def test_only_workers_of_reprocessing_runs_try_candidates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lanes: Lanes, tried: tuple[tuple[str, int], ...]
) -> None:
    given: list[Settings] = []
    alone(monkeypatch, given)
    settings = config.load({"CHANCERY_HOME": str(tmp_path), "CHANCERY_CANDIDATES": "reader@4"})
    assert main.run("extract", 0, settings, lanes=lanes) == 0
    assert [one.candidates for one in given] == [tried]


@pytest.mark.parametrize(
    ("name", "lanes", "said"),
    [
        ("extract", "all", True),
        ("extract", "live", False),
        ("extract", "reprocessing", False),
        ("intake", "all", False),
    ],
)
def test_where_no_workers_are_apart_it_is_said_that_nobody_tries_the_candidate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, lanes: Lanes, *, said: bool
) -> None:
    alone(monkeypatch, [])
    settings = config.load({"CHANCERY_HOME": str(tmp_path), "CHANCERY_CANDIDATES": "reader@4"})
    with capture_logs() as told:
        assert main.run(name, 0, settings, lanes=lanes) == 0
        without = replace(settings, candidates=())
        assert main.run(name, 0, without, lanes=lanes) == 0
    assert [one["event"] for one in told].count("candidates_not_tried") == int(said)


@pytest.mark.parametrize("value", ["reader", "reader@0", "reader@4,reader@5", "Reader@4", "reader@4;x", "@4"])
def test_what_is_no_model_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingInvalid, match="CHANCERY_CANDIDATES"):
        config.load({"CHANCERY_HOME": str(tmp_path), "CHANCERY_CANDIDATES": value})
