"""Airflow on the site's PostgreSQL, through exactly the variables and commands that the chart renders."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg
import pytest

from processors.config import DAGS
from processors.local import ports
from processors.local.process import Process
from processors.orchestration.pools import EMITTING, POOLS
from tests import servers
from tests.helm.conftest import VARIANTS
from tests.helm.rendering import Document, RefusedError, containers, documents, of_kind, pod, text, variables

#: What the class that signs people in is here: Keycloak's provider is in the image alone.
SIMPLE = 'airflow.authManager="airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"'
_DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
_BOTH = (_DATABASE, f"{_DATABASE}_ASYNC")
_SECONDS = 240.0


def parts(manifests: list[Document]) -> dict[str, Document]:
    """The containers that run Airflow, by name."""
    found = [
        one
        for workload in of_kind(manifests, "Job", "Deployment", "StatefulSet").values()
        for one in containers(workload)
    ]
    return {one["name"]: one for one in found if "/chancery/airflow:" in one["image"]}


@pytest.mark.parametrize("variant", [name for name in VARIANTS if VARIANTS[name][0] != "large"])
def test_every_part_finds_its_database_with_the_one_driver_that_the_image_has(variant: str) -> None:
    found = parts(documents(*VARIANTS[variant]))
    assert len(found) == 6
    for container in found.values():
        told = variables(container)
        assert (
            told[_BOTH[0]]
            == told[_BOTH[1]]
            == {"secretKeyRef": {"name": "chancery-airflow-database", "key": "url"}}
        )


def test_every_pool_that_tasks_name_is_made_unless_it_is_there(tmp_path: Path) -> None:
    step = parts(documents("small-cpu"))["pools"]
    for there in (False, True):
        calls = _with_a_false_airflow(step, tmp_path, there=there)
        asked = [line for line in calls if line.startswith("pools get")]
        made = [line for line in calls if line.startswith("pools set")]
        assert asked == [f"pools get {name}" for name in POOLS]
        assert made == (
            [] if there else [f"pools set {name} {one.slots} {one.description}" for name, one in POOLS.items()]
        )


def _with_a_false_airflow(step: Document, folder: Path, *, there: bool) -> list[str]:
    """What the step asks of Airflow, line by line."""
    told = folder / "told"
    told.unlink(missing_ok=True)
    false = folder / "airflow"
    false.write_text(
        f'#!/bin/sh\necho "$*" >>{told}\ntest "$2" != get || exit {0 if there else 1}\n', encoding="utf-8"
    )
    false.chmod(0o755)
    variables = {"PATH": f"{folder}:/usr/bin:/bin"}
    subprocess.run([*step["command"], *step["args"]], env=variables, check=True, timeout=60)
    return told.read_text(encoding="utf-8").splitlines()


def test_the_server_believes_its_ingress_and_trusts_the_authority_of_who_signs_people_in() -> None:
    for site in ("small-cpu", "one-gpu"):
        workloads = of_kind(documents(site), "Deployment", "StatefulSet")
        for name, one in workloads.items():
            told = variables(containers(one)[0])
            server = name == "airflow-api-server"
            assert ("REQUESTS_CA_BUNDLE" in told) is ("FORWARDED_ALLOW_IPS" in told) is server, name
            assert "SSL_CERT_FILE" not in told, "that would change whom everything else trusts"
        told = variables(containers(workloads["airflow-api-server"])[0])
        (trust,) = (v for v in pod(workloads["airflow-api-server"])["volumes"] if v["name"] == "trust")
        files = [
            item["path"] for one in trust["projected"]["sources"] for item in next(iter(one.values()))["items"]
        ]
        assert told["REQUESTS_CA_BUNDLE"].removeprefix("/etc/chancery/trust/") in files
    nobody = parts(documents("small-cpu", "airflow.trustedProxies=[]"))["api-server"]
    assert nobody["command"] == ["airflow", "api-server"]
    some = parts(documents("small-cpu", 'airflow.trustedProxies=["10.1.0.0/16", "10.2.0.7"]'))["api-server"]
    assert variables(some)["FORWARDED_ALLOW_IPS"] == "10.1.0.0/16,10.2.0.7"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty PostgreSQL, in the form that docs/cluster.md asks for."""
    with servers.postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server.url


def environment(container: Document, database: str, home: Path) -> dict[str, str]:
    """What Kubernetes would give to this container, with folders of this machine in place of the image's."""
    secrets = {"url": database, "fernet-key": "", "session-key": "of sessions", "token-secret": "of tokens" * 9}
    told: dict[str, str] = {}
    for name, value in variables(container).items():
        if isinstance(value, Mapping):
            told[name] = secrets.get(value["secretKeyRef"]["key"], "of somebody else")
        else:
            told[name] = str(value).replace("/opt/airflow", str(home)).replace("/opt/chancery/dags", str(DAGS))
    root = str(Path(__file__).parents[2])
    return told | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": root, "HOME": str(home)}


def run(container: Document, told: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run it as Kubernetes would, to its end."""
    command = [*container["command"], *container.get("args", [])]
    return subprocess.run(
        command,
        env=dict(told),
        cwd=told["AIRFLOW_HOME"],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )


def slots(database: str, change: str = "") -> dict[str, int]:
    """The pools in the database, after a change in SQL."""
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        if change:
            connection.execute(change.encode())
        return dict(connection.execute("select pool, slots from slot_pool").fetchall())


@pytest.mark.postgres
def test_the_job_brings_an_empty_postgresql_to_this_version_and_keeps_what_operators_set(
    database: str, tmp_path: Path
) -> None:
    found = parts(documents("small-cpu", SIMPLE))
    for name in ("migrate", "pools"):
        done = run(found[name], environment(found[name], database, tmp_path))
        assert done.returncode == 0, done.stdout + done.stderr
    assert slots(database).items() >= {name: one.slots for name, one in POOLS.items()}.items()
    slots(database, f"update slot_pool set slots = 7 where pool = '{EMITTING}'")
    done = run(found["pools"], environment(found["pools"], database, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert slots(database)[EMITTING] == 7


@pytest.mark.postgres
def test_both_of_airflows_engines_speak_to_that_database_through_psycopg(database: str, tmp_path: Path) -> None:
    server = parts(documents("small-cpu", SIMPLE))["api-server"]
    told = environment(server, database, tmp_path)
    done = _asked_for_engines(told)
    # Airflow's own log goes there, too.
    assert done.stdout.startswith("psycopg psycopg 1\n"), done.stdout + done.stderr
    # As it was: Airflow makes the second URL itself, for a driver that nobody has.
    del told[_BOTH[1]]
    done = _asked_for_engines(told)
    assert done.returncode != 0
    assert "No module named 'asyncpg'" in done.stdout + done.stderr


@pytest.mark.postgres
@pytest.mark.parametrize(("trusted", "scheme"), [('["*"]', "https"), ('["10.9.9.9"]', "http")])
def test_the_server_is_well_on_that_database_and_knows_how_a_person_came(
    database: str, tmp_path: Path, trusted: str, scheme: str
) -> None:
    found = parts(documents("small-cpu", SIMPLE, f"airflow.trustedProxies={trusted}"))
    migrate = run(found["migrate"], environment(found["migrate"], database, tmp_path))
    assert migrate.returncode == 0, migrate.stdout + migrate.stderr
    (port,) = ports.choose([None])
    # The console opens nothing before its first page.
    told = environment(found["api-server"], database, tmp_path)
    told |= {"AIRFLOW__API__HOST": ports.LOOPBACK, "AIRFLOW__API__PORT": str(port), "CHANCERY_METRICS": ""}
    log = tmp_path / "api-server.log"
    server = Process("api-server", found["api-server"]["command"], log, told)
    server.start()
    try:
        health = found["api-server"]["livenessProbe"]["httpGet"]["path"]
        server.wait_healthy(lambda: answer(port, health)[0] == 200, _SECONDS)
        assert json.loads(answer(port, health)[2])["metadatabase"]["status"] == "healthy"
        # The console leads to the address with a slash less, in the scheme that the server believes to be asked by.
        status, headers, _ = answer(
            port, "/chancery/reviews/", {"X-Forwarded-Proto": "https", "Host": "site.example"}
        )
        assert (status, headers["location"]) == (307, f"{scheme}://site.example/chancery/reviews"), log.read_text()
    finally:
        server.kill()


@pytest.mark.postgres
def test_the_scheduler_is_well_on_that_database(database: str, tmp_path: Path) -> None:
    found = parts(documents("small-cpu", SIMPLE))
    migrate = run(found["migrate"], environment(found["migrate"], database, tmp_path))
    assert migrate.returncode == 0, migrate.stdout + migrate.stderr
    health, logs = ports.choose([None, None])
    told = environment(found["scheduler"], database, tmp_path) | {
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(logs),
    }
    scheduler = Process("scheduler", found["scheduler"]["command"], tmp_path / "scheduler.log", told)
    scheduler.start()
    try:
        path = found["scheduler"]["livenessProbe"]["httpGet"]["path"]
        scheduler.wait_healthy(lambda: answer(health, path)[0] == 200, _SECONDS)
    finally:
        scheduler.kill()


def answer(port: int, path: str, headers: Mapping[str, str] = MappingProxyType({})) -> tuple[int, Any, bytes]:
    """Status, headers and body; no redirect is followed."""
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=20)
    try:
        connection.request("GET", path, headers=dict(headers))
        told = connection.getresponse()
        return told.status, told.headers, told.read()
    except OSError:
        return 0, {}, b""
    finally:
        connection.close()


_ENGINES = """
import asyncio, sqlalchemy
from airflow import settings
async def one():
    async with settings.async_engine.connect() as connection:
        found = (await connection.execute(sqlalchemy.text("select 1"))).scalar()
    await settings.async_engine.dispose()
    return found
print(settings.engine.driver, settings.async_engine.driver, asyncio.run(one()))
"""


def _asked_for_engines(told: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _ENGINES],
        env=dict(told),
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )


def test_the_second_url_may_not_stand_in_the_open() -> None:
    with pytest.raises(RefusedError, match="CONN_ASYNC"):
        text("small-cpu", f'airflow.env={{"{_BOTH[1]}": "postgresql+psycopg://a:b@c/d"}}')
