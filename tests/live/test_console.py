"""The console in a real browser: nothing that axe, the browser's policy or a keyboard would stumble over."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import Request
from playwright.sync_api import Browser, expect

from processors.audit.folder import Folder
from processors.console.app import create
from processors.console.desk import Desk
from processors.console.page_records import PageRecords
from processors.console.pictures import Pictures
from processors.console.visitor import Visitor, let_in
from processors.places import Buckets
from processors.record.states import State
from tests import reported
from tests.browser import axe, chromium, looking, served
from tests.console_world import World, decided, stages
from tests.unit.record import makers as m

pytestmark = pytest.mark.live

SAMPLES = Path(__file__).parents[2] / "samples"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>.pdf"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With a document under review, one that a person decided about, one set aside, and some under way."""
    home = tmp_path_factory.mktemp("console")
    world = World(home, stages(home))
    for key, sample in ((HOSTILE, "nda-galvanizing.pdf"), ("i.pdf", "fcc-invoice.pdf"), ("l.pdf", "locked.pdf")):
        world.land((SAMPLES / sample).read_bytes(), key, "justice")
    world.run()
    with world.ledger() as ledger, closing(Pictures(world.settings, world.objects)) as pictures:
        for entry in ledger.list(state=State.REVIEW):
            if entry.original.key == HOSTILE:
                decided(world, entry, {"jurisdiction": "Texas"}, datetime.now(UTC))
        ledger.apply_many(world.events())
        ledger.apply_many(m.way("waits")[:4])
        reported.keep(world.objects, Buckets(world.settings.prefix))
        records = PageRecords(world.settings, world.objects)
        yield Desk(world.settings, ledger, world.objects, pictures, records, Folder(home / "audit"))


@pytest.fixture(scope="module")
def site(desk: Desk) -> Iterator[str]:
    def doorkeeper(request: Request) -> None:
        let_in(request, Visitor("Ann", frozenset(), every_agency=True, may_review=True))

    with served(create(lambda: desk, doorkeeper)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def paths(desk: Desk) -> list[str]:
    ids = {entry.original.key: entry.id for entry in desk.ledger.list()}
    whole = f"/documents/{ids[HOSTILE]}"
    return [
        whole, f"{whole}?page=2&zoom=huge", f"{whole}/compare", f"{whole}/audit", f"/documents/{ids['l.pdf']}",
        f"/documents/{ids['i.pdf']}", "/", "/?state=result", "/?q=nothing-is-called-so", "/flow", "/quality",
        "/reprocessings", "/reprocessings/one", "/reprocessings/one/agencies/justice", "/nowhere",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: str, browser: Browser, paths: list[str], scheme: str) -> None:
    with looking(browser, scheme, for_axe=True) as seen:
        found = {}
        for path in paths:
            seen.page.goto(f"{site}{path}", wait_until="networkidle")
            found[path] = axe(seen.page)
        assert {path: wrong for path, wrong in found.items() if wrong} == {}
        # Not because axe sees nothing.
        seen.page.evaluate("document.querySelectorAll('label').forEach(one => one.remove())")
        seen.page.goto(f"{site}/")
        seen.page.evaluate("document.querySelectorAll('label').forEach(one => one.remove())")
        assert any(rule.startswith(("label", "select-name")) for rule in axe(seen.page))


def test_the_browser_complains_of_nothing(site: str, browser: Browser, paths: list[str]) -> None:
    with looking(browser) as seen:
        for path in paths:
            seen.page.goto(f"{site}{path}", wait_until="networkidle")
            assert seen.refused() == [], path
        # The page that is not there is told as such, and nothing else.
        assert [said for said in seen.complaints if "404" not in said] == []


def test_what_is_slipped_in_does_not_run(site: str, browser: Browser) -> None:
    with looking(browser) as seen:
        seen.page.goto(site)
        seen.page.evaluate(
            "const image = `<img src='http://127.0.0.1:1/x.png' onerror='window.ran = 1'>`;"
            "document.body.insertAdjacentHTML('beforeend', image);"
            "const script = document.createElement('script');"
            "script.textContent = 'window.ran = 1'; document.body.append(script);"
        )
        seen.page.wait_for_function("window.refused.length > 1")
        assert {"script-src-elem", "img-src"} <= set(seen.refused())
        assert seen.page.evaluate("window.ran") is None


def test_a_hostile_name_is_read_not_run(site: str, browser: Browser) -> None:
    with looking(browser) as seen:
        seen.page.goto(f"{site}/?q=alert", wait_until="networkidle")
        expect(seen.page.locator("td.file")).to_contain_text("<script>alert(1)</script>")
        seen.page.locator("td a.mono").first.click()
        expect(seen.page.locator("h1")).to_contain_text("<script>alert(1)</script>")
        assert seen.complaints == []


def test_value_and_place_are_tied_by_keyboard_alone(site: str, browser: Browser, paths: list[str]) -> None:
    with looking(browser) as seen:
        page = seen.page
        page.goto(f"{site}{paths[0]}", wait_until="networkidle")
        expect(page.locator(".sheet image")).to_be_visible()
        assert page.evaluate("document.querySelector('.sheet image').getBBox().width") > 100
        # From the top to the first proof on the page, with Tab alone.
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id.startsWith('place-')"):
                break
        place = page.evaluate("document.activeElement.id")
        assert place.startswith("place-")
        page.keyboard.press("Enter")
        row = place.replace("place", "field")
        expect(page.locator(f"#{row}")).to_contain_class("chosen")
        assert page.evaluate("document.activeElement.closest('tr').id") == row
        page.keyboard.press("Enter")
        page.wait_for_function(f"document.activeElement.id === '{place}'")
        assert "chosen" in (page.locator(f"#{place}").get_attribute("class") or "")
        assert seen.complaints == []


def test_a_value_that_was_chosen_stays_in_sight(site: str, browser: Browser, paths: list[str]) -> None:
    with looking(browser) as seen:
        seen.page.goto(f"{site}{paths[0]}", wait_until="networkidle")
        row = seen.page.locator("tr[id^=field-]:has(a)").first
        row.locator("a").click()
        expect(row).to_contain_class("chosen")
        expect(row).to_be_in_viewport()
        expect(seen.page.locator(".mark.chosen")).to_be_in_viewport()


def test_pointing_at_one_lights_the_other(site: str, browser: Browser, paths: list[str]) -> None:
    with looking(browser) as seen:
        seen.page.goto(f"{site}{paths[0]}", wait_until="networkidle")
        mark = seen.page.locator(".mark").first
        row = (mark.get_attribute("id") or "").replace("place", "field")
        mark.locator("rect").first.hover()
        expect(seen.page.locator(f"#{row}")).to_contain_class("lit")
        seen.page.locator("h1").hover()
        expect(seen.page.locator(f"#{row}")).not_to_contain_class("lit")


def test_the_flow_refreshes_and_keeps_the_place(site: str, browser: Browser, desk: Desk) -> None:
    with looking(browser) as seen:
        page = seen.page
        page.goto(f"{site}/flow", wait_until="networkidle")
        before = page.locator("#board [data-summary]").get_attribute("data-summary") or ""
        page.locator("#stage-classify").focus()
        desk.ledger.apply_many(m.way(f"more-{datetime.now(UTC).timestamp()}")[:4])
        page.evaluate("document.getElementById('live').dispatchEvent(new Event('change'))")
        expect(page.locator("#said")).not_to_be_empty()
        after = page.locator("#board [data-summary]").get_attribute("data-summary")
        assert after != before
        assert page.locator("#said").inner_text() == after
        assert page.evaluate("document.activeElement.id") == "stage-classify"
        assert seen.refused() == []
        assert seen.complaints == []
