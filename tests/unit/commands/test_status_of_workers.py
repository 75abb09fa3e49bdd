"""`status` warns of workers that are down."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.local import state
from processors.local.airflow_home import USERS
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


@pytest.mark.usefixtures("stack")
def test_where_airflow_is_and_what_of_it_is_down_is_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    dead = state.Running(1, "an earlier boot:1")
    state.write(dataclasses.replace(made(home), airflow="127.0.0.1:29080", servers={"airflow-scheduler": dead}))
    told = json.loads(chancery("status", "--json").stdout)["airflow"]
    assert told == {
        "url": "http://127.0.0.1:29080",
        "users": USERS,
        "passwords": str(home / "airflow" / "passwords.json"),
        "alive": {"scheduler": False},
    }
    shown = " ".join(chancery("status").stdout.split())
    assert "Airflow http://127.0.0.1:29080: admin (admin), ada (op)" in shown
    assert "Down: scheduler." in shown


@pytest.mark.usefixtures("stack")
def test_without_airflow_nothing_is_told_of_it(tmp_path: Path) -> None:
    state.write(made(tmp_path / "home"))
    assert "airflow" not in json.loads(chancery("status", "--json").stdout)
