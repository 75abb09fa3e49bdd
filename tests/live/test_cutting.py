"""A packet of two real documents is cut by a person, and a worker dies where it hurts: each comes out once."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from processors.batch.reviews.cases import open_case
from processors.batch.reviews.sending import again
from processors.config import Settings
from processors.document_types import load
from processors.events import DocumentEnclosed, DocumentId, DocumentQuarantined, DocumentResubmitted, Event
from processors.orchestration.doors import doors_of
from processors.record.ledger import Ledger
from processors.record.states import ENDS, State
from tests.live.oracle import Oracle, upload
from tests.live.test_reviews import reviews, told, until_review
from tests.live.workers import workers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

SAMPLES = Path(__file__).parents[2] / "samples"
#: pages of each
INSIDE = {"court-docketing-notice.pdf": 2, "fcc-invoice.pdf": 1}

#: Where intake's first two processes die: the first when it has stored the parts, which is the second time that it
#: stores anything; the other at once, with the packet's end claimed and nothing told.
WHERE = {1: "intake:stored:@2", 2: "intake:in_transaction:@1"}


def packet() -> bytes:
    """As an office scans its post: one file after the other."""
    whole = io.BytesIO()
    with pikepdf.new() as pile:
        for name in INSIDE:
            with pikepdf.open(SAMPLES / name) as one:
                pile.add_pages_from(one)
        pile.save(whole)
    return whole.getvalue()


def dying(first: Mapping[int, str]) -> Callable[[str, int], Mapping[str, str]]:
    """Of intake's processes, where each kills itself: the first, the second, …; those behind them live."""
    begun: list[str] = []

    def each(stage: str, slot: int) -> Mapping[str, str]:
        if stage != "intake":
            return {}
        begun.append(stage)
        return {"CHANCERY_FAIL_POINTS": first.get(len(begun), "")}

    return each


def of(oracle: Oracle, kind: type, document: str) -> list[Event[Any]]:
    """Events about a document."""
    return [one for one in oracle.events if isinstance(one.data, kind) and one.subject == document]


def parts_of(oracle: Oracle, packet: str) -> list[DocumentId]:
    """What was announced of a packet, as often as it was, in the order of its pages."""
    found = [one.data.document for one in oracle.events if isinstance(one.data, DocumentEnclosed)]
    return sorted((one for one in found if one.parent == packet), key=lambda one: one.original.key)


def cut(oracle: Oracle, settings: Settings, ledger: Ledger, *, twice: bool) -> str:
    """Let a packet wait for a person, who cuts it; the packet."""
    document = upload(settings, "post.pdf", packet())
    until_review(ledger, document)
    refused = reviews(settings, "decide", document, "--by", "Ada", "--cut", "4")
    assert "It has 3 pages: no document can begin with page 4" in " ".join(refused.stderr.split())
    case = open_case(doors_of(settings, ledger), load(settings.document_types), document)
    assert told(settings, "decide", document, "--by", "Ada", "--cut", "3")["sent"]
    if twice:
        record = again(doors_of(settings, ledger), case.document)
        assert record is not None
        doors_of(settings, ledger).topics.write([record])
    oracle.read_until(lambda: bool(of(oracle, DocumentQuarantined, document)), "the packet ends")
    return document


def test_both_documents_of_a_packet_come_out_by_themselves(installation: Settings) -> None:
    with (
        workers(installation, each=dying(WHERE)) as group,
        closing(Oracle(installation)) as oracle,
        Ledger.open(installation.database) as ledger,
    ):
        document = cut(oracle, installation, ledger, twice=True)
        assert [stage for stage, _, _ in group.deaths] == ["intake"] * 2
        oracle.read_until(lambda: len(parts_of(oracle, document)) >= 2, "its parts are announced")
        parts = parts_of(oracle, document)
        ends = oracle.wait([part.id for part in parts])
        assert {end.state for end in ends.values()} <= {"result", "review"}
        kinds = [ends[part.id].event.data.type for part in parts]
        assert kinds[1] == "fcc_political_ad_buy"
        assert [part.original.name for part in parts] == ["post (pages 1-2).pdf", "post (page 3).pdf"]
        (end,) = of(oracle, DocumentQuarantined, document)
        assert (end.data.reason, dict(end.data.details)) == ("cut_into_documents", {"documents": 2, "pages": 3})
        assert len(parts_of(oracle, document)) == 2
        (asked, *_) = of(oracle, DocumentResubmitted, document)
        assert oracle.repeated() == {asked.id: 2}, "what was sent twice, and nothing that came of it"

        def known() -> bool:
            inside = ledger.enclosed(document)
            return len(inside) == 2 and all(one.state in ENDS for one in inside)

        until(known, "the ledger knows both, and their parent")
        entry = ledger.find(document)
        assert entry is not None
        assert (entry.state, entry.reason) == (State.QUARANTINED, "cut_into_documents")


def test_control_an_end_that_is_repeated_without_its_parts_loses_them(installation: Settings) -> None:
    command = (sys.executable, "-m", "tests.live.forgetful_worker")
    with (
        workers(installation, command=command, each=dying(WHERE)) as group,
        closing(Oracle(installation)) as oracle,
        Ledger.open(installation.database) as ledger,
    ):
        document = cut(oracle, installation, ledger, twice=False)
        assert [stage for stage, _, _ in group.deaths] == ["intake"] * 2
        oracle.read_all()
        assert parts_of(oracle, document) == []
