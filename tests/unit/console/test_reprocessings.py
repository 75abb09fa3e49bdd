"""Reports of reprocessings, as pages and files: the whole for those who see all, an agency's for its own people."""

from __future__ import annotations

import pytest

from processors.batch.reprocess.deciding import Decision
from processors.console.visitor import Visitor
from processors.orchestration import links
from processors.places import reprocessing_key
from tests import reported
from tests.reported import AT, HOSTILE
from tests.unit.console.conftest import ANN, BOSS, TIM, Site


@pytest.fixture(autouse=True)
def _reports(site: Site) -> None:
    reported.keep(site.desk.objects, site.desk.buckets)


FILES = [
    (BOSS, "one/report.html", "<p>whole</p>"),
    (ANN, "one/report.html", None),
    (ANN, "one/report.json", None),
    (ANN, "one/agencies/justice/report.html", "<p>of justice</p>"),
    (BOSS, "one/agencies/justice/report.html", "<p>of justice</p>"),
    (TIM, "one/agencies/justice/report.html", None),
    (TIM, "one/agencies/justice/report.json", None),
    (BOSS, "two/report.html", None),
    (BOSS, "one/agencies/tax-office/report.html", None),
    (BOSS, "One/report.html", None),
    (BOSS, "one/report.pdf", None),
    (BOSS, "one/agencies/..%2f..%2fjustice/report.html", None),
]


@pytest.mark.parametrize(("visitor", "path", "found"), FILES)
def test_each_sees_what_is_theirs_as_a_file(site: Site, visitor: Visitor, path: str, found: str | None) -> None:
    answer = site.client(visitor).get(f"/reprocessings/{path}")
    assert (answer.status_code == 200) == bool(found)
    assert answer.status_code in (200, 400, 404)
    if found:
        assert answer.text == found
        assert answer.headers["content-disposition"].startswith('attachment; filename="reprocessing-one')
        assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("visitor", "path", "status"),
    [
        (BOSS, "one", 200),
        (BOSS, "one/agencies/justice", 200),
        (ANN, "one", 200),
        (ANN, "one/agencies/justice", 200),
        (TIM, "one", 404),
        (TIM, "one/agencies/justice", 404),
        (ANN, "one/agencies/tax-office", 404),
        (BOSS, "one/agencies/tax-office", 404),
        (BOSS, "two", 404),
        (BOSS, "One", 404),
        (BOSS, "still-running", 200),
        (ANN, "still-running", 404),
    ],
)
def test_a_page_is_there_for_those_whose_it_is(site: Site, visitor: Visitor, path: str, status: int) -> None:
    assert site.client(visitor).get(f"/reprocessings/{path}").status_code == status


def test_without_the_question_whose_it_is_it_would_be_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Visitor, "may_see", lambda *_: True)
    monkeypatch.setattr("processors.console.reprocessings._agencies", lambda *_: ["justice", "tax-office"])
    assert site.client(TIM).get("/reprocessings/one/agencies/justice").status_code == 200


def test_the_list_holds_what_is_the_visitors(site: Site) -> None:
    lists = {who.name: site.client(who).get("/reprocessings").text for who in (BOSS, ANN, TIM)}
    assert {name: [one in text for one in (">one<", ">still-running<")] for name, text in lists.items()} == {
        "Boss": [True, True],
        "Ann": [True, False],
        "Tim": [False, False],
    }
    assert "Nothing was reprocessed yet" in lists["Tim"]
    # How many there are in all agencies is not hers to know.
    assert '<td class="number">9</td>' in lists["Boss"]
    assert '<td class="number">9</td>' not in lists["Ann"]


def test_the_whole_counts_and_an_agencys_people_alone_read_values(site: Site) -> None:
    whole = site.client(BOSS).get("/reprocessings/one").text
    own = site.client(ANN).get("/reprocessings/one/agencies/justice").text
    for page in (whole, own):
        assert "a &lt;b&gt;trial&lt;/b&gt;" in page
        assert "reader before" in page and "reader now" in page
        assert "+0.25" in page
        assert "waits for a second person" in page
        assert "style=" not in page and "<style" not in page, "the policy of the console forbids it"
    assert "onerror" not in whole
    assert "&lt;img src=x onerror=alert(1)&gt;" in own
    assert HOSTILE not in own
    choice = site.client(ANN).get("/reprocessings/one").text
    assert "Choose one of your agencies" in choice and "reader before" not in choice


def test_it_tells_who_decided(site: Site) -> None:
    key = reprocessing_key("re-one", "decision.json")
    said = Decision(word="rejected", by="grace", at=AT, reason="totals are worse", report="0" * 64)
    site.desk.objects.put(site.desk.buckets.work, key, said.model_dump_json().encode(), "application/json")
    try:
        page = site.client(BOSS).get("/reprocessings/one").text
        assert "Rejected by grace" in page and "totals are worse" in page
        assert "waits for a second person" not in page
    finally:
        site.desk.objects.delete(site.desk.buckets.work, key)


def test_the_links_that_an_approver_sees_lead_here(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for link in (links.reprocessing("one"), links.reprocessing("one", "justice")):
        assert link.startswith(links.CONSOLE)
        assert site.client(BOSS).get(link.removeprefix(links.CONSOLE)).status_code == 200
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://jobs.agency.example/airflow/")
    assert links.reprocessing("one") == "/airflow/chancery/reprocessings/one"
