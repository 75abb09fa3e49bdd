"""What no other benchmark measures, on a stack of its own: memory, starts, stored bytes, the audit chain."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import cpu
from bench.capacity import chaining
from bench.capacity.costs import Figure
from bench.documents import Document
from bench.following import Follower
from bench.throwaway import ThrowAway, throw_away
from processors.local import environment
from processors.local.plan import WORKERS
from processors.pipeline import STAGES

_MIB = 2**20
_SECONDS_A_PAGE = 30.0
#: For what comes after an end: ledger, audit chain, and the servers' writing.
_REST = 8.0
_START_SECONDS = 120.0
_POLL = 0.05
_STARTED = "CPU of one more worker until it says that it started: on an idle core it takes as long"
#: Parts of a stack whose workers stay beside the way of a document.
_READERS = ("record", "audit")


@dataclass(frozen=True)
class _Round:
    pages: int
    documents: int
    #: bytes
    stored: int
    logged: int


def figures(
    scans: Sequence[Document], written: Sequence[Document], command: str, say: Callable[[str], None]
) -> dict[str, Figure]:
    """Measure on a stack that is started for it.

    Args:
        scans: documents whose every page is recognised
        written: documents whose pages carry their text
        command: that is named with each figure
        say: told of progress

    Raises:
        RuntimeError: a document did not end, or a worker did.
    """
    with throw_away(say) as at, Follower(at.settings) as follower:
        rounds = {name: _round(name, at, follower, some, say) for name, some in _sets(scans, written)}
        at.check()
        memory = _memory(at)
        chained, of = chaining.cpu_seconds(at.settings)
        say(f"audit: {of} documents chained at {chained * 1000:.1f} CPU ms each")
        starts = {stage: _start(at, stage, say) for stage in ("ocr", "extract")}
        at.check()
    both = tuple(rounds.values())
    documents = sum(one.documents for one in both)

    def figure(value: float, unit: str, note: str = "") -> Figure:
        return Figure(value=round(value, 5), unit=unit, command=command, note=note)

    return {
        "audit_document": figure(chained, "CPU s", f"a chain of {of} documents in a row, stored in a folder"),
        "document_kafka": figure(sum(one.logged for one in both) / documents, "bytes", "growth of Kafka's logs"),
        "scanned_page_stored": _stored(rounds["scans"], figure),
        "text_page_stored": _stored(rounds["text"], figure),
        "ocr_start": figure(starts["ocr"], "s", _STARTED),
        "stage_start": figure(starts["extract"], "s", f"{_STARTED}; of extract"),
        **{
            f"{name}_memory": figure(memory[name], "MiB", "the largest of its workers after the documents")
            for name in (*(row.name for row in STAGES), *_READERS)
        },
    }


def _sets(scans: Sequence[Document], written: Sequence[Document]) -> tuple[tuple[str, Sequence[Document]], ...]:
    return ("scans", scans), ("text", written)


def _stored(one: _Round, figure: Callable[[float, str, str], Figure]) -> Figure:
    return figure(one.stored / one.pages, "bytes", f"growth of MinIO's disk, {one.pages} pages in {one.documents}")


def _round(
    name: str, at: ThrowAway, follower: Follower, documents: Sequence[Document], say: Callable[[str], None]
) -> _Round:
    pages = sum(one.pages for one in documents)
    say(f"{name}: {pages} pages in {len(documents)} documents")
    # The first ones also load what workers keep: that is no cost of a document.
    _send(f"{name}-first", follower, documents[:1])
    time.sleep(_REST)
    stored, logged = _sizes(at)
    _send(name, follower, documents)
    time.sleep(_REST)
    stored_after, logged_after = _sizes(at)
    return _Round(pages, len(documents), stored_after - stored, logged_after - logged)


def _send(name: str, follower: Follower, documents: Sequence[Document]) -> None:
    pages = sum(one.pages for one in documents)
    ids = [follower.put(one.path, f"{name}/{n}-{one.path.name}") for n, one in enumerate(documents)]
    follower.until_ended(ids, 120.0 + pages * _SECONDS_A_PAGE)


def _sizes(at: ThrowAway) -> tuple[int, int]:
    """Bytes of MinIO's disk and of Kafka's logs; its indexes are made in advance and full of nothing."""
    home = at.settings.home
    return _bytes(home / "minio", "*"), _bytes(home / "kafka", "*.log")


def _bytes(folder: Path, pattern: str) -> int:
    total = 0
    for file in folder.rglob(pattern):
        try:
            if file.is_file():
                total += file.stat().st_size
        except FileNotFoundError:
            continue  # the server removed it meanwhile
    return total


def _memory(at: ThrowAway) -> dict[str, float]:
    found: dict[str, float] = {}
    for worker in at.stack.workers:
        root = psutil.Process(worker.pid)
        pss = sum(one.memory_full_info().pss for one in [root, *root.children(recursive=True)])
        found[worker.stage] = max(found.get(worker.stage, 0.0), pss / _MIB)
    return found


def _start(at: ThrowAway, stage: str, say: Callable[[str], None]) -> float:
    """CPU seconds until one more worker of a stage says that it started: on an idle core it takes as long."""
    log = at.settings.home / f"{stage}-more.log"
    slot = str(WORKERS[stage])
    command = (sys.executable, "-m", "processors.cli", "worker", stage, "--slot", slot)
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=environment.for_worker(at.settings), stdout=out, stderr=subprocess.STDOUT
        )
    try:
        while b'"started"' not in log.read_bytes():
            if process.poll() is not None or time.monotonic() - began > _START_SECONDS:
                raise RuntimeError(f"one more worker of {stage} did not start; its log: {log}")
            time.sleep(_POLL)
        seconds = cpu.read((cpu.Part(stage, process.pid),))[stage]
    finally:
        # What it was doing is over: nobody waits for a worker that is in the middle of joining.
        process.kill()
        process.wait()
    say(f"{stage}: started after {seconds:.1f} CPU s")
    return seconds
