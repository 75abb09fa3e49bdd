"""A real Prometheus for tests, on loopback, which finds its targets in files as on a machine without Kubernetes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import yaml

from processors.local import ports
from processors.local.environment import inherited
from processors.local.process import Process
from tests.tools import program
from tests.waiting import until

START_SECONDS = 60.0

#: labels and the number of one series at one time
Sample = tuple[dict[str, str], float]


class RefusedError(Exception):
    """Prometheus could not answer; the text is what it said."""


@dataclass(frozen=True)
class Prometheus:
    """A server that is up."""

    address: str

    def ask(self, path: str, **parameters: str) -> Any:
        """The data of an answer of its API.

        Raises:
            RefusedError: see there.
        """
        url = f"http://{self.address}/api/v1/{path}?{urlencode(parameters)}"
        try:
            with urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except HTTPError as error:
            raise RefusedError(error.read().decode()) from error

    def now(self, expression: str) -> list[Sample]:
        """What an expression is now; a number alone is a series without labels."""
        data = self.ask("query", query=expression)
        if data["resultType"] == "scalar":
            return [({}, float(data["result"][1]))]
        return [(one["metric"], float(one["value"][1])) for one in data["result"]]

    def shows(self, expression: str) -> list[Sample]:
        """What an expression is once it is anything; waits for that."""
        return until(lambda: self.now(expression), expression, pause=1)

    def rules(self) -> list[dict[str, Any]]:
        """All rules, as they were last computed."""
        return [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]


def configuration(jobs: Sequence[Mapping[str, Any]], rules: Sequence[Path], seconds: int = 1) -> str:
    """A prometheus.yml.

    Args:
        jobs: entries of `scrape_configs`
        rules: files
        seconds: between two looks at targets, and at rules
    """
    return yaml.safe_dump(
        {
            "global": {"scrape_interval": f"{seconds}s", "evaluation_interval": f"{seconds}s"},
            "scrape_configs": list(map(dict, jobs)),
            "rule_files": list(map(str, rules)),
        }
    )


@contextmanager
def prometheus(folder: Path, config: str) -> Iterator[Prometheus]:
    """A fresh Prometheus on a free port with its data in `folder`, killed at the end. Takes a second."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "prometheus.yml"
    file.write_text(config, encoding="utf-8")
    (port,) = ports.choose([None])
    address = f"{ports.LOOPBACK}:{port}"
    command = [
        str(program("prometheus")),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--log.level=warn",
    ]
    process = Process("Prometheus", command, folder / "prometheus.log", inherited("CHANCERY_"))
    try:
        process.start()
        process.wait_healthy(lambda: _ready(address), START_SECONDS)
        yield Prometheus(address)
    finally:
        process.kill()


def _ready(address: str) -> bool:
    try:
        with urlopen(f"http://{address}/-/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
