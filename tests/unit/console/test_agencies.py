"""An agency's documents are its own: for every other visitor they are not there, on any page."""

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import true

from processors.console.routers import ROUTERS
from processors.console.visitor import Visitor
from processors.record.browsing import Reach
from tests.unit.console.conftest import ANN, BOSS, HOSTILE, TIM, Site

#: What stands in an address for what is no document's id.
_FILLED = {"number": "1", "role": "original", "name": "x", "run": "live"}

#: 409: it is there, and waits for no review.
THERE = (200, 409)

ABOUT_A_DOCUMENT = sorted(
    {
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
        and "{document}" in route.path
        # A review is there only while it waits: test_reviews.py asks the same of each of its addresses.
        and not route.path.startswith("/reviews/")
    }
)


def _address(path: str, document: str) -> str:
    filled = path.replace("{document}", document)
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: _FILLED[found.group(1)], filled)


@pytest.mark.parametrize("path", ABOUT_A_DOCUMENT)
def test_a_foreign_document_is_answered_as_if_it_were_not_there(site: Site, path: str) -> None:
    theirs = _address(path, site.entry("receipt.png").id)
    foreign = site.client(ANN).get(theirs)
    absent = site.client(ANN).get(_address(path, "0" * 32))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.text.replace(theirs, "") == absent.text.replace(_address(path, "0" * 32), "")
    assert site.client(TIM).get(theirs).status_code in THERE
    assert site.client(BOSS).get(theirs).status_code in THERE


@pytest.mark.parametrize("path", ABOUT_A_DOCUMENT)
def test_without_the_filter_it_would_be_there(site: Site, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reach, "holds", lambda *_: true())
    monkeypatch.setattr(Visitor, "may_see", lambda *_: True)
    assert site.client(ANN).get(_address(path, site.entry("receipt.png").id)).status_code in THERE


@pytest.mark.parametrize("asked", ["", "q=receipt", "agency=tax-office", "runs=all", "state=result"])
def test_a_list_holds_nothing_of_others(site: Site, asked: str) -> None:
    foreign = site.entry("receipt.png").id
    assert foreign[:12] not in site.client(ANN).get(f"/?{asked}").text
    assert foreign[:12] in site.client(TIM).get(f"/?{asked}").text
    assert "tax-office</option>" not in site.client(ANN).get(f"/?{asked}").text


@pytest.mark.parametrize("path", ["/flow", "/flow/board"])
def test_the_flow_tells_nothing_of_others(site: Site, path: str) -> None:
    assert "encrypted" in site.client(ANN).get(path).text
    assert "encrypted" not in site.client(TIM).get(path).text


def test_who_sees_no_agency_sees_no_document(site: Site) -> None:
    nobody = site.client(Visitor("Zoe"))
    assert "No documents yet" in nobody.get("/").text
    assert nobody.get(f"/documents/{site.entry(HOSTILE).id}").status_code == 404


@pytest.mark.parametrize("document", ["x" * 32, "a" * 65, "ABCDEF12", "live'--"])
def test_what_is_no_id_names_nothing(site: Site, document: str) -> None:
    answer: Any = site.client(BOSS).get(f"/documents/{document}")
    assert answer.status_code == 404
