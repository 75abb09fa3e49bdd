"""The console inside Airflow tells its metrics, and serves its pages where it cannot."""

from __future__ import annotations

import atexit
import json
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

pytest.importorskip("airflow")

from processors import config
from processors.console import airflow_app
from processors.console.airflow_plugin import ConsolePlugin

Load = Callable[[str], object]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Loads the plugin's app as Airflow's server does, with metrics told at an address; nobody asks for a page."""
    closing: list[Callable[[], None]] = []

    def never(_: object) -> NoReturn:
        raise AssertionError("the desk was opened, though nobody asked for a page")

    monkeypatch.setattr(airflow_app, "opened", never)
    monkeypatch.setattr(atexit, "register", closing.append)

    def load_(address: str) -> object:
        airflow_app.tell.cache_clear()
        settings = {"CHANCERY_HOME": str(tmp_path), "CHANCERY_METRICS": address}
        monkeypatch.setattr(config, "load", lambda: _load(settings))
        return ConsolePlugin.fastapi_apps[0]["app"]

    yield load_
    airflow_app.tell.cache_clear()
    for close in closing:
        close()


_load = config.load


def test_a_file_leads_to_the_console_s_metrics_before_the_first_page(load: Load, tmp_path: Path) -> None:
    assert load("127.0.0.1:0") is airflow_app.app
    (entry,) = json.loads((tmp_path / "metrics" / "console-airflow.json").read_text("utf-8"))
    assert entry["labels"] == {"process": "console", "slot": "airflow"}
    with urllib.request.urlopen(f"http://{entry['targets'][0]}/metrics", timeout=60) as answer:
        assert b'process="console"' in answer.read()
    # Whoever asks for the apps again opens no second door.
    assert ConsolePlugin.fastapi_apps[0]["app"] is airflow_app.app


def test_where_another_server_has_the_address_the_pages_come_without(
    load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert load(f"127.0.0.1:{other.getsockname()[1]}") is airflow_app.app
    assert "metrics_not_told" in capsys.readouterr().out
    assert list((tmp_path).rglob("*.json")) == []


def test_a_setting_that_cannot_be_used_does_not_keep_airflow_from_starting(
    load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load("nowhere") is airflow_app.app
    assert "metrics_not_told" in capsys.readouterr().out
