"""What holds for every page: who is let in, what the browser is told, and what comes from elsewhere."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, Request
from fastapi.testclient import TestClient

from processors.console import app as application
from processors.console import routers
from processors.console.app import create
from processors.console.rendering import page
from processors.console.visitor import Reviewing, Visiting, Visitor, let_in
from processors.errors import DependencyUnavailable

OWN = {"sec-fetch-site": "same-origin"}


def _desk() -> object:
    raise DependencyUnavailable("ledger: secret words of a driver")


def _router() -> APIRouter:
    router = APIRouter()

    @router.get("/who")
    def who(visitor: Visiting) -> str:
        return visitor.name

    @router.get("/title")
    def title(request: Request, said: str) -> object:
        return page(request, "error.html", title=said, said=said, code=200)

    @router.post("/act")
    def act(visitor: Reviewing) -> str:
        return f"done by {visitor.name}"

    @router.get("/away")
    def away() -> str:
        raise DependencyUnavailable("ledger: secret words of a driver")

    @router.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError("secret words of a document")

    return router


def _client(visitor: Visitor | None, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(application, "ROUTERS", (*routers.ROUTERS, _router()))

    def doorkeeper(request: Request) -> None:
        if visitor is not None:
            let_in(request, visitor)

    return TestClient(create(_desk, doorkeeper), raise_server_exceptions=False)  # type: ignore[arg-type]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Of a reviewer."""
    with _client(Visitor("Ann", frozenset({"tax"}), may_review=True), monkeypatch) as one:
        yield one


def test_whom_the_host_did_not_let_in_sees_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    with _client(None, monkeypatch) as client:
        answer = client.get("/who")
    assert answer.status_code == 401
    assert "Sign in first" in answer.text


def test_who_is_let_in_is_known_to_the_page(client: TestClient) -> None:
    assert client.get("/who").text == '"Ann"'


def test_who_may_only_look_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with _client(Visitor("Bob", every_agency=True), monkeypatch) as client:
        answer = client.post("/act", headers=OWN)
    assert answer.status_code == 403
    assert "ask who runs this installation" in answer.text


@pytest.mark.parametrize(
    "path", ["/who", "/nothing", "/away", "/broken", "/static/base.css", "/static/nothing.css"]
)
def test_every_answer_tells_the_browser_what_it_may_load(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OWN, 200),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "https://testserver", **OWN}, 200),
        ({}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "http://elsewhere"}, 403),
        ({"origin": "null"}, 403),
        # Forms of ours, as browsers send them from a page with the referrer policy "no-referrer".
        ({"origin": "null", **OWN}, 200),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://testserver:81", **OWN}, 403),
    ],
    ids=str,
)
def test_nothing_is_changed_from_another_site(client: TestClient, headers: dict[str, str], status: int) -> None:
    answer = client.post("/act", headers=headers)
    assert answer.status_code == status
    assert ("done by Ann" in answer.text) == (status == 200)
    assert answer.headers["cache-control"] == "no-store"


def test_without_the_guard_another_site_would_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processors.console.origin_guard.is_own", lambda _: True)
    with _client(Visitor("Ann", may_review=True), monkeypatch) as client:
        assert client.post("/act", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_what_strangers_wrote_is_escaped(client: TestClient) -> None:
    answer = client.get("/title", params={"said": '<script>"&'})
    assert "<script>" not in answer.text
    assert "&lt;script&gt;&#34;&amp;" in answer.text


def test_failures_are_pages_that_tell_no_secret(client: TestClient) -> None:
    away, broken, nothing = client.get("/away"), client.get("/broken"), client.get("/nothing")
    assert (away.status_code, broken.status_code, nothing.status_code) == (503, 500, 404)
    assert "database does not answer" in away.text
    assert "Tell who runs this installation" in broken.text
    assert "not yours to see" in nothing.text
    assert not any("secret words" in answer.text for answer in (away, broken))
    assert all(answer.text.startswith("<!doctype html>") for answer in (away, broken, nothing))


def test_addresses_are_relative_to_where_the_host_serves_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi import FastAPI

    monkeypatch.setattr(application, "ROUTERS", (_router(),))
    host = FastAPI()
    host.mount("/chancery", create(_desk, lambda request: None))  # type: ignore[arg-type]
    with TestClient(host, raise_server_exceptions=False) as client:
        text = client.get("/chancery/nothing").text
        assert client.get("/chancery/static/base.css").status_code == 200
    assert 'href="/chancery/static/base.css"' in text
    assert 'href="/chancery/"' in text
