"""A reviewer marks by keyboard where a packet is to be cut, in a real Chromium; the parts arrive on the topic."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace

import pytest

from processors.config import Settings
from processors.console.visitor import Visitor
from processors.events import DocumentQuarantined
from processors.record.ledger import Ledger
from tests.live.browsing import browser, served
from tests.live.oracle import Oracle, upload
from tests.live.test_cutting import of, packet, parts_of
from tests.live.test_review_pages import clean
from tests.live.test_reviews import until_review
from tests.live.workers import workers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

_SHOWN = 60_000


def test_a_reviewer_cuts_by_keyboard_and_the_parts_arrive(installation: Settings) -> None:
    with (
        workers(installation),
        closing(Oracle(installation)) as oracle,
        Ledger.open(installation.database) as ledger,
    ):
        document = upload(installation, "post.pdf", packet())
        until_review(ledger, document)
        visitor = Visitor("Ben", frozenset({"alpha"}), may_review=True)
        with served(replace(installation, second_look=0.0), visitor) as keys, browser(keys) as page:
            page.set_default_timeout(_SHOWN)
            page.goto(keys.address.partition("/enter")[0] + "/reviews")
            page.keyboard.press("Enter")  # the focus is on "Take the next"
            page.wait_for_selector("#desk[data-ready=yes]")
            assert page.evaluate("document.activeElement.id") == "paper"
            assert page.locator("#cut").is_disabled(), "the first document begins with the first page anyway"
            assert not page.locator("#cuts").is_visible()
            page.keyboard.press("s")
            page.get_by_text("leaf to where the next one begins").wait_for()

            page.keyboard.press("]")
            page.keyboard.press("s")
            page.keyboard.press("]")
            page.keyboard.press("s")
            page.get_by_text("3 documents: pages 1, 2, 3.", exact=True).wait_for()
            page.keyboard.press("[")
            page.keyboard.press("s")  # and not here
            page.get_by_text("2 documents: pages 1-2, 3.", exact=True).wait_for()
            assert page.locator("#cut").get_attribute("aria-pressed") == "false"
            page.locator("#parts").get_by_role("button", name="Page 3").click()
            until(lambda: page.inner_text("#page-number") == "3", "the mark leads to its page")
            assert page.locator("#cut").get_attribute("aria-pressed") == "true"
            assert page.inner_text("#release") == "Cut into 2 documents"
            drawn = "(p => p.complete && p.naturalWidth > 500)(document.getElementById('picture'))"
            until(lambda: page.evaluate(drawn), "the page is drawn")
            clean(page)
            if picture := os.environ.get("PICTURE_OF_CUT"):
                page.screenshot(path=picture)
            page.locator("#uncut").click()
            assert not page.locator("#cuts").is_visible()
            assert page.evaluate("document.activeElement.id") == "paper"
            page.keyboard.press("s")
            page.keyboard.press("Control+Enter")
            page.wait_for_url("**/reviews?done=sent")

        oracle.read_until(lambda: len(parts_of(oracle, document)) == 2, "its parts are announced")
        (end,) = of(oracle, DocumentQuarantined, document)
        assert end.data.reason == "cut_into_documents"
        parts = parts_of(oracle, document)
        oracle.wait([part.id for part in parts])
        assert [part.original.name for part in parts] == ["post (pages 1-2).pdf", "post (page 3).pdf"]
        assert oracle.repeated() == {}
