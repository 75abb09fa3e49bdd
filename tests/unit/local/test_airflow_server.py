"""Airflow's components as far as they need no Airflow: a small program in its place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from processors.config import PACKAGE
from processors.local import airflow_rest, airflow_server, ports
from processors.local.airflow_server import AirflowServer, must_be_installed
from processors.local.failures import ProgramMissingError, StackError
from tests.waiting import until

#: Says how it was called and what it got. `db migrate` ends; the API server answers; the others wait.
STUB = """
import http.server, json, os, sys, time
env = os.environ
print(sys.argv[1:], env["AIRFLOW_HOME"], env["PYTHONPATH"], env.get("AIRFLOW_CONFIG"), flush=True)
if sys.argv[1] == "db":
    sys.exit(int(os.environ.get("BROKEN", 0)))
class Api(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.send_response(status); self.end_headers(); self.wfile.write(json.dumps(body).encode())
    def do_GET(self):
        states = {name: {"status": "healthy"} for name in ("metadatabase", "scheduler", "triggerer")}
        ok = os.path.exists(os.environ["AIRFLOW_HOME"] + "/healthy")
        self.answer(200, states | {"dag_processor": {"status": "healthy" if ok else None}})
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        print(self.path, body, self.headers.get("Authorization"), flush=True)
        locked = os.path.exists(os.environ["AIRFLOW_HOME"] + "/locked") and "pools" in self.path
        self.answer(500 if locked else 201, {"access_token": "signed"})
    def log_message(self, *_):
        pass
if sys.argv[1] == "api-server":
    http.server.HTTPServer(("127.0.0.1", int(os.environ["AIRFLOW__API__PORT"])), Api).serve_forever()
time.sleep(600)
"""


@pytest.fixture
def airflow(tmp_path: Path) -> Iterator[AirflowServer]:
    others = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": "/theirs",
        "AIRFLOW_CONFIG": "/theirs",
        "CHANCERY_HOME": "x",
    }
    made = AirflowServer(tmp_path, ports.choose([None])[0], tmp_path / "logs", others, (sys.executable, "-c", STUB))
    yield made
    made.stop()


def log(tmp_path: Path, name: str) -> str:
    return (tmp_path / "logs" / f"airflow-{name}.log").read_text()


def test_it_is_ready_once_all_are_healthy_and_then_has_its_pools(
    airflow: AirflowServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(airflow_server, "_PERIOD", 0.0)
    airflow.begin()
    airflow.wait_for_database()
    assert not airflow.ready()
    assert airflow.missing == ("api-server",)
    for process in airflow.components.values():
        process.start()
    until(lambda: airflow.ready() or airflow.missing == ("dag_processor",), "it tells what is missing")
    assert not airflow.ready()
    (tmp_path / "airflow" / "healthy").touch()
    (tmp_path / "airflow" / "locked").touch()
    assert not airflow.ready(), "its database was locked for too long: the pools are made at a later look"
    (tmp_path / "airflow" / "locked").unlink()
    assert airflow.ready()
    for part, word in (
        ("api-server", '/api/v2/pools {"name": "reprocess_emit", "slots": 2'),
        ("scheduler", "['scheduler', '--skip-serve-logs']"),
        ("triggerer", "['triggerer', '--skip-serve-logs']"),
        ("dag-processor", f"{tmp_path}/airflow {PACKAGE.parent}:/theirs None"),
    ):
        # Each writes when it has started, and nobody waits for that.
        until(lambda part=part, word=word: word in log(tmp_path, part), f"{part} tells {word}")  # type: ignore[misc]
    told = log(tmp_path, "api-server")
    assert told.count("Bearer signed") == told.count("/api/v2/pools")
    airflow.stop()
    assert not any(process.alive for process in airflow.components.values())


def test_the_database_is_made_once_for_a_version(airflow: AirflowServer, tmp_path: Path) -> None:
    for _ in range(2):
        airflow.begin()
        airflow.wait_for_database()
    assert log(tmp_path, "database").count("['db', 'migrate']") == 1


def test_a_database_that_cannot_be_made_is_told_with_its_log(tmp_path: Path) -> None:
    broken = AirflowServer(tmp_path, 1, tmp_path / "logs", {"BROKEN": "3"}, (sys.executable, "-c", STUB))
    broken.begin()
    with pytest.raises(StackError, match=r"(?s)Airflow's database ended with exit code 3.*'db', 'migrate'"):
        broken.wait_for_database()


def test_what_is_not_installed_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    must_be_installed()

    def version(name: str) -> str:
        if name == "uvicorn":
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(ProgramMissingError, match=r"uvicorn.*scripts/setup --extra airflow --extra console"):
        must_be_installed()


@pytest.mark.parametrize("answer", [(500, {}), (200, {"metadatabase": None}), ValueError("no JSON")])
def test_an_odd_answer_is_not_a_healthy_one(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    def ask(*_: Any, **__: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(airflow_rest, "_ask", ask)
    assert airflow_rest.unhealthy("127.0.0.1:1") != ()


def test_a_password_that_is_not_taken_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airflow_rest, "_ask", lambda *_, **__: (401, {}))
    with pytest.raises(StackError, match="did not let ada sign in"):
        airflow_rest.token("127.0.0.1:1", "ada", "x")
    with pytest.raises(StackError, match="did not make the pool p"):
        airflow_rest.make_pool("127.0.0.1:1", "signed", "p", 1, "")
    with pytest.raises(StackError, match="did not take the Variable v"):
        airflow_rest.set_variable("127.0.0.1:1", "signed", "v", "1", "")


@pytest.mark.parametrize(("there", "asked"), [(False, ["POST"]), (True, ["POST", "PATCH"])])
def test_a_variable_is_made_or_replaced(monkeypatch: pytest.MonkeyPatch, there: bool, asked: list[str]) -> None:
    told: list[str] = []

    def ask(_: str, method: str, path: str, wanted: Any, __: str) -> Any:
        told.append(method)
        assert (path.removeprefix("/api/v2/variables"), wanted["value"]) in {("", "1"), ("/v", "1")}
        return ({"POST": 409 if there else 201, "PATCH": 200}[method], {})

    monkeypatch.setattr(airflow_rest, "_ask", ask)
    airflow_rest.set_variable("127.0.0.1:1", "signed", "v", "1", "")
    assert told == asked
