"""The pages of reviews, with everything in memory but the ledger and the publish stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Request
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from processors import config
from processors.console.app import create
from processors.console.desk import Desk
from processors.console.page_records import PageRecords
from processors.console.review_tools import Tools
from processors.console.routers import ROUTERS
from processors.console.visitor import Visitor, let_in
from processors.ports import Outgoing
from processors.runtime.codec import decode
from tests.unit.batch.reviews.office import VALUES, Office, word
from tests.unit.batch.reviews.post import Post

OWN = {"sec-fetch-site": "same-origin"}
ADA = Visitor("Ada", frozenset({"alpha"}), may_review=True)
BEN = Visitor("Ben", frozenset({"alpha"}), may_review=True)
TOTAL = {"text": "60.30", "page": 1, "words": [word("6O")]}


class Kept:
    """Where acts go."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []

    def write(self, record: Outgoing) -> None:
        self.records.append(record)


class House:
    """The console in front of an office; `as_` opens a browser for a visitor."""

    def __init__(self, home: Path, share: int = 0, office: Callable[[Path], Office] = Office) -> None:
        self.office, self.acts = office(home), Kept()
        #: Pages are drawn by nobody here; where that is by a fault, pages say which.
        self.pictures: Any = SimpleNamespace(lacking="")
        environment = {"CHANCERY_HOME": str(home), "CHANCERY_SECOND_LOOK_PERCENT": str(share)}
        self.settings = config.load(environment)

    def as_(self, visitor: Visitor) -> TestClient:
        nothing: Any = None
        objects = self.office.shop.objects
        records = PageRecords(self.settings, objects)
        desk = Desk(self.settings, self.office.ledger, objects, self.pictures, records, nothing)

        def doorkeeper(request: Request) -> None:
            let_in(request, visitor)

        app = create(lambda: desk, doorkeeper)

        @contextmanager
        def tools(_: Desk) -> Iterator[Tools]:
            yield Tools(self.office.doors, self.acts)

        app.state.review_tools = tools
        return TestClient(app, headers=OWN, follow_redirects=False)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.office.close()


def decide(client: TestClient, document: str, look: int = 1, **answer: Any) -> Any:
    return client.post(f"/reviews/{document}/decide", json={"says": "values", "look": look} | answer)


def test_the_queue_shows_what_waits_and_next_takes_the_oldest(house: House) -> None:
    first, second = house.office.wait("a"), house.office.wait("b")
    ada, ben = house.as_(ADA), house.as_(BEN)
    page = ada.get("/reviews").text
    assert page.index(first[:12]) < page.index(second[:12])
    taken = ada.post("/reviews/next")
    assert (taken.status_code, taken.headers["location"]) == (303, f"/reviews/{first}")
    assert ben.post("/reviews/next").headers["location"] == f"/reviews/{second}"
    assert "ada" in ben.get("/reviews").text
    assert ben.post(f"/reviews/{first}/take").status_code == 409
    assert "ada works on this review" in ben.get(f"/reviews/{first}").text
    ada.post(f"/reviews/{first}/back")
    assert ben.post(f"/reviews/{first}/take").status_code == 303
    assert ada.post(f"/reviews/{first}/keep").json() == {"mine": False}


def test_the_queue_can_be_narrowed(house: House) -> None:
    receipt, unknown = house.office.wait("a"), house.office.wait("b", kind="unknown")
    ada = house.as_(ADA)
    assert receipt[:12] not in ada.get("/reviews", params={"type": "unknown"}).text
    assert unknown[:12] in ada.get("/reviews", params={"reason": "type_unknown"}).text
    assert "with this filter" in ada.get("/reviews", params={"agency": "alpha", "type": "letter"}).text


def test_a_correction_on_the_page_is_released(house: House) -> None:
    document = house.office.wait()
    ada = house.as_(ADA)
    page = ada.get(f"/reviews/{document}").text
    assert 'data-path="total"' in page
    assert "required missing" in page
    words = ada.get(f"/reviews/{document}/words/1").json()
    assert words["words"][word("6O")]["text"] == "6O.30"
    answer = decide(ada, document, changes={"total": TOTAL})
    assert answer.json() == {"sent": True}
    house.office.work()
    (result,) = house.office.results()
    assert (result.data.fields["total"], result.data.review.reviewer) == ("60.30", "Ada")
    acts = [decode(record.value).data for record in house.acts.records]
    assert [(act.act, act.by, act.outcome) for act in acts] == [
        ("review_decided", "Ada", "begun"),
        ("review_decided", "Ada", "done"),
    ]
    assert all("60.30" not in act.model_dump_json() for act in acts)
    assert decide(ada, document).status_code == 409


def test_a_review_can_be_done_where_pages_cannot_be_drawn(house: House) -> None:
    document = house.office.wait()
    assert "No pictures" not in house.as_(ADA).get(f"/reviews/{document}").text
    house.pictures = SimpleNamespace(lacking="There is no bubblewrap.")
    page = house.as_(ADA).get(f"/reviews/{document}")
    assert (page.status_code, "No pictures" in page.text, "no bubblewrap" in page.text) == (200, True, True)


def test_changes_are_checked_while_somebody_works(house: House) -> None:
    document = house.office.wait()
    ada = house.as_(ADA)
    url = f"/reviews/{document}/check"
    nothing = ada.post(url, json={}).json()
    assert not nothing["may_go"]
    assert nothing["faults"] == {
        "total": ["This is required. Where the document lacks it, set it aside as incomplete."]
    }
    good = ada.post(url, json={"changes": {"total": {**TOTAL, "text": "RM 60.30"}}}).json()
    assert (good["values"], good["notes"], good["may_go"]) == (
        {"total": "60.30"},
        {"total": "read_by_person"},
        True,
    )
    bad = ada.post(url, json={"changes": {"total": {"text": "much"}, "secret": {"text": "x"}}}).json()
    assert bad["faults"]["total"] == ["This is no amount (no_amount). Write it as the document could."]
    assert "has no such value" in bad["faults"]["secret"][0]
    long = ada.post(url, json={"changes": {"company": {"text": "x" * 301}, "total": TOTAL}}).json()
    assert long["faults"] == {"company": ["It may have 300 characters at most."]}
    wrong = ada.post(url, json={"changes": {"total": {"page": 1}}})
    assert (wrong.status_code, "words" in wrong.json()["said"]) == (422, True)


def test_of_two_who_looked_at_once_the_second_is_told(tmp_path: Path) -> None:
    house = House(tmp_path, share=100)
    document = house.office.wait()
    ada, ben, cleo = house.as_(ADA), house.as_(BEN), house.as_(Visitor("Cleo", every_agency=True, may_review=True))
    assert decide(ada, document, changes={"total": TOTAL}).json() == {"sent": False}
    late = decide(ben, document, look=1, changes={"total": TOTAL})
    assert (late.status_code, "answered meanwhile" in late.json()["said"]) == (422, True)
    assert "You have looked at this already" in ada.get(f"/reviews/{document}").text
    page = ben.get(f"/reviews/{document}").text
    assert "second look" in page
    assert "60.30" not in page, "what the first said is not shown"
    assert ada.post("/reviews/next").headers["location"] == "/reviews?done=all"
    decide(ben, document, look=2, changes={"total": {**TOTAL, "text": "50.30"}})
    third = cleo.get(f"/reviews/{document}").text
    assert "60.30" in third
    assert "50.30" in third
    assert [decode(record.value).data.act for record in house.acts.records[::2]] == [
        "review_decided",
        "review_repeated",
    ]
    house.office.close()


def test_a_packet_is_cut_on_the_page(tmp_path: Path) -> None:
    post = Post(tmp_path)
    house = House(tmp_path, office=lambda _: post)
    packet, letter = post.packet(), post.wait("b")
    ada = house.as_(ADA)
    page = ada.get(f"/reviews/{packet}").text
    assert 'id="cut"' in page
    assert 'id="cuts"' in page
    assert page.count('id="release"') == 1
    assert 'id="cut"' not in ada.get(f"/reviews/{letter}").text, "of one page"
    url = f"/reviews/{packet}/check"
    assert ada.post(url, json={"says": "cut", "cuts": [3]}).json()["may_go"]
    assert "no document can begin with page 9" in ada.post(url, json={"says": "cut", "cuts": [9]}).text
    refused = decide(ada, packet, says="cut", cuts=[9])
    assert (refused.status_code, "page 9" in refused.json()["said"]) == (422, True)
    assert decide(ada, packet, says="cut", cuts=[3]).json() == {"sent": True}
    post.cut()
    assert len(post.parts) == 2
    acts = [decode(record.value).data for record in house.acts.records]
    assert [(act.act, act.outcome, dict(act.details)) for act in acts if act.outcome == "done"] == [
        ("review_decided", "done", {"says": "cut", "look": 1, "changes": 0, "documents": 2})
    ]
    house.office.close()


def test_a_packet_of_no_known_type_is_cut_as_well(tmp_path: Path) -> None:
    post = Post(tmp_path)
    house = House(tmp_path, office=lambda _: post)
    packet, ada = post.packet(kind="unknown"), house.as_(ADA)
    page = ada.get(f"/reviews/{packet}").text
    cuts = page[page.index('id="cuts"') : page.index("</section>", page.index('id="cuts"'))]
    assert (page.count('id="release"'), cuts.count('id="release"')) == (1, 1)
    assert decide(ada, packet, says="cut", cuts=[2, 3]).json() == {"sent": True}
    post.cut()
    assert [part.data.document.original.pages for part in post.parts] == [1, 1, 2]
    house.office.close()


def test_a_third_person_sees_where_the_others_cut(tmp_path: Path) -> None:
    post = Post(tmp_path)
    house = House(tmp_path, share=100, office=lambda _: post)
    packet = post.packet()
    decide(house.as_(ADA), packet, says="cut", cuts=[3])
    second = house.as_(BEN)
    assert "begins with page" not in second.get(f"/reviews/{packet}").text
    decide(second, packet, look=2, says="cut", cuts=[2, 4])
    third = house.as_(Visitor("Cleo", every_agency=True, may_review=True)).get(f"/reviews/{packet}").text
    assert "a further one begins with page 3" in third
    assert "a further one begins with page 2, 4" in third
    house.office.close()


ROUTES = (
    ("get", "/reviews/{}"),
    ("get", "/reviews/{}/words/1"),
    ("post", "/reviews/{}/take"),
    ("post", "/reviews/{}/keep"),
    ("post", "/reviews/{}/back"),
    ("post", "/reviews/{}/check"),
    ("post", "/reviews/{}/decide"),
)


def test_every_address_of_a_review_is_asked() -> None:
    there = {
        (method.lower(), route.path.replace("{document}", "{}").replace("{number}", "1"))
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path.startswith("/reviews/{document}")
        for method in route.methods or ()
    }
    assert there == set(ROUTES)


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_another_agencys_review_does_not_exist(house: House, method: str, route: str) -> None:
    document = house.office.wait()
    stranger = house.as_(Visitor("Eve", frozenset({"beta"}), may_review=True))
    said = {"changes": {"total": TOTAL}} | ({"look": 1} if route.endswith("decide") else {})
    body = {"json": said} if method == "post" else {}
    answer = getattr(stranger, method)(route.format(document), **body)
    assert answer.status_code == 404
    missing = getattr(stranger, method)(route.format("f" * 32), **body)
    assert missing.text == answer.text
    own = getattr(house.as_(ADA), method)(route.format(document), **body)
    assert own.status_code in (200, 303), "the control: whose it is gets through"


def test_another_agencys_reviews_are_in_no_queue(house: House) -> None:
    document = house.office.wait()
    for visitor in (Visitor("Eve", frozenset({"beta"}), may_review=True), Visitor("Nil", may_review=True)):
        client = house.as_(visitor)
        assert document[:12] not in client.get("/reviews").text
        assert document[:12] not in client.get("/reviews", params={"agency": "alpha"}).text
        assert client.post("/reviews/next?agency=alpha").headers["location"] == "/reviews?done=all"


@pytest.mark.parametrize("route", [route for method, route in ROUTES if method == "post"] + ["/reviews/next"])
def test_who_may_only_look_changes_nothing(house: House, route: str) -> None:
    document = house.office.wait()
    client = house.as_(Visitor("Bob", frozenset({"alpha"})))
    body = {"look": 1, "changes": {"total": TOTAL}}
    assert client.post(route.format(document), json=body).status_code == 403
    page = client.get(f"/reviews/{document}").text
    assert 'id="release"' not in page
    assert " readonly" in page


def test_nothing_is_decided_from_another_sites_page(house: House) -> None:
    document = house.office.wait()
    client = house.as_(ADA)
    body = {"look": 1, "says": "set_aside", "reason": "illegible"}
    away = client.post(f"/reviews/{document}/decide", json=body, headers={"sec-fetch-site": "cross-site"})
    assert away.status_code == 403
    assert client.post(f"/reviews/{document}/decide", json=body).json() == {"sent": True}


def test_text_of_a_document_stays_text(house: House) -> None:
    evil = '"><script>alert(1)</script>'
    document = house.office.wait(values={**VALUES, "company": evil})
    page = house.as_(ADA).get(f"/reviews/{document}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_who_has_looked_keeps_nobody_from_looking(tmp_path: Path) -> None:
    house = House(tmp_path, share=100)
    document = house.office.wait()
    ada, ben = house.as_(ADA), house.as_(BEN)
    decide(ada, document, changes={"total": TOTAL})
    assert ada.post(f"/reviews/{document}/take").status_code == 409
    assert ada.post(f"/reviews/{document}/keep").json() == {"mine": False}
    assert ben.post(f"/reviews/{document}/take").status_code == 303
    house.office.close()


def test_the_filter_offers_the_agencies_that_one_may_see(house: House) -> None:
    house.office.wait()
    assert "<option>alpha</option>" in house.as_(ADA).get("/reviews").text
    assert "<option>alpha</option>" not in house.as_(Visitor("Eve", frozenset({"beta"}))).get("/reviews").text
