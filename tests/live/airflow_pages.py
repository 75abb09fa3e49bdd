"""Airflow's own pages, worked with as people do: in a browser and through its forms, each person in a window."""

from __future__ import annotations

from types import TracebackType
from urllib.parse import unquote

from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from processors.local.airflow_home import AirflowHome
from processors.local.state import Stack

#: milliseconds; what is waited for may take Airflow a few tasks' starts on a busy machine
_PATIENCE = 240_000
expect.set_options(timeout=_PATIENCE)


class AtAirflow:
    """Somebody in front of Airflow, signed in by its form; a context manager that closes their window."""

    def __init__(self, browser: Browser, stack: Stack, name: str) -> None:
        self._address = f"http://{stack.airflow}"
        self._window = browser.new_context(viewport={"width": 1280, "height": 800})
        self._window.set_default_timeout(_PATIENCE)
        self.page: Page = self._window.new_page()
        self.go("/")
        self.page.locator("input[name=username]").fill(name)
        self.page.locator("input[name=password]").fill(AirflowHome(stack.home).password(name))
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("link", name="Dags", exact=True).wait_for()

    def __enter__(self) -> AtAirflow:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._window.close()

    def go(self, path: str) -> None:
        """Open a page of Airflow."""
        self.page.goto(self._address + path)

    def open_form(self, dag: str) -> Locator:
        """The form with which a run is triggered."""
        self.go(f"/dags/{dag}")
        self.page.get_by_role("button", name="Trigger").first.click()
        form = self.page.get_by_role("dialog")
        form.get_by_role("button", name="Trigger", exact=True).wait_for()
        return form

    def choose(self, form: Locator, field: str, option: str) -> None:
        """Take one of what a field offers."""
        form.locator(f"#element_{field} input[role=combobox]").click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def trigger(self, form: Locator) -> str:
        """Send the form; the id of the run, whose page opens."""
        form.get_by_role("button", name="Trigger", exact=True).click()
        self.page.wait_for_url("**/runs/**")
        return unquote(self.page.url.rpartition("/runs/")[2].partition("/")[0].partition("?")[0])

    def open_action(self, subject: str) -> None:
        """Find what waits for an answer in the list, and open it."""
        self.page.get_by_role("button", name="Browse").click()
        self.page.get_by_role("menuitem", name="Required Actions").click()
        self.page.get_by_role("link", name=subject).click()
        self.page.get_by_role("button", name="Approve", exact=True).wait_for()

    def follow(self, link: str) -> Page:
        """What a link of the page opens: a tab of its own."""
        with self.page.expect_popup() as opened:
            self.page.get_by_role("link", name=link, exact=True).click()
        opened.value.wait_for_load_state()
        return opened.value

    def answer(self, option: str, reason: str) -> None:
        """Answer what is asked, and wait until Airflow has taken the answer."""
        self.page.locator("textarea[name=element_reason]").fill(reason)
        self.page.get_by_role("button", name=option, exact=True).click()
        self.page.get_by_text("Response received at").wait_for()

    def until_run_is(self, dag: str, run: str, state: str) -> None:
        """Look at a run until its page says so."""
        self.go(f"/dags/{dag}/runs/{run}")
        self.page.get_by_text(state, exact=True).first.wait_for()

    def console(self, place: str) -> FrameLocator:
        """A place of the console, which Airflow shows in a frame of its page."""
        self.page.get_by_role("button", name="Browse").click()
        self.page.get_by_role("menuitem", name=f"Chancery {place}").click()
        frame = self.page.frame_locator("iframe")
        frame.get_by_role("navigation", name="Console").wait_for()
        return frame
