"""Starting and stopping from outside, as far as it needs no servers (the rest: tests/live/test_local_stack.py)."""

from __future__ import annotations

import dataclasses
import json
import socket
from pathlib import Path

import pytest

from processors import config
from processors.config import Settings
from processors.local import environment, ports, stack, state
from processors.local.birth import birth
from processors.local.failures import ProgramMissingError, StackError
from processors.local.plan import made
from processors.local.state import Running, Stack


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load({"CHANCERY_HOME": str(tmp_path / "home"), "CHANCERY_S3_TLS": "on"})


def described(settings: Settings, **servers: Running) -> Stack:
    gone = Running(1, "an earlier boot:1")
    return Stack(gone, "ready", (), "k:1", "s:2", "", settings.home, settings.home, "", servers=servers, workers=())


def test_our_own_servers_are_reached_in_the_clear_and_with_few_partitions(settings: Settings) -> None:
    one = Running(2, "b")
    reached = stack.connected(settings, described(settings, kafka=one, minio=one))
    assert (reached.kafka, reached.s3.endpoint) == ("k:1", "s:2")
    assert not reached.s3.secure
    assert reached.most_partitions == stack.MOST_PARTITIONS
    assert reached.notification_arns == ("arn:minio:sqs::CHANCERY:kafka", "arn:minio:sqs::CHANCERY_FAST:kafka")
    chosen = dataclasses.replace(settings, most_partitions=3)
    assert stack.connected(chosen, described(settings, kafka=one)).most_partitions == 3


def test_servers_of_others_are_reached_as_the_settings_say(settings: Settings) -> None:
    theirs = dataclasses.replace(settings, notification_arns=("arn:minio:sqs::OTHER:kafka",))
    reached = stack.connected(theirs, described(settings))
    assert reached.s3.secure
    assert reached.most_partitions == 0
    assert reached.notification_arns == ("arn:minio:sqs::OTHER:kafka",)


def test_ports_are_remembered_as_long_as_they_are_free(settings: Settings) -> None:
    memory = settings.home / "ports.json"
    memory.parent.mkdir()
    wanted = ports.choose([None, None, None, None])
    for text in ("", "[1]", '{"a": 1}', '["x", 2, 3]'):
        memory.write_text(text)
        assert len(json.loads(_planned(settings))) == 4
    memory.write_text(json.dumps(wanted))
    assert json.loads(_planned(settings)) == wanted
    memory.write_text(json.dumps(wanted[:3]))
    assert json.loads(_planned(settings))[:3] == wanted[:3], "as an earlier version wrote it, without Airflow"


def _planned(settings: Settings) -> str:
    plan = made(settings, None, None, None, lambda _: None, airflow=True)
    text = (settings.home / "ports.json").read_text()
    kafka, controller, s3, airflow = json.loads(text)
    assert plan.airflow_port == airflow
    assert made(settings, None, None, None, lambda _: None).airflow_port == 0
    assert (plan.kafka, plan.kafka_controller_port) == (f"127.0.0.1:{kafka}", controller)
    assert plan.s3 == f"127.0.0.1:{s3}"
    return text


def test_a_port_that_is_taken_is_told_with_the_one_in_its_place(settings: Settings) -> None:
    settings.home.mkdir()
    kafka, controller = ports.choose([None, None])
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        taken = theirs.getsockname()[1]
        (settings.home / "ports.json").write_text(json.dumps([kafka, controller, taken]))
        steps: list[str] = []
        plan = made(settings, None, None, None, steps.append)
        assert steps == [f"{taken} is taken, using {plan.s3.rpartition(':')[2]}"]
        (settings.home / "ports.json").write_text(json.dumps([kafka, controller, taken]))
        made(settings, None, None, "theirs:9000", steps.append)
        assert len(steps) == 1, "whose port it is does not matter where we start no server"


def test_wiping_removes_what_the_stack_made_and_nothing_else(settings: Settings) -> None:
    home = settings.home
    (home / "kafka" / "data").mkdir(parents=True)
    for name in ("ledger.sqlite", "ledger.sqlite-wal", "ports.json", "supervisor.lock", "my-notes.txt"):
        (home / name).touch()
    theirs = home.parent / "theirs"
    theirs.mkdir()
    (home / "minio").symlink_to(theirs)
    assert not stack.down(settings, wipe=True)
    assert [p.name for p in home.iterdir()] == ["my-notes.txt"]
    assert theirs.is_dir(), "a link is removed, not what it points to"


def test_a_stack_whose_supervisor_is_gone_does_not_run(settings: Settings) -> None:
    state.write(described(settings))
    assert stack.running(settings.home) is None
    assert not stack.down(settings)
    assert state.read(settings.home) is None


def test_missing_programs_are_named_before_anything_starts(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANCERY_CACHE", str(tmp_path / "empty"))
    with pytest.raises(ProgramMissingError, match=r"Kafka 4.1.0 is not on this machine. Run `scripts/setup`"):
        stack.up(settings)
    with pytest.raises(ProgramMissingError, match=r"MinIO .*CHANCERY_S3"):
        stack.up(settings, external_kafka="k:1")


def test_a_supervisor_that_cannot_start_is_told_with_its_log(settings: Settings) -> None:
    broken = dataclasses.replace(settings, ocr_engine="none-such")
    with pytest.raises(
        StackError, match=r"(?s)supervisor ended before.*CHANCERY_OCR_ENGINE='none-such' cannot be used"
    ):
        stack.up(broken, external_kafka="127.0.0.1:1", external_s3="127.0.0.1:1")
    assert birth(1) is not None, "pid 1 was left alone"


@pytest.mark.parametrize(
    ("said", "meant"), [("", "{home}/traces"), ("off", "off"), ("http://tempo:4318/v1/traces", None), ("/t", None)]
)
def test_traces_lie_in_the_home_where_nobody_said_where(tmp_path: Path, said: str, meant: str | None) -> None:
    settings = config.load({"CHANCERY_HOME": str(tmp_path), "CHANCERY_TRACES": said})
    reached = stack._reaching(settings, "k:1", "127.0.0.1:2", own_kafka=True, own_s3=True)
    assert reached.traces.to == (meant or said).format(home=tmp_path)
    assert config.load(environment.of_settings(reached)).traces == reached.traces
