import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from processors.commands.exits import Exit
from processors.config import Settings
from processors.local import stack
from processors.local.failures import StackError
from processors.local.state import Running, Stack
from tests.unit.commands.conftest import chancery


def described(home: Path) -> Stack:
    return Stack(
        Running(1, "x"), "ready", ("ready",), "k:1", "s:2", "sqlite://", home, home / "logs", "now", {}, ()
    )


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Settings, dict[str, Any]]]:
    made: list[tuple[Settings, dict[str, Any]]] = []

    def up(settings: Settings, **options: Any) -> Stack:
        options["on_step"]("Kafka: starting [1] \u202e")
        made.append((settings, options))
        return described(tmp_path)

    def down(settings: Settings, **options: Any) -> bool:
        options["on_step"]("stopping")
        made.append((settings, options))
        return not options["wipe"]

    monkeypatch.setattr(stack, "up", up)
    monkeypatch.setattr(stack, "down", down)
    return made


def test_up_starts_the_stack_with_its_agencies(
    calls: list[tuple[Settings, dict[str, Any]]], added: list[str]
) -> None:
    done = chancery("up", "--agency", "justice", "--agency", "revenue", "--ocr-workers", "3", "--wipe", "--json")
    assert done.exit_code == 0, done.output
    settings, options = calls[0]
    assert settings.agencies == ("justice", "revenue")
    assert (options["workers"]["ocr"], options["workers"]["intake"], options["wipe"]) == (3, 1, True)
    assert added == ["justice", "revenue"]
    assert json.loads(done.stdout)["kafka"] == "k:1"
    assert "[1]" in done.stderr and "\u202e" not in done.stderr


def test_up_uses_the_servers_that_the_environment_names(
    calls: list[tuple[Settings, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANCERY_KAFKA", "kafka:9092")
    assert chancery("up").exit_code == 0
    assert (calls[0][1]["external_kafka"], calls[0][1]["external_s3"]) == ("kafka:9092", None)


def test_a_part_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def up(*_: Any, **__: Any) -> Stack:
        raise StackError("MinIO", "did not start", "Free port 29000.")

    monkeypatch.setattr(stack, "up", up)
    done = chancery("up")
    assert done.exit_code == Exit.FAILED
    assert "MinIO did not start. Free port 29000." in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("CHANCERY_LANGUAGES", "xyz", "tesseract-ocr-xyz"),
        ("CHANCERY_HOME", "/proc/x", "a folder that can be made"),
    ],
)
def test_a_setting_with_which_nothing_could_run_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    done = chancery("up")
    assert done.exit_code == Exit.BAD_SETTING
    assert f"{variable}='{value}' cannot be used" in done.stderr and told in done.stderr


def test_every_agency_of_the_settings_gets_its_inbox(
    calls: list[tuple[Settings, dict[str, Any]]], added: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANCERY_AGENCIES", "justice")
    assert chancery("up", "--agency", "revenue").exit_code == 0
    assert added == ["justice", "revenue"]
    assert calls[0][1]["workers"] is None, "as many as there are"


def test_up_refuses_a_name_before_it_starts_anything(calls: list[tuple[Settings, dict[str, Any]]]) -> None:
    assert chancery("up", "--agency", "NO").exit_code == Exit.USAGE
    assert calls == []


@pytest.mark.parametrize(("wipe", "told"), [((), "Stopped."), (("--wipe",), "No stack was running.")])
def test_down_tells_whether_there_was_one(
    calls: list[tuple[Settings, dict[str, Any]]], wipe: tuple[str, ...], told: str
) -> None:
    done = chancery("down", *wipe)
    assert done.exit_code == 0
    assert told in done.stdout
    assert calls[0][1]["wipe"] is bool(wipe)


def test_up_with_airflow_tells_who_signs_in_and_writes_what_forms_offer(
    calls: list[tuple[Settings, dict[str, Any]]],
    added: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from processors.local import airflow_rest
    from processors.orchestration import choices, offering

    offered: list[tuple[str, ...]] = []
    found = choices.Choices(("alpha",), ("receipt",), ("classifier@3",))
    monkeypatch.setattr(offering, "here", lambda _: found)
    monkeypatch.setattr(airflow_rest, "token", lambda endpoint, user, _: f"{user} at {endpoint}")
    monkeypatch.setattr(airflow_rest, "set_variable", lambda *told: offered.append(told))
    up = stack.up
    monkeypatch.setattr(
        stack,
        "up",
        lambda *a, **o: dataclasses.replace(up(*a, **o), airflow="127.0.0.1:29080" if o["airflow"] else ""),
    )
    told = json.loads(chancery("up", "--airflow", "--json").stdout)["airflow"]
    assert (told["url"], told["passwords"]) == ("http://127.0.0.1:29080", f"{tmp_path}/airflow/passwords.json")
    assert offered == [
        ("127.0.0.1:29080", "admin at 127.0.0.1:29080", choices.KEY, choices.text(found), choices.ABOUT)
    ]
    monkeypatch.setattr(airflow_rest, "token", lambda *_: (_ for _ in ()).throw(OSError("refused")))
    busy = chancery("up", "--airflow", "--json")
    assert (busy.exit_code, "Forms in Airflow offer less" in busy.stderr) == (0, True)
    assert "airflow" not in json.loads(chancery("up", "--json").stdout)
    assert len(offered) == 1
    assert [options["airflow"] for _, options in calls] == [True, True, False]
