"""The local stack with the real servers: start, restart, wipe, faults."""

from __future__ import annotations

import dataclasses
import datetime
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from minio import Minio
from minio.notificationconfig import NotificationConfig, QueueConfig

from processors import config
from processors.config import Settings
from processors.local import stack
from processors.local.failures import StackError
from processors.local.minio_server import ready
from processors.local.plan import Plan
from processors.local.state import Stack
from processors.local.waiting import ailing
from tests.permissions import open_to_others
from tests.servers import Servers, postgres, servers
from tests.waiting import until

pytestmark = [
    pytest.mark.live,
    # kafka-python 3.0.12 reads its schemas with importlib.resources.read_text, which calls open_text
    pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning"),
]

TOPIC = "intake.notifications"


def create_topics(kafka: str) -> None:
    from kafka import KafkaAdminClient

    with closing(KafkaAdminClient(bootstrap_servers=kafka)) as admin:
        if TOPIC not in admin.list_topics():
            admin.create_topics({TOPIC: {"num_partitions": 1, "replication_factor": 1}})


def stub_topics(settings: Settings) -> None:
    """The hook of the supervisor under test."""
    create_topics(settings.kafka)


def stub_buckets(settings: Settings, arns: Sequence[str]) -> None:
    """The hook of the supervisor under test: a bucket that tells its events."""
    client = client_of(settings.s3)
    if not client.bucket_exists("inbox"):
        client.make_bucket("inbox")
    rules = [QueueConfig(["s3:ObjectCreated:*"], queue=arn) for arn in arns]
    client.set_bucket_notification("inbox", NotificationConfig(queue_config_list=rules))


def broken_hook(_settings: Settings) -> None:
    raise ValueError("the topics cannot be made")


def client_of(s3: config.S3Settings) -> Minio:
    return Minio(s3.endpoint, s3.access_key, s3.secret_key, secure=False, region=s3.region)


def put(s3: config.S3Settings, key: str) -> None:
    client_of(s3).put_object("inbox", key, io.BytesIO(b"x"), 1)


def notified_keys(kafka: str, wanted: str) -> list[str]:
    """The different keys that were announced, first come first; waits for the `wanted` one.

    Each is announced at least twice, on the sure and on the fast way, and once more after a kill of MinIO.
    """
    from kafka import KafkaConsumer

    consumer: Any = KafkaConsumer(
        TOPIC, bootstrap_servers=kafka, auto_offset_reset="earliest", enable_auto_commit=False
    )
    keys: list[str] = []

    def there() -> bool:
        keys.extend(r.key.decode() for records in consumer.poll(timeout_ms=200).values() for r in records)
        return wanted in keys

    with closing(consumer):
        until(there, f"{wanted} is announced", pause=0)
    return list(dict.fromkeys(keys))


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = config.load({"CHANCERY_HOME": str(tmp_path / "home")})
    yield made
    stack.down(made)


#: A worker that says which slot it has and waits; it stops politely.
DUMMY = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(sys.argv, flush=True)
print('{"event": "started"}', flush=True)
time.sleep(600)
"""


def on_free_ports(plan: Plan) -> Plan:
    """Our hooks and dummy workers in place of the real ones."""
    return dataclasses.replace(
        plan,
        worker_command=(sys.executable, "-c", DUMMY, "STAGE", "SLOT"),
        create_topics=f"{__name__}:stub_topics",
        set_up_buckets=f"{__name__}:stub_buckets",
    )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers for the stacks whose own are not what a test is about."""
    targets = (("CHANCERY", TOPIC), ("T2", TOPIC))
    with servers(tmp_path_factory.mktemp("shared"), create_topics, targets) as started:
        yield started


@pytest.fixture
def up_beside(shared: Servers) -> Callable[..., Stack]:
    """Starts a stack that uses servers of others: the same steps, without two servers that take their time."""

    def start(settings: Settings, **options: Any) -> Stack:
        mine = dataclasses.replace(settings, s3=shared.s3)
        return up(mine, external_kafka=shared.kafka, external_s3=shared.s3.endpoint, **options)

    return start


def up(settings: Settings, steps: list[str] | None = None, **options: Any) -> Stack:
    said = [] if steps is None else steps
    defaults: dict[str, Any] = {"workers": {"ocr": 2}, "plan": on_free_ports, "workers_seconds": 90.0}
    return stack.up(settings, on_step=said.append, **defaults | options)


def test_an_upload_is_notified_and_survives_a_kill_of_either_server(tmp_path: Path) -> None:
    with servers(tmp_path, create_topics) as live:
        buckets(live)
        put(live.s3, "first")
        assert notified_keys(live.kafka, "inbox/first") == ["inbox/first"]

        live.broker.kill()
        live.minio.kill()
        assert not ready(live.s3.endpoint)
        live.heal()
        put(live.s3, "second")
        assert notified_keys(live.kafka, "inbox/second") == ["inbox/first", "inbox/second"]
        for server in (live.broker, live.minio):
            assert listening(server.process.pid) <= {"127.0.0.1", "::1"}
    assert not live.broker.process.alive
    assert not live.minio.process.alive


def test_each_notification_target_has_its_own_arn(shared: Servers) -> None:
    buckets(shared, target="T2")
    put(shared.s3, "through-the-second-target")
    assert notified_keys(shared.kafka, "inbox/through-the-second-target")


def buckets(live: Servers, target: str = "CHANCERY") -> None:
    stub_buckets(Settings(live.kafka, live.s3, "sqlite://", Path()), live.arns(target))


def listening(pid: int) -> set[str]:
    """The addresses that a process listens on; Java shows 127.0.0.1 as an IPv6 address."""
    found = psutil.Process(pid).net_connections(kind="tcp")
    return {c.laddr.ip.removeprefix("::ffff:") for c in found if c.status == psutil.CONN_LISTEN}


@pytest.mark.postgres
def test_postgres_keeps_what_was_committed_over_a_kill(tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg")
    with postgres(tmp_path / "postgres") as server:
        url = server.url.replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            connection.execute("create table kept as select 7 as n")
        server.kill()
        server.start()
        server.wait_healthy()
        with psycopg.connect(url) as connection:
            assert connection.execute("select n from kept").fetchone() == (7,)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url.replace("chancery:", "chancery:not-"))
    assert not server.process.alive


def test_state_is_kept_over_a_stop_and_wiped_on_request(settings: Settings) -> None:
    steps: list[str] = []
    first = up(settings, steps)
    assert [step.partition(":")[0] for step in steps] == [
        "audit key",
        "Kafka",
        "topics",
        "MinIO",
        "buckets",
        "workers",
        "ready",
    ]
    reached = stack.connected(settings, first)
    put(reached.s3, "kept")
    assert up(settings) == first, "a second `up` finds the running stack"
    assert stack.down(settings)
    assert stack.running(settings.home) is None
    assert not any(child.alive for child in first.children())
    assert not stack.down(settings)

    again = up(settings)
    assert (again.kafka, again.s3) == (first.kafka, first.s3)
    assert notified_keys(again.kafka, "inbox/kept") == ["inbox/kept"]
    assert stack.down(settings, wipe=True)
    # What signed evidence stays: without it nobody could check an exported chain.
    assert {left.name for left in settings.home.iterdir()} == {"audit-key.pem", "audit-key.pem.pub"}

    emptied = up(settings)
    assert list(client_of(stack.connected(settings, emptied).s3).list_objects("inbox")) == []


def test_a_killed_worker_comes_back_in_its_slot_and_a_killed_server_on_its_port(settings: Settings) -> None:
    started = up(settings)
    home = settings.home
    victim = started.worker("ocr", 1)
    os.kill(victim.pid, signal.SIGKILL)

    def is_back() -> bool:
        now = stack.running(home)
        return now is not None and now.worker("ocr", 1).restarts == 1 and now.worker("ocr", 1).alive

    until(is_back, "the worker is back")
    now = stack.running(home)
    assert now is not None
    assert now.worker("ocr", 1).last_exit == -signal.SIGKILL
    assert now.worker("ocr", 1).pid != victim.pid
    assert now.worker("ocr", 0) == started.worker("ocr", 0), "the other slot was left alone"
    log = now.logs / "ocr-1.log"
    until(
        lambda: log.read_text(encoding="utf-8").splitlines()[::2] == ["['-c', 'ocr', '1']"] * 2, "it said its slot"
    )

    os.kill(now.servers["minio"].pid, signal.SIGKILL)

    def is_another() -> bool:
        running = stack.running(home)
        return running is not None and running.servers["minio"].pid != now.servers["minio"].pid

    until(is_another, "another MinIO is there")
    until(lambda: ready(started.s3), "MinIO is back")


def test_nothing_is_left_when_the_supervisor_is_killed_and_the_next_up_works(settings: Settings) -> None:
    first = up(settings)
    os.kill(first.supervisor.pid, signal.SIGKILL)
    until(lambda: not any(child.alive for child in first.children()), "all children are gone")
    assert stack.running(settings.home) is None
    second = up(settings)
    assert second.kafka == first.kafka
    assert second.supervisor.pid != first.supervisor.pid


def test_a_part_that_fails_is_named_with_its_cause(settings: Settings) -> None:
    # With servers of its own: these are stopped, too.
    with pytest.raises(StackError, match="topics failed with ValueError: the topics cannot be made"):
        up(settings, plan=lambda p: dataclasses.replace(on_free_ports(p), create_topics=f"{__name__}:broken_hook"))
    assert stack.running(settings.home) is None


def test_a_worker_that_cannot_start_is_named_with_the_end_of_its_log(
    settings: Settings, up_beside: Callable[..., Stack]
) -> None:
    with pytest.raises(StackError, match=r"(?s)Worker ocr-0 ended with exit code 1: no model"):
        up_beside(settings, plan=worker_that("raise SystemExit('no model')"))
    with pytest.raises(StackError, match=r"Worker ocr-\d ended with exit code 1"):
        up_beside(settings)


def test_a_worker_with_a_bad_setting_is_not_started_again(
    settings: Settings, up_beside: Callable[..., Stack]
) -> None:
    with pytest.raises(StackError, match=r"Worker ocr-\d ended with exit code 78: no such language"):
        up_beside(settings, plan=worker_that("import sys; print('no such language'); sys.exit(78)"))
    until(lambda: len(told(settings)) == 2, "both have ended")
    time.sleep(1)
    now = stack.running(settings.home)
    assert now is not None
    assert [(w.ends, w.restarts, w.ready) for w in now.workers] == [(1, 0, False)] * 2
    assert now.phase == "working"


def told(settings: Settings) -> list[str]:
    now = stack.running(settings.home)
    return ailing(now, datetime.datetime.now(datetime.UTC)) if now is not None else []


def test_a_worker_that_never_says_that_it_started_is_named(
    settings: Settings, up_beside: Callable[..., Stack]
) -> None:
    with pytest.raises(StackError, match="Worker ocr-0 has not started within 1 s"):
        up_beside(settings, plan=worker_that("import time; time.sleep(600)"), workers_seconds=1.0)


def worker_that(code: str) -> Callable[[Plan], Plan]:
    command = (sys.executable, "-c", code)
    return lambda planned: dataclasses.replace(on_free_ports(planned), worker_command=command)


def test_a_stack_that_runs_with_other_settings_is_not_taken_for_the_one_asked_for(
    settings: Settings, up_beside: Callable[..., Stack]
) -> None:
    first = up_beside(settings)
    with pytest.raises(StackError, match="CHANCERY_LOCK_DAYS is '365' there and '7' here; ocr has 2 workers there"):
        up_beside(dataclasses.replace(settings, lock_days=7), workers={"ocr": 1})
    assert up_beside(settings) == first


def test_nobody_else_can_read_what_the_stack_stores(settings: Settings) -> None:
    up(settings)
    assert [place for place in open_to_others(settings.home) if place.suffix != ".pub"] == []
    assert settings.home.stat().st_mode & 0o777 == 0o700


def test_servers_of_others_are_used_and_left_alone(
    settings: Settings, shared: Servers, up_beside: Callable[..., Stack]
) -> None:
    started = up_beside(settings)
    assert (started.kafka, started.s3, started.servers) == (shared.kafka, shared.s3.endpoint, {})
    put(shared.s3, "x")
    assert notified_keys(shared.kafka, "inbox/x")
    stack.down(settings)
    assert shared.broker.process.alive
    assert shared.minio.process.alive
