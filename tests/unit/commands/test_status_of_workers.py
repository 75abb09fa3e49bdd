"""`status` warns of workers that are down."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.local import state
from processors.local.state import WorkerRunning
from tests.unit.commands.conftest import chancery
from tests.unit.local.test_state import made


@pytest.mark.usefixtures("stack")
def test_a_worker_that_ends_again_and_again_is_told_on_standard_error(tmp_path: Path) -> None:
    ended = datetime.now(UTC).isoformat()
    looping = WorkerRunning(
        1, "x", 9, 1, ends=10, ended=ended, stage="ocr", last_words="StageFailed: no [pack] \u202e"
    )
    state.write(dataclasses.replace(made(tmp_path / "home"), workers=(looping,)))
    done = chancery("status", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["counts"] == []
    assert "worker ocr-0 ended 10 times, at last with exit code 1: StageFailed: no [pack]" in done.stderr
    assert "\u202e" not in done.stderr
