"""The console of an installation, served for real, and a real browser in front of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from processors.config import Settings
from processors.console import alone, desk
from processors.console.visitor import Visitor
from tests.waiting import until

CHROMIUM = Path("/usr/bin/chromium")


@contextmanager
def served(settings: Settings, visitor: Visitor) -> Iterator[alone.Keys]:
    """The console for one visitor, on a free port of this machine."""
    with socket.create_server((alone.HOST, 0)) as listener, desk.opened(settings) as opened:
        keys = alone.Keys(listener.getsockname()[1])
        config = uvicorn.Config(alone.app(lambda: opened, visitor, keys), log_level="error", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started, "the console listens")
            yield keys
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def browser(keys: alone.Keys, width: int = 1440, height: int = 900) -> Iterator[Page]:
    """A page of a browser that the console has let in; whatever it reports as an error fails the test."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": width, "height": height})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(keys.address)
        yield page
        chromium.close()
    assert errors == []
