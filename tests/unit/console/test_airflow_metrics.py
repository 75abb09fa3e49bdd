"""The console inside Airflow tells its metrics, and serves its pages where it cannot."""

from __future__ import annotations

import atexit
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("airflow")

from processors import config
from processors.config import Settings
from processors.console import airflow_app
from processors.telemetry.settings import TelemetrySettings

Opened = Callable[[str], object]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens the desk as the first page does, with metrics told at an address."""
    closing: list[Callable[[], None]] = []

    @contextmanager
    def desk(settings: Settings) -> Iterator[str]:
        yield "desk"

    monkeypatch.setattr(airflow_app, "opened", desk)
    monkeypatch.setattr(atexit, "register", closing.append)
    plain = config.load({"CHANCERY_HOME": str(tmp_path)})

    def open_(address: str) -> object:
        settings = replace(plain, telemetry=TelemetrySettings(address))
        monkeypatch.setattr(config, "load", lambda: settings)
        return airflow_app._Opening()()

    yield open_
    for close in closing:
        close()


def test_a_file_leads_to_the_console_s_metrics(opened: Opened, tmp_path: Path) -> None:
    assert opened("127.0.0.1:0") == "desk"
    (entry,) = json.loads((tmp_path / "metrics" / "console-airflow.json").read_text("utf-8"))
    assert entry["labels"] == {"process": "console", "slot": "airflow"}


def test_where_another_server_has_the_address_the_pages_come_without(
    opened: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert opened(f"127.0.0.1:{other.getsockname()[1]}") == "desk"
    assert "metrics_not_told" in capsys.readouterr().out
    assert list((tmp_path).rglob("*.json")) == []
