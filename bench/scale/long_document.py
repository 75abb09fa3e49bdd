"""One very long document in a stack, watched from its first page to its last, while single pages are sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import psutil
from PIL import Image

from bench.documents import Document
from bench.following import Follower
from bench.throwaway import ThrowAway, throw_away
from processors.formats import detect

#: A single page is sent so often, in seconds.
_EVERY = 12.0
_SAMPLE_SECONDS = 0.25
_MOST_SECONDS = 3_600.0
#: A4, in points.
_WIDTH, _HEIGHT = 595, 842
_LINE = "The committee met on the day named above and heard what the parties had to say on item {n} of page {page}."


@dataclass
class LongRun:
    """What was seen of a long document."""

    pages: int
    scans: int
    #: seconds since the upload -> pages read until then
    progress: list[tuple[float, int]] = field(default_factory=list)
    #: seconds since the upload, worker -> bytes of its process tree (proportional set size)
    memory: list[tuple[float, dict[str, int]]] = field(default_factory=list)
    #: when a single page was sent, and how long it took to its end, seconds
    singles: list[tuple[float, float]] = field(default_factory=list)
    #: until the long document had its end, seconds
    seconds: float = 0.0

    @property
    def first_read(self) -> float:
        """When the first range of the long document was read, seconds since the upload."""
        return self.progress[0][0]

    @property
    def last_read(self) -> float:
        """When the last range was read."""
        return self.progress[-1][0]

    def peak(self, first: float, last: float) -> int:
        """Most bytes that one worker used between these shares of the long document's time."""
        within = [m for at, m in self.memory if first * self.last_read <= at <= last * self.last_read]
        return max((value for sample in within for value in sample.values()), default=0)


def make(documents: Sequence[Document], pages: int, scans: int, to: Path) -> Path:
    """A PDF of so many pages; scanned ones, taken from the documents in turn, are spread evenly over it."""
    pictures = [one.path for one in documents if detect.media_type(one.path) != detect.PDF]
    scanned = [one.path for one in documents if detect.media_type(one.path) == detect.PDF]
    with pikepdf.new() as pdf, pikepdf.new() as sources:
        for path in scanned:
            with pikepdf.open(path) as source:
                sources.pages.extend(source.pages)
        for number, path in enumerate(pictures):
            leaf = to.with_name(f"picture-{number}.pdf")
            with Image.open(path) as picture:
                picture.convert("L").save(leaf, resolution=200)
            with pikepdf.open(leaf) as source:
                sources.pages.extend(source.pages)
        every = max(pages // max(scans, 1), 1)
        for number in range(pages):
            if number % every == 0 and number // every < scans:
                pdf.pages.append(sources.pages[(number // every) % len(sources.pages)])
            else:
                pdf.pages.append(_text_page(pdf, number + 1))
        pdf.save(to)
    return to


def _text_page(pdf: pikepdf.Pdf, number: int) -> pikepdf.Page:
    lines = [_LINE.format(n=n, page=number) for n in range(1, 41)]
    drawn = "\n".join(f"({line}) Tj 0 -18 Td" for line in lines)
    content = pdf.make_stream(f"BT /F 10 Tf 50 {_HEIGHT - 60} Td {drawn} ET".encode())
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    return pikepdf.Page(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, _WIDTH, _HEIGHT],
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font)),
            Contents=content,
        )
    )


def watch(long: Path, single: Path, say: Callable[[str], None]) -> LongRun:
    """Send the long document, and a single page now and then until it has its end."""
    with pikepdf.open(long) as pdf:
        run = LongRun(len(pdf.pages), sum("/XObject" in page.get("/Resources", {}) for page in pdf.pages))
    with throw_away(say) as at, Follower(at.settings) as follower:
        follower.until_ended([follower.put(single, f"warm/{n}") for n in range(4)], 180.0)
        stop = threading.Event()
        began = time.time()
        sampler = threading.Thread(target=_sample, args=(at, run, began, stop), daemon=True)
        sampler.start()
        try:
            _follow(long, single, follower, run, began, say)
        finally:
            stop.set()
            sampler.join()
        at.check()
    return run


def _follow(
    long: Path, single: Path, follower: Follower, run: LongRun, began: float, say: Callable[[str], None]
) -> None:
    document = follower.put(long, "long.pdf")
    course = follower.course(document)
    sent: dict[str, float] = {}
    due = began + _EVERY
    told = 0
    while not course.end:
        if time.time() - began > _MOST_SECONDS:
            raise RuntimeError(f"the long document has no end after {_MOST_SECONDS:.0f} s")
        # While nothing of the long document is left to read, a single page would prove nothing.
        if time.time() >= due and "chancery.document.recognised.v1" not in course.times:
            sent[follower.put(single, f"single-{len(sent)}")] = time.time()
            due += _EVERY
        follower.look()
        if len(course.ranges) // 50 > told:
            told = len(course.ranges) // 50
            say(f"{len(course.ranges)} ranges read, {time.time() - began:.0f} s")
    run.seconds = course.readable - began
    follower.until_ended(list(sent), 120.0)
    run.singles = [(at - began, follower.course(one).readable - at) for one, at in sent.items()]
    run.progress = [(at - began, n) for n, at in enumerate(sorted(when for when, _ in course.ranges.values()), 1)]


def _sample(at: ThrowAway, run: LongRun, began: float, stop: threading.Event) -> None:
    workers = {f"ocr {n}": part.pid for n, part in enumerate(p for p in at.chancery if p.name == "ocr")}
    while not stop.wait(_SAMPLE_SECONDS):
        run.memory.append((time.time() - began, {name: _bytes(pid) for name, pid in workers.items()}))


def _bytes(pid: int) -> int:
    total = 0
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
    return total
