"""The whole local stack, as `chancery up` starts it, and a real Prometheus that watches it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, build_opener

import yaml

from processors import config
from processors.adapters import provision
from processors.config import Settings
from processors.local import stack
from processors.local.environment import for_worker
from tests.prometheus import Prometheus, configuration, prometheus
from tests.seeing import files

DOCS = Path(__file__).parents[2] / "docs" / "monitoring.md"


@dataclass(frozen=True)
class Watched:
    """A pipeline at work, and the Prometheus that watches it."""

    settings: Settings
    prometheus: Prometheus
    #: looks at a page of the console
    look: Callable[[], None]


def documented_job(folder: Path) -> dict[str, Any]:
    """How operators without Kubernetes tell their Prometheus of Chancery, for another folder."""
    blocks = [
        yaml.safe_load(one) for one in re.findall(r"^```yaml\n(.*?)^```", DOCS.read_text("utf-8"), re.M | re.S)
    ]
    (job,) = next(block["scrape_configs"] for block in blocks if "scrape_configs" in block)
    assert job["job_name"] == "chancery"
    del job["scrape_interval"]
    return {**job, "file_sd_configs": [{"files": [f"{folder}/*.json"], "refresh_interval": "1s"}]}


@contextmanager
def watched(home: Path, seconds: int = 1) -> Iterator[Watched]:
    """All processes of a fresh stack, each asked every so many seconds; stopped at the end."""
    told = {"CHANCERY_HOME": str(home), "CHANCERY_AGENCIES": "alpha", "CHANCERY_PRICE_CORE_HOUR": "0.05"}
    made = config.load(told)
    job = documented_job(made.home / "metrics")
    try:
        up = stack.up(made, workers_seconds=180.0)
        settings = stack.connected(made, up)
        for agency in settings.agencies:
            provision.add_agency(settings, agency)
        config_text = configuration([job], files.RULES, seconds)
        with prometheus(home / "prometheus", config_text) as watching, console(settings) as look:
            # A counter must have been seen at nothing before its first rise is seen as one.
            watching.shows(f"count(up == 1) == {len(up.workers) + 1}")
            yield Watched(settings, watching, look)
    finally:
        stack.down(made)


@contextmanager
def console(settings: Settings) -> Iterator[Callable[[], None]]:
    """The console alone, looked at once; and what looks at it once more."""
    command = [sys.executable, "-m", "processors.cli", "console", "--port", "0", "--json"]
    variables = for_worker(settings) | {"CHANCERY_METRICS": "127.0.0.1:0"}
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            # The address opens once; the cookie that it leaves opens the pages behind it.
            with browser.open(address, timeout=30) as page:
                behind = page.geturl()
            yield lambda: browser.open(behind, timeout=30).close()
        finally:
            process.terminate()
