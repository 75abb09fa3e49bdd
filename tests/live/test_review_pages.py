"""A reviewer corrects a value by keyboard alone, in a real Chromium; the corrected result arrives on the topic."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from processors.config import Settings
from processors.console.visitor import Visitor
from processors.record.ledger import Ledger
from tests.documents import text_pdf
from tests.live.browsing import browser, served
from tests.live.oracle import Oracle, upload
from tests.live.test_reviews import RECEIPT, results, told, until_review
from tests.live.workers import workers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

_SHOWN = 60_000


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_reviewer_corrects_by_keyboard_and_the_result_arrives(installation: Settings) -> None:
    with (
        workers(installation),
        closing(Oracle(installation)) as oracle,
        Ledger.open(installation.database) as ledger,
    ):
        document = upload(installation, "receipt.pdf", text_pdf(RECEIPT))
        if until_review(ledger, document).type != "receipt":
            run = told(installation, "decide", document, "--by", "Ada", "--type", "receipt")["run"]
            until_review(ledger, document, run)
        visitor = Visitor("Ben", frozenset({"alpha"}), may_review=True)
        with served(replace(installation, second_look=0.0), visitor) as keys, browser(keys) as page:
            page.set_default_timeout(_SHOWN)
            page.goto(keys.address.partition("/enter")[0] + "/reviews")
            clean(page)
            page.keyboard.press("Enter")  # the focus is on "Take the next"
            page.wait_for_selector("#desk[data-ready=yes]")
            assert page.url.endswith(f"/reviews/{document}")
            assert page.evaluate("document.activeElement.id") == "paper"
            # The page's policy lets nobody wait by a script in it.
            drawn = "document.getElementById('picture').naturalWidth > 500"
            until(lambda: page.evaluate(drawn), "the page is drawn")
            clean(page)

            number = page.evaluate(
                "[...document.querySelectorAll('.field')].findIndex(f => f.dataset.path === 'total') + 1"
            )
            page.keyboard.press(str(number))
            for _ in range(60):
                if page.inner_text("#status") == "6O.3O":
                    break
                page.keyboard.press("ArrowRight")
            assert page.inner_text("#status") == "6O.3O"
            page.keyboard.press("Space")
            page.keyboard.press("Enter")
            said = page.locator(".field[data-path=total] .said")
            said.get_by_text("no amount").wait_for()
            page.keyboard.press("Control+Enter")
            page.get_by_text("It cannot be released so").wait_for()
            page.keyboard.press("e")
            page.keyboard.type("RM 60.30")
            page.keyboard.press("Enter")
            said.get_by_text("= 60.30").wait_for()
            clean(page)
            page.keyboard.press("Control+Enter")
            page.wait_for_url("**/reviews?done=sent")
            page.get_by_text("on its way").wait_for()

        until(lambda: results(oracle, document), "the corrected result arrives")
        (result,) = results(oracle, document)
        data = result.data
        assert (data.fields["total"], data.review.reviewer, data.review.changed) == ("60.30", "Ben", ("total",))
        proof = data.evidence["total"]
        assert (proof.text, proof.verdict, proof.note, len(proof.boxes)) == (
            "6O.3O",
            "derived",
            "read_by_person",
            1,
        )
        assert oracle.repeated() == {}
