"""The page of a trace in a browser: as axe judges it, on a narrow screen, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from processors.telemetry.waterfall.page import page
from tests.browser import axe, chromium, looking
from tests.unit.telemetry import ways


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_asked_for(browser: Browser, tmp_path: Path, scheme: str) -> None:
    file = tmp_path / "trace.html"
    file.write_text(page(ways.way(ways.troubled())))
    with looking(browser, scheme, for_axe=True) as seen:
        seen.page.goto(file.as_uri())
        assert axe(seen.page) == []
        seen.page.set_viewport_size({"width": 400, "height": 800})
        assert axe(seen.page) == []
        wide = seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wide, "the picture scrolls in its own frame, the page does not"
        asked = seen.page.evaluate("performance.getEntriesByType('resource').length")
        assert (asked, seen.complaints) == (0, [])


def test_axe_would_find_a_picture_without_words(browser: Browser, tmp_path: Path) -> None:
    """The negative control of the test above."""
    file = tmp_path / "trace.html"
    text = page(ways.way(ways.usual()))
    file.write_text(text.replace('aria-labelledby="way-title way-said"', "").replace("<title", "<metadata"))
    with looking(browser, for_axe=True) as seen:
        seen.page.goto(file.as_uri())
        assert any(finding.startswith("svg-img-alt") for finding in axe(seen.page))
