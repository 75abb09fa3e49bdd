"""A document that was disposed of: it is told of, and nothing of it is shown, not even what is on our disk."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from processors.record.aging import Aging, Disposed
from processors.record.browsing import Reach
from processors.record.entry import Entry
from processors.record.gathering import Gathering
from processors.record.tables import disposals
from tests.unit.console.conftest import ANN, HOSTILE, Site


@pytest.fixture
def gone(site: Site) -> Iterator[Entry]:
    """Disposed of, though its files are still in this store: nobody may rely on their absence."""
    entry = site.entry(HOSTILE)
    # Somebody looked at it before.
    assert site.client(ANN).get(f"/documents/{entry.id}/pages/1").status_code == 200
    assert _kept(site, entry)
    engine = site.desk.ledger.engine
    Aging(engine).note(Disposed(entry.id, entry.agency, entry.type, "old-papers", datetime(2026, 3, 4, tzinfo=UTC)))
    yield entry
    with engine.begin() as connection:
        connection.execute(delete(disposals))


def _kept(site: Site, entry: Entry) -> list[str]:
    digests = {ref.sha256 for ref in entry.artefacts.values()}
    files = (site.desk.settings.home / "console").rglob("*")
    return [file.name for file in files if any(digest in file.name for digest in digests)]


def test_it_is_shown_as_disposed_of(site: Site, gone: Entry) -> None:
    answer = site.client(ANN).get(f"/documents/{gone.id}")
    assert answer.status_code == 200
    assert "<b>disposed of</b> on" in answer.text
    assert "old-papers" in answer.text
    assert "2026-03-04" in answer.text
    assert "review.requested.v1" in answer.text, "the ledger's path stays"
    assert "2516768-1" not in answer.text, "a value of it"
    assert "/files/" not in answer.text
    assert "<image" not in answer.text
    assert "disposed of" in site.client(ANN).get("/").text


@pytest.mark.parametrize(
    "rest", ["/pages/1", "/files/original", "/files/pages", "/files/end", "/compare?old=live&new=live"]
)
def test_nothing_of_it_can_be_had(site: Site, gone: Entry, rest: str) -> None:
    answer = site.client(ANN).get(f"/documents/{gone.id}{rest}")
    assert answer.status_code == 410
    assert "disposed of" in answer.text


def test_what_this_machine_kept_of_it_goes_when_somebody_asks(site: Site, gone: Entry) -> None:
    site.client(ANN).get(f"/documents/{gone.id}")
    assert _kept(site, gone) == []


def test_its_review_is_not_open(site: Site, gone: Entry) -> None:
    answer = site.client(ANN).get(f"/reviews/{gone.id}")
    assert answer.status_code == 409
    assert "disposed of" in answer.text


def test_it_waits_for_nobody(site: Site, gone: Entry) -> None:
    waiting = Gathering(site.desk.ledger.engine).waiting(Reach(frozenset({"justice"})))
    assert [why.state.value for why in waiting] == ["quarantined"], "the other one"
