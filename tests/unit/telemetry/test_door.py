"""The door: found by its file, closed to nobody who reaches it, and of no cost to the work behind it."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from processors import __version__
from processors.telemetry import door, process
from processors.telemetry.settings import TelemetrySettings
from processors.variables import SettingInvalid
from tests.unit.telemetry.told import unknown
from tests.waiting import until

ANY = "127.0.0.1:0"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with process.told(TelemetrySettings(ANY), tmp_path, "audit", "3"):
        yield target(tmp_path / "metrics" / "audit-3.json")


def target(file: Path) -> str:
    (entry,) = json.loads(file.read_text(encoding="utf-8"))
    (found,) = entry["targets"]
    return str(found)


def scrape(address: str, path: str = "/metrics") -> str:
    with urlopen(f"http://{address}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def test_the_file_leads_to_the_metrics_and_is_gone_with_them(tmp_path: Path) -> None:
    file = tmp_path / "metrics" / "ocr-1.json"
    with process.told(TelemetrySettings(ANY), tmp_path, "ocr", "1", "live"):
        assert json.loads(file.read_text("utf-8"))[0]["labels"] == {"process": "ocr", "slot": "1"}
        told = scrape(target(file))
        where = target(file)
    info = f'chancery_process_info{{lanes="live",process="ocr",version="{__version__}"}} 1.0'
    assert info in told
    assert 'chancery_processor_seconds_total{process="ocr"}' in told
    assert unknown(told) == set()
    assert list((tmp_path / "metrics").iterdir()) == []
    with pytest.raises(OSError, match="refused"):
        scrape(where)


def test_where_no_address_is_given_nothing_listens_and_nothing_is_written(tmp_path: Path) -> None:
    with process.told(TelemetrySettings(), tmp_path, "ocr", "0"):
        assert list(tmp_path.iterdir()) == []


def test_no_other_page_is_there(address: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        scrape(address, "/")


def test_a_port_that_is_taken_is_named_and_the_process_ends_with_78(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with (
            pytest.raises(SettingInvalid, match=f"CHANCERY_METRICS='{taken}'.*free.*in use"),
            door.opened(taken, tmp_path, "ocr", "0"),
        ):
            pass
        code, said = _run(tmp_path, taken)
        assert (code, f"CHANCERY_METRICS='{taken}'" in said) == (78, True)


def test_a_host_that_is_not_this_machine_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(SettingInvalid, match="free on this machine"),
        door.opened("192.0.2.1:0", tmp_path, "o", "0"),
    ):
        pass


def _run(home: Path, address: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "processors.cli", "worker", "record", "--slot", "0"],
        env=os.environ | {"CHANCERY_HOME": str(home), "CHANCERY_METRICS": address},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@contextmanager
def silent(address: str, many: int) -> Iterator[list[socket.socket]]:
    host, _, port = address.rpartition(":")
    with ExitStack() as lines:
        yield [lines.enter_context(socket.create_connection((host, int(port)), 20)) for _ in range(many)]


def test_strangers_get_few_threads_however_many_they_are(address: str) -> None:
    with silent(address, 20) as lines:
        until(lambda: len(_ended(lines)) >= len(lines) - door._AT_ONCE, "the others are hung up on")
        assert len(lines) - len(_ended(lines)) == door._AT_ONCE
    until(lambda: _answers(address), "the next one is let in when they are gone")


def _ended(lines: list[socket.socket]) -> list[socket.socket]:
    """Nobody is told anything here, so what can be read is the end."""
    return select.select(lines, [], [], 0.1)[0]


def _answers(address: str) -> bool:
    with suppress(OSError):
        return "chancery_process_info" in scrape(address)
    return False


def test_whoever_says_nothing_is_hung_up_on(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door._Handler, "timeout", 0.2)
    with silent(address, door._AT_ONCE) as lines:
        assert [line.recv(1) for line in lines] == [b""] * door._AT_ONCE


def test_a_file_that_is_half_written_is_never_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    replace = Path.replace

    def look(self: Path, to: Path) -> Path:
        seen.append([file.name for file in self.parent.glob("*.json")])
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", look)
    with door.opened(ANY, tmp_path, "ocr", "0"):
        assert target(tmp_path / "metrics" / "ocr-0.json")
    assert seen == [[]]
