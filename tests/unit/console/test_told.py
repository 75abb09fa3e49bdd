"""Requests are told by the pattern of their route, alone and inside another app; never by their path."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from processors.console.app import create
from processors.console.visitor import Visitor
from tests.unit.console.conftest import Site
from tests.unit.telemetry.told import rising, scrape

ANN = Visitor("ann", every_agency=True)
PAGE = "/documents/{document}"


@pytest.mark.parametrize("mounted", [False, True])
def test_a_page_is_told_by_its_pattern(site: Site, mounted: bool) -> None:
    entry = site.entry("receipt.png")
    found, missing, strange, own = (
        rising("chancery_console_requests_total", route=route, status=status)
        for route, status in ((PAGE, "2xx"), (PAGE, "4xx"), ("other", "4xx"), ("/static", "2xx"))
    )
    timed = rising("chancery_console_seconds_count", route=PAGE)
    client, root = site.client(ANN), ""
    if mounted:
        root, outer = "/chancery", FastAPI()
        outer.mount(root, client.app)
        client = TestClient(outer)
    statuses = [
        client.get(f"{root}{path}").status_code
        for path in (
            f"/documents/{entry.id}",
            f"/documents/{'0' * 32}",
            "/to Ann Lee.pdf",
            "/static/base.css",
        )
    ]
    assert statuses == [200, 404, 404, 200]
    assert (found(), missing(), strange(), own(), timed()) == (1, 1, 1, 1, 2)
    assert not [word for word in (entry.id, "0" * 32, "Ann Lee", "receipt.png") if word in scrape()]


def test_whoever_is_not_let_in_and_what_breaks_is_told_too() -> None:
    def doorkeeper(request: Request) -> None:
        if "broken" in request.headers:
            raise ZeroDivisionError

    client = TestClient(create(object, doorkeeper), raise_server_exceptions=False)  # type: ignore[arg-type]
    refused, broken = (
        rising("chancery_console_requests_total", route=PAGE, status=status) for status in ("4xx", "5xx")
    )
    assert client.get(f"/documents/{'1' * 32}").status_code == 401
    assert client.get(f"/documents/{'1' * 32}", headers={"broken": "1"}).status_code == 500
    assert (refused(), broken()) == (1, 1)
