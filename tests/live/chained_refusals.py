"""Refusals as the audit chain tells of them, and as the servers told of them themselves."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from processors.acts import Act
from processors.adapters.kafka_writer import KafkaWriter
from processors.local.stack import running
from processors.runtime.acting import acting
from tests.live.secured import Secured
from tests.waiting import until

#: server, principal, operation, thing
What = tuple[str, str, str, str]


_DENIED = re.compile(
    r"= User:(agency\S+) is Denied operation = (\w+) from host = \S+ "
    r"on resource = (\w+):LITERAL:(.*) for request = "
)


def show(at: Secured, what: str) -> list[dict[str, Any]]:
    """What `chancery audit show` tells."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CHANCERY_")}
    done = subprocess.run(
        [sys.executable, "-m", "processors.cli", "audit", "show", what, "--json"],
        env=environment | {"CHANCERY_HOME": str(at.settings.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def in_chain(at: Secured) -> Counter[What]:
    """How often the chain says that what was refused, or filtered, to an agency."""
    found: Counter[What] = Counter()
    for body in show(at, "--refusals"):
        one = body["refusal"]
        if one["principal"].startswith("agency."):
            found[one["server"], one["principal"], one["operation"], one["thing"]] += one["times"]
    return found


def told_by_servers(at: Secured) -> Counter[What]:
    """How often the servers said so: MinIO to another collector, Kafka in its log."""
    found: Counter[What] = Counter()
    for entry in at.collector.entries:
        api, user = entry["api"], entry.get("accessKey", "")
        filtered = api["name"] in ("ListBuckets", "DeleteMultipleObjects") and api["statusCode"] == 200
        if user.startswith("agency.") and (api["statusCode"] == 403 or filtered):
            found["store", user, api["name"], api.get("bucket", "")] += 1
    for line in at.denials:
        said = _DENIED.search(line)
        if said is not None:
            found["kafka", said[1], said[2], f"{said[3].upper()}:{said[4]}".replace("\t", "?")] += 1
    return found


def until_all_in_chain(at: Secured, least: int) -> None:
    """Wait until the chain says the same as the servers, who say so much at least; it never will after a loss."""

    def is_same() -> bool:
        told = told_by_servers(at)  # they write late: a look at one moment may miss some
        return told.total() >= least and in_chain(at) == told

    until(is_same, "all refusals are in the chain, each as often as it was told", pause=0.5)


def act_in_chain(at: Secured, thing: str) -> None:
    """Do something that is recorded, and return when the chain holds it: what was told before it is there, too."""
    with (
        KafkaWriter(at.settings.kafka, security=at.settings.kafka_security) as writer,
        acting(writer, Act.AGENCY_ADDED, thing=thing, by="Ann"),
    ):
        pass
    until(lambda: any(one["act"]["thing"] == thing for one in show(at, "--acts")), "it is in the chain", pause=0.5)


def collector_pid(at: Secured) -> int:
    """The process that gathers refusals."""
    stack = running(at.settings.home)
    assert stack is not None
    return next(worker.pid for worker in stack.workers if worker.stage == "refusals")


@contextmanager
def switched_off(at: Secured) -> Iterator[None]:
    """Who gathers refusals stands still; at the end it is killed, and the supervisor starts another."""
    pid = collector_pid(at)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
