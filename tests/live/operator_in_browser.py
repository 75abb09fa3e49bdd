"""People at work in Airflow's pages, in a real browser: two operators and a reviewer.

`test_airflow.py` calls these, so that they work on the stack of its tests: another would cost a minute.
"""

from __future__ import annotations

from contextlib import closing

from playwright.sync_api import expect

from processors.events import Event, ResultReleased
from processors.record.ledger import Ledger
from tests.browser import chromium
from tests.live.airflow_pages import AtAirflow
from tests.live.airflow_site import SAMPLES, Site
from tests.live.oracle import Oracle, upload
from tests.live.test_reviews import until_review
from tests.waiting import until

#: In its text layer two readers differ, so a person is asked.
_DOUBTED = "fcc-invoice.pdf"
_RELEASED = "fcc-contract.pdf"


def two_operators_reprocess(site: Site) -> None:
    with closing(Oracle(site.settings)) as oracle, chromium() as browser:
        document = upload(site.settings, _RELEASED, (SAMPLES / _RELEASED).read_bytes())
        old = oracle.wait([document], seconds=240)[document]

        with AtAirflow(browser, site.stack, "ada") as ada:
            form = ada.open_form("reprocess")
            ada.choose(form, "agencies", "alpha")
            ada.choose(form, "stage", "extract")
            form.locator("input[name=element_rate]").fill("5")
            form.locator("textarea[name=element_why]").fill("A reader that knows more")
            run = ada.trigger(form)
            site.ada.until_asked("reprocess", run, "approve")
            request = site.ada.value("reprocess", run, "check")
            assert (request["rate"], request["wish"]["by"], request["wish"]["stage"]) == (5, "ada", "extract")
            assert request["wish"]["selection"]["agencies"] == ["alpha"]

            with AtAirflow(browser, site.stack, "grace") as grace:
                name = request["wish"]["name"]
                grace.open_action(f"Publish the results of {name}?")
                table = grace.page.get_by_role("table").filter(has_text="vanished")
                expect(table.get_by_role("cell", name="contract_num")).to_be_visible()
                report = grace.follow("Open the report")
                expect(report.get_by_role("heading", level=1)).to_have_text(f"Reprocessing {name}")
                expect(report.get_by_text("A reader that knows more")).to_be_visible()
                report.get_by_role("link", name="alpha", exact=True).click()
                expect(report.get_by_text("waits for a second person")).to_be_visible()
                grace.answer("Approve", "nothing is worse")
            site.grace.until_taken("reprocess", run, "approve", "Approve", "nothing is worse")

            ada.until_run_is("reprocess", run, "Success")
            frame = ada.console("reprocessings")
            frame.get_by_role("link", name=name, exact=True).click()
            expect(frame.get_by_text("Approved by grace")).to_contain_text("nothing is worse")

        oracle.read_until(lambda: len(oracle.ends[document]) == 2, "the new result is published")
        new = oracle.ends[document][1].event
        assert isinstance(new.data, ResultReleased)
        assert (new.runid, new.data.supersedes) == (f"re-{name}", old.event.id)
        assert oracle.repeated() == {}


def a_reviewer_corrects(site: Site) -> None:
    with (
        closing(Oracle(site.settings)) as oracle,
        Ledger.open(site.settings.database) as ledger,
        chromium() as browser,
    ):
        document = upload(site.settings, _DOUBTED, (SAMPLES / _DOUBTED).read_bytes())
        until_review(ledger, document)
        with AtAirflow(browser, site.stack, "ruth") as ruth:
            queue = ruth.console("reviews")
            row = queue.get_by_role("row").filter(has_text=document[:12])
            row.get_by_role("button", name="Take").click()
            queue.locator("#desk[data-ready=yes]").wait_for()
            field = queue.locator(".field[data-path=contract_num]")
            field.get_by_role("textbox").fill("2516768")
            field.get_by_role("textbox").press("Enter")
            field.locator(".mark-changed").wait_for()
            queue.get_by_role("button", name="Release", exact=True).click()
            queue.get_by_text("on its way").wait_for()

        def results() -> list[Event[ResultReleased]]:
            oracle.read(1.5)
            return [
                one for one in oracle.events if isinstance(one.data, ResultReleased) and one.subject == document
            ]

        until(results, "the corrected result arrives")
        (result,) = results()
        assert result.data.fields["contract_num"] == "2516768"
        assert result.data.review is not None
        assert (result.data.review.reviewer, result.data.review.changed) == ("ruth", ("contract_num",))
