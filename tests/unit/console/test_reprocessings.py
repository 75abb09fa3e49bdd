"""Reports of reprocessings: as files, the whole for those who see all, an agency's for its own people."""

from __future__ import annotations

import pytest

from processors.console.airflow_plugin import PREFIX
from processors.console.visitor import Visitor
from processors.orchestration.summary import link
from processors.places import reprocessing_key, reprocessing_report_key
from tests.unit.console.conftest import ANN, BOSS, TIM, Site


@pytest.fixture(autouse=True)
def reports(site: Site) -> None:
    objects, buckets = site.desk.objects, site.desk.buckets
    objects.put(buckets.work, reprocessing_key("re-one", "report.html"), b"<p>whole</p>", "text/html")
    key = reprocessing_report_key("justice", "re-one", "report.html")
    objects.put(buckets.documents, key, b"<p>of justice</p>", "text/html")


@pytest.mark.parametrize(
    ("visitor", "path", "found"),
    [
        (BOSS, "one/report.html", "<p>whole</p>"),
        (ANN, "one/report.html", None),
        (ANN, "one/justice/report.html", "<p>of justice</p>"),
        (BOSS, "one/justice/report.html", "<p>of justice</p>"),
        (TIM, "one/justice/report.html", None),
        (BOSS, "two/report.html", None),
        (BOSS, "one/tax-office/report.html", None),
        (BOSS, "One/report.html", None),
        (BOSS, "one/..%2f..%2fjustice/report.html", None),
    ],
)
def test_each_sees_what_is_theirs_as_a_file(site: Site, visitor: Visitor, path: str, found: str | None) -> None:
    answer = site.client(visitor).get(f"/reprocessings/{path}")
    assert answer.status_code == (200 if found else 404)
    if found:
        assert answer.text == found
        assert answer.headers["content-disposition"].startswith('attachment; filename="reprocessing-one')
        assert answer.headers["content-type"] == "application/octet-stream"


def test_the_link_that_an_approver_sees_leads_here() -> None:
    assert link("one") == f"{PREFIX}/reprocessings/one/report.html"
