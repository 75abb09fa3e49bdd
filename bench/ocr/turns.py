"""All tools on the same documents in turns: document by document, round by round, who was first goes last next.

What else happens on the machine thus hits all alike. A tool's costs are set against the floor's on the documents
that this tool read, in the same round; what it needs to start is included, once a round, spread over the pages.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.documents import Document
from bench.floor import Floor
from bench.ocr.meter import Meter
from bench.ocr.tools import Failed, Tool

FLOOR = "floor"
#: A tool that failed on so many documents one after the other will fail on the others as well.
_MOST_FAILURES = 3


@dataclass
class Sheet:
    """What one tool did in one round."""

    #: CPU seconds before the first document
    start: float = 0.0
    #: CPU and wall seconds, by document
    cpu: dict[Path, float] = field(default_factory=dict)
    wall: dict[Path, float] = field(default_factory=dict)
    #: document -> why it was not read
    failures: dict[Path, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One tool, over all rounds."""

    name: str
    engine: str
    #: documents and pages that it read
    documents: int
    pages: int
    #: CPU seconds a page; of these for starting; wall seconds a page
    cpu: float
    start: float
    wall: float
    #: to the floor, round by round; None where it read nothing
    ratios: tuple[float, ...]
    #: to the floor of its own engine's build
    own_ratios: tuple[float, ...]
    failures: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """The median over rounds."""
        return statistics.median(self.ratios)

    @property
    def own_ratio(self) -> float:
        """The median over rounds, against its own engine's floor."""
        return statistics.median(self.own_ratios)


class Turns:
    """The rounds of a benchmark."""

    def __init__(self, floors: Sequence[Floor], tools: Sequence[Tool], documents: Sequence[Document]) -> None:
        """Nothing is measured yet.

        Args:
            floors: the first is what everything is set against
            tools: what is compared
            documents: what is read
        """
        self._floors, self._tools, self._documents = floors, tools, documents
        self._pages = {one.path: one.pages for one in documents}
        self.rounds: list[dict[str, Sheet]] = []

    def run(self, rounds: int, say: Callable[[str], None]) -> None:
        """Measure so many rounds."""
        for number in range(rounds):
            sheets = {name: Sheet() for name in self._names()}
            self.rounds.append(sheets)
            ready = [tool for tool in self._tools if _start(tool, sheets[tool.name])]
            for index, document in enumerate(self._documents):
                say(f"round {number + 1} of {rounds}, document {index + 1} of {len(self._documents)}")
                for floor, name in zip(self._floors, self._floor_names(), strict=True):
                    floor.load([(document.path, None)])
                    sheets[name].cpu[document.path] = sheets[name].wall[document.path] = floor.seconds()
                first = (number + index) % max(len(ready), 1)
                for tool in ready[first:] + ready[:first]:
                    _read(tool, document, sheets[tool.name])
            for tool in self._tools:
                tool.stop()

    def rows(self) -> list[Row]:
        """The tools, the floors first."""
        engines = {FLOOR if not i else f"{FLOOR}_system": floor.version for i, floor in enumerate(self._floors)}
        named = {name: f"tesseract {version}" for name, version in engines.items()}
        named |= {tool.name: tool.engine for tool in self._tools}
        own = {version: name for name, version in reversed(engines.items())}
        return [self._row(name, engine, own.get(engine.rpartition(" ")[2])) for name, engine in named.items()]

    def by_document(self, name: str) -> dict[str, tuple[int, float, float]]:
        """Document -> its pages, CPU seconds a page of the floor and of this tool, without starts."""
        found = {}
        for path, pages in self._pages.items():
            sheets = [sheets for sheets in self.rounds if path in sheets[name].cpu]
            if sheets:
                floor, used = (sum(one[who].cpu[path] for one in sheets) for who in (FLOOR, name))
                found[path.name] = (pages, floor / (pages * len(sheets)), used / (pages * len(sheets)))
        return found

    def _row(self, name: str, engine: str, own_floor: str | None) -> Row:
        sheets = [one[name] for one in self.rounds]
        pages = sum(self._pages[path] for sheet in sheets for path in sheet.cpu)
        used = sum(sheet.start + sum(sheet.cpu.values()) for sheet in sheets if sheet.cpu)
        return Row(
            name=name,
            engine=engine,
            documents=max((len(sheet.cpu) for sheet in sheets), default=0),
            pages=max((sum(self._pages[path] for path in sheet.cpu) for sheet in sheets), default=0),
            cpu=used / pages if pages else 0.0,
            start=sum(sheet.start for sheet in sheets if sheet.cpu) / pages if pages else 0.0,
            wall=sum(sum(sheet.wall.values()) for sheet in sheets) / pages if pages else 0.0,
            ratios=self._ratios(name, FLOOR),
            own_ratios=self._ratios(name, own_floor) if own_floor else (),
            failures=tuple(sorted({why for sheet in sheets for why in sheet.failures.values()})),
        )

    def _ratios(self, name: str, floor: str) -> tuple[float, ...]:
        found = []
        for sheets in self.rounds:
            sheet = sheets[name]
            if sheet.cpu:
                least = sum(sheets[floor].cpu[path] for path in sheet.cpu)
                found.append((sheet.start + sum(sheet.cpu.values())) / least)
        return tuple(found)

    def _floor_names(self) -> list[str]:
        return [FLOOR, f"{FLOOR}_system"][: len(self._floors)]

    def _names(self) -> list[str]:
        return [*self._floor_names(), *(tool.name for tool in self._tools)]


def _start(tool: Tool, sheet: Sheet) -> bool:
    try:
        with Meter() as meter:
            tool.start()
    except Failed as failed:
        sheet.failures[Path()] = str(failed)
        tool.stop()
        return False
    sheet.start = meter.cpu
    return True


def _read(tool: Tool, document: Document, sheet: Sheet) -> None:
    if len(sheet.failures) >= _MOST_FAILURES and not sheet.cpu:
        return
    try:
        with Meter() as meter:
            tool.read(document.path, document.pages)
    except Failed as failed:
        sheet.failures[document.path] = str(failed)
        return
    sheet.cpu[document.path], sheet.wall[document.path] = meter.cpu, meter.wall
