"""Inside Airflow: a role that may see our DAG, and a name in our file, or no page at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

pytest.importorskip("airflow")

from airflow.api_fastapi.core_api.security import get_user

from processors.console import airflow_door
from processors.console.app import create
from processors.console.routers import ROUTERS
from tests.unit.console.conftest import HOSTILE, Site


class Person:
    """As Airflow knows somebody."""

    def __init__(self, name: str) -> None:
        self._name = name

    def get_name(self) -> str:
        return self._name


class Manager:
    """Says who may do what with which DAG."""

    def __init__(self, allowed: set[str]) -> None:
        self.allowed = allowed
        self.asked: list[tuple[str, str]] = []

    def is_authorized_dag(self, *, method: str, details: Any, user: Person) -> bool:
        self.asked.append((method, details.id))
        return method in self.allowed


def _client(
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    allowed: set[str],
    users: dict[str, Any],
    name: str = "olga",
) -> tuple[TestClient, Manager]:
    file = tmp_path / "users.json"
    file.write_text(json.dumps(users), encoding="utf-8")
    monkeypatch.setenv("CHANCERY_CONSOLE_USERS", str(file))
    manager = Manager(allowed)
    monkeypatch.setattr(airflow_door, "get_auth_manager", lambda: manager)
    app = create(lambda: site.desk, airflow_door.doorkeeper)
    app.dependency_overrides[get_user] = lambda: Person(name)
    host = FastAPI()
    host.mount("/chancery", app)
    return TestClient(host, raise_server_exceptions=False), manager


def test_who_may_see_the_dag_and_is_in_the_file_sees_their_agencies(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client, manager = _client(site, monkeypatch, tmp_path, {"GET"}, {"olga": ["justice"]})
    text = client.get("/chancery/").text
    assert site.entry(HOSTILE).id[:12] in text
    assert site.entry("receipt.png").id[:12] not in text
    assert 'href="/chancery/documents/' in text
    assert ("GET", "reprocess") in manager.asked
    assert client.get(f"/chancery/documents/{site.entry('receipt.png').id}").status_code == 404


def test_a_role_that_may_not_see_the_dag_sees_no_page(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client, _ = _client(site, monkeypatch, tmp_path, set(), {"olga": "*"})
    assert client.get("/chancery/").status_code == 403
    assert "reprocess" in client.get("/chancery/").text


def test_who_is_not_in_the_file_sees_no_page_and_is_told_why(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client, _ = _client(site, monkeypatch, tmp_path, {"GET", "PUT"}, {"olga": "*"}, name="victor")
    answer = client.get("/chancery/")
    assert answer.status_code == 403
    assert "CHANCERY_CONSOLE_USERS" in answer.text


@pytest.mark.parametrize(("allowed", "may"), [({"GET"}, False), ({"GET", "PUT"}, True)])
def test_who_may_change_the_dag_may_decide_reviews(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, allowed: set[str], may: bool
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(airflow_door, "let_in", lambda _, visitor: seen.append(visitor))
    client, _ = _client(site, monkeypatch, tmp_path, allowed, {"olga": "*"})
    client.get("/chancery/")
    (visitor,) = seen
    assert (visitor.name, visitor.every_agency, visitor.may_review) == ("olga", True, may)


def test_the_plugin_shows_each_place_under_a_name_of_its_own() -> None:
    from processors.console.airflow_plugin import ConsolePlugin
    from processors.orchestration.links import CONSOLE

    routes = [view["url_route"] for view in ConsolePlugin.external_views]
    assert len(set(routes)) == len(routes)
    (app,) = ConsolePlugin.fastapi_apps
    assert app["url_prefix"] == CONSOLE
    assert isinstance(app["app"], FastAPI)


def test_no_page_is_without_a_doorkeeper(site: Site) -> None:
    """Whatever a router adds: without a visitor nothing is shown but our own static files."""
    client = TestClient(create(lambda: site.desk, lambda: None), raise_server_exceptions=False)
    for router in ROUTERS:
        for route in router.routes:
            path = getattr(route, "path", "").replace("{document}", site.entry(HOSTILE).id).replace("{number}", "1")
            method = next(iter(getattr(route, "methods", {"GET"})))
            answer = client.request(
                method, path.replace("{role}", "text"), headers={"sec-fetch-site": "same-origin"}
            )
            assert answer.status_code in (401, 400, 422), path
