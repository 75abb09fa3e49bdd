"""Chromium, for tests that look at pages as people do: with a keyboard, and as axe judges them."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python  # type: ignore[import-untyped]
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect, sync_playwright

_AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
#: Puts what the browser's policy refused where a test can read it.
_LISTEN = (
    "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective));"
)
#: milliseconds; on a machine that does other work besides, a page may take its time
_PATIENCE = 60_000
expect.set_options(timeout=_PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own; none is downloaded."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The app on a free port of this machine; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


@dataclass
class Seen:
    """A page, and everything that the browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Take note from here on."""

        def said(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.complaints.append(message.text)

        def asked(dialog: Dialog) -> None:
            self.complaints.append("a dialog")
            dialog.dismiss()

        self.page.on("console", said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", asked)

    def refused(self) -> list[str]:
        """What the policy refused on the page that is open."""
        found: list[str] = self.page.evaluate("window.refused")
        return found


@contextmanager
def looking(browser: Browser, scheme: str = "light", *, for_axe: bool = False) -> Iterator[Seen]:
    """A fresh window.

    Args:
        browser: of `chromium`
        scheme: "light" or "dark"
        for_axe: the page's policy is set aside, since axe is a script from outside
    """
    context = browser.new_context(
        viewport={"width": 1280, "height": 860},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=for_axe,
    )
    try:
        seen = Seen(context.new_page())
        seen.page.set_default_timeout(_PATIENCE)
        seen.page.add_init_script(_LISTEN)
        seen.listen()
        yield seen
    finally:
        context.close()


def axe(page: Page) -> list[str]:
    """What axe finds wrong: rule, and where."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    return [f"{rule}: {places[0][:200]}" for rule, places in found]
