"""`python -m tests.live.pictures [FOLDER]`: takes the pictures of `docs/operators.md` from a stack of its own.

Starts everything in a temporary folder, sends samples through, changes a document type, reprocesses, and looks at
the pages as operators do. Some five minutes.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Page

from processors import config, document_types
from processors.commands.samples import FOLDER, samples
from processors.local import stack
from processors.record.browsing import Reach
from processors.record.gathering import Gathering
from processors.record.ledger import Ledger
from tests.browser import chromium
from tests.live.airflow_pages import AtAirflow
from tests.live.airflow_site import Site, started
from tests.live.oracle import upload
from tests.waiting import until

_FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
_TYPE = "fcc_political_ad_buy"
#: Left out: mail, archive and what takes longest.
_LEFT_OUT = {
    "receipt-by-mail.eml",
    "recorder-file.zip",
    "head-start-report.tif",
    "fara-amendment-trade-council.pdf",
}
_AGENCIES = ("justice", "revenue")
#: Released by the reviewer as they were read, so that quality has something to tell.
_CONFIRMED = ("usda-energy-round-up.pdf", "court-docketing-notice.pdf", "recorder-notice.docx")


def main() -> None:
    """Take all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="chancery-pictures-") as place:
        types = Path(place) / "types"
        shutil.copytree(config.load({}).document_types, types)
        more = {"CHANCERY_DOCUMENT_TYPES": str(types)}
        with (
            started(Path(place) / "home", secured=False, agencies=_AGENCIES, more=more) as site,
            Ledger.open(site.settings.database) as ledger,
            chromium() as browser,
        ):
            for sample in samples(FOLDER):
                if sample.path.name not in _LEFT_OUT:
                    upload(site.settings, sample.path.name, sample.path.read_bytes(), sample.agency)
            _settled(ledger)
            _walk(site, browser, types, folder)


def _walk(site: Site, browser: Browser, types: Path, folder: Path) -> None:
    with AtAirflow(browser, site.stack, "ruth") as ruth:
        queue = ruth.console("reviews")
        for file in _CONFIRMED:
            _take(queue, file)
            queue.get_by_role("button", name="Release", exact=True).click()
            queue.get_by_text("on its way").wait_for()
        _take(queue, "fcc-invoice.pdf")
        picture = queue.locator("#picture")
        until(lambda: picture.evaluate("image => image.naturalWidth > 300"), "the page is drawn")
        _keep(ruth.page, folder / "review.png")
    _another_type(site, types)

    with AtAirflow(browser, site.stack, "ada") as ada:
        ada.go("/dags")
        ada.page.get_by_role("link", name="train", exact=True).wait_for()
        _keep(ada.page, folder / "dags.png")
        form = ada.open_form("reprocess")
        ada.choose(form, "agencies", "revenue")
        ada.choose(form, "types", _TYPE)
        form.locator("input[name=element_rate]").fill("5")
        form.locator("textarea[name=element_why]").fill("Version 1.1 of the type reads the estimate number")
        form.get_by_text("From stage").scroll_into_view_if_needed()
        form.locator("#element_stage").hover()
        _keep(ada.page, folder / "form.png")
        form.get_by_role("button", name="More").click()
        name = form.locator("input[name=element_name]")
        name.fill("ad-buys-1-1")
        run = ada.trigger(form)
        site.ada.until_asked("reprocess", run, "approve")

    with AtAirflow(browser, site.stack, "grace") as grace:
        grace.open_action("Publish the results of ad-buys-1-1?")
        _keep(grace.page, folder / "approve.png")
        report = grace.follow("revenue, with values")
        _keep(report, folder / "report.png")

        documents = grace.console("documents")
        row = documents.get_by_role("row").filter(has_text="fcc-order.pdf")
        row.wait_for()
        _keep(grace.page, folder / "documents.png")
        row.get_by_role("link").first.click()
        documents.locator("svg.sheet image").wait_for()
        documents.get_by_role("link", name="advertiser", exact=True).hover()
        _keep(grace.page, folder / "document.png")
        grace.console("quality").get_by_role("heading", name="Quality").wait_for()
        _keep(grace.page, folder / "quality.png")


def _settled(ledger: Ledger) -> None:
    """Wait until every document that was sent has ended."""
    gathering, reach = Gathering(ledger.engine), Reach(None)
    until(
        lambda: sum(one.documents for one in ledger.counts("live")) > 0, "the first document arrives", seconds=120
    )
    until(lambda: not list(gathering.moving(reach)), "all documents have ended", seconds=600, pause=1.0)


def _another_type(site: Site, types: Path) -> None:
    """Change a type as somebody would who wants one field more and another read otherwise; workers take it up."""
    file = types / f"{_TYPE}.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["x-version"] = "1.1"
    taken = ("Estimate Number", "Estimate #")
    told["x-other-labels"] = [one for one in told["x-other-labels"] if one not in (*taken, "Order #")]
    told["properties"]["contract_num"]["x-labels"].remove("Invoice #")
    told["properties"]["estimate_num"] = {
        "type": ["string", "null"],
        "description": "Number of the agency's estimate.",
        "minLength": 1,
        "x-normaliser": "identifier",
        "x-labels": [*taken, "Estimate:"],
        "x-look": ["right", "below"],
        "x-pattern": "\\d{3,6}",
    }
    file.write_text(json.dumps(told, indent=2), encoding="utf-8")
    # Says what is wrong with it, where a worker would only not start.
    document_types.load(types)
    for worker in _workers(site):
        os.kill(worker, signal.SIGTERM)


def _workers(site: Site) -> list[int]:
    running = stack.running(site.settings.home)
    assert running is not None
    return [one.pid for one in running.workers if one.stage in ("extract", "publish")]


def _take(queue: FrameLocator, file: str) -> None:
    """Take the review of a file."""
    queue.get_by_role("row").filter(has_text=file).get_by_role("button", name="Take").click()
    queue.locator("#desk[data-ready=yes]").wait_for()


def _keep(page: Page, file: Path) -> None:
    """The picture of what the window shows, in few colours: these are pages of text."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
