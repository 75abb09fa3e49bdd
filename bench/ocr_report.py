"""What a run of `bench.ocr` measured: as one JSON object, as tables, as a Markdown file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from bench import accuracy
from bench.accuracy import Score
from bench.text_layer import TextLayer
from bench.turns import FLOOR, Row

OURS = "ours"
INCLUDED = (
    "CPU is user and system time of the whole process tree of each tool, one thread. Ours is the real OCR stage in a "
    "worker's warm child, a fork for each piece of work, as a worker runs it: opening and rendering, preparation, "
    "recognition, every output; starting the child is included once a round and spread over the pages. The floor is "
    "`SetImage` and `Recognize` alone, English, in one process that stays warm, on pages that lie decoded in "
    "memory: PDF at 300 dpi, pictures as they are. Peers get pages that were rendered before (tesseract, "
    "pytesseract) or the PDF (OCRmyPDF), and pay for starting themselves, a page or a document at a time, as they "
    "do in use. All read the same documents in turns. Names with `_system` use the system's engine; the other peers "
    "the engine of the floor: the system's program `tesseract` with the wheel's library in place of its own."
)
NORMALISED = (
    "Word F1 compares bags of words: Unicode NFKC, case folded, split at white space, punctuation at the ends of "
    "words dropped; order does not count. CER is edit distance by length of the truth: NFKC, white space "
    "collapsed, case and punctuation kept, and order counts. Means over documents. Ours has all settings as they "
    "come; `floor` is the bare engine with English; on documents in other languages it is also told which."
)


@dataclass(frozen=True)
class Measured:
    """One run."""

    #: the floors, ours, the peers
    rows: Sequence[Row]
    documents: int
    pages: int
    rounds: int
    #: None where the folder has no page with a text layer, or the stage could not read them
    layer: TextLayer | None
    layer_failed: str
    scores: Sequence[Score]
    #: peer -> why it took no part
    absent: Mapping[str, str]
    #: media type of what ours wrote -> bytes a page
    outputs: Mapping[str, float]

    @property
    def compared(self) -> list[Row]:
        """The tools that read something."""
        return [row for row in self.rows if row.ratios]

    @property
    def times_less(self) -> dict[str, float]:
        """Peer -> its CPU by ours, for peers that ran on the same engine build as ours."""
        by_name = {row.name: row for row in self.compared}
        ours = by_name.get(OURS)
        if ours is None:
            return {}
        version = ours.engine.split()[-1]
        return {
            name: row.ratio / ours.ratio
            for name, row in by_name.items()
            if not name.startswith((OURS, FLOOR)) and row.engine.split()[-1] == version
        }

    def to_json(self) -> dict[str, Any]:
        """The line for machines."""
        rows = self.compared
        return {
            "bench": "ocr",
            "cpu_ratio_to_floor": {row.name: round(row.ratio, 4) for row in rows},
            "cpu_ratio_to_floor_by_round": {row.name: [round(one, 4) for one in row.ratios] for row in rows},
            "cpu_ratio_to_floor_of_own_engine": {
                row.name: round(row.own_ratio, 4) for row in rows if row.own_ratios
            },
            "times_less_cpu_on_same_engine": {name: round(value, 3) for name, value in self.times_less.items()},
            "cpu_seconds_per_page": {row.name: round(row.cpu, 4) for row in rows},
            "start_cpu_seconds_per_page": {row.name: round(row.start, 4) for row in rows if row.start},
            "wall_seconds_per_page": {row.name: round(row.wall, 4) for row in rows},
            "text_layer_times_cheaper": None if self.layer is None else round(self.layer.times_cheaper, 1),
            "text_layer": None if self.layer is None else self.layer.to_json(),
            "word_f1": _rounded(accuracy.table(self.scores, lambda one: one.word_f1)),
            "cer": _rounded(accuracy.table(self.scores, lambda one: one.cer)),
            "accuracy_documents": {
                group: {"documents": all_, "made_worse_here": made, "unread_by_ours": failed}
                for group, (all_, made, failed) in accuracy.counts(self.scores).items()
            },
            "pages": self.pages,
            "documents": self.documents,
            "rounds": self.rounds,
            "engines": {row.name: row.engine for row in self.rows},
            "absent": dict(self.absent),
            "failures": {row.name: list(row.failures) for row in self.rows if row.failures},
            "output_bytes_per_page": {name: round(size) for name, size in self.outputs.items()},
        }


def cost_rows(measured: Measured) -> list[tuple[str, ...]]:
    """Tool, engine, CPU s/page, times the floor, times its own engine's floor, start, wall, pages."""
    rows: list[tuple[str, ...]] = []
    for row in measured.rows:
        if not row.ratios:
            rows.append((row.name, row.engine, "-", f"read nothing: {', '.join(row.failures)}", "", "", "", "0"))
            continue
        spread = f"{row.ratio:.2f} ({min(row.ratios):.2f} to {max(row.ratios):.2f})"
        own = f"{row.own_ratio:.2f}" if row.own_ratios else "-"
        failed = f", not all: {', '.join(row.failures)}" if row.failures else ""
        read = f"{row.pages}{failed}"
        rows.append(
            (row.name, row.engine, f"{row.cpu:.3f}", spread, own, f"{row.start:.3f}", f"{row.wall:.2f}", read)
        )
    rows += [(name, "", "-", why, "", "", "", "") for name, why in measured.absent.items()]
    return rows


COST_HEAD = (
    "tool", "engine", "CPU s/page", "x floor: median (least to most)", "x own engine's floor",
    "of it start, CPU s/page", "wall s/page", "pages",
)  # fmt: skip
ACCURACY_HEAD = ("group", "documents (made worse here)", "tool", "word F1", "CER")


def accuracy_rows(measured: Measured) -> list[tuple[str, ...]]:
    """Group, documents, tool, word F1, CER."""
    f1 = accuracy.table(measured.scores, lambda one: one.word_f1)
    cer = accuracy.table(measured.scores, lambda one: one.cer)
    rows: list[tuple[str, ...]] = []
    for group, (all_, made, failed) in accuracy.counts(measured.scores).items():
        documents = f"{all_} ({made})" + (f", {failed} unread by ours" if failed else "")
        for tool, value in f1[group].items():
            rows.append((group, documents, tool, f"{value:.3f}", f"{cer[group][tool]:.3f}"))
    return rows


def layer_rows(measured: Measured) -> list[tuple[str, str]]:
    """The text layer's figures."""
    layer = measured.layer
    if layer is None:
        return [("text layer", measured.layer_failed or "the folder has no page with one")]
    return [
        ("pages, documents", f"{layer.pages} in {layer.documents}; layer used on {100 * layer.used:.0f} %"),
        ("recognition (floor), CPU ms/page", f"{1000 * layer.floor:.0f}"),
        ("ours, one long document in one piece of work", _times(layer.floor, layer.long)),
        ("ours, in page ranges as the pipeline makes them", _times(layer.floor, layer.ranges)),
        ("ours, a further page without any fork", _times(layer.floor, layer.marginal)),
    ]


def tables(measured: Measured) -> list[Table]:
    """For the terminal."""
    drawn = []
    for title, head, rows in (
        ("cost on scans", COST_HEAD, cost_rows(measured)),
        ("text layer", ("what", "measured"), layer_rows(measured)),
        ("accuracy", ACCURACY_HEAD, accuracy_rows(measured)),
    ):
        table = Table(*head, title=f"bench.ocr: {title}")
        for row in rows:
            table.add_row(*row)
        drawn.append(table)
    return drawn


def markdown(measured: Measured, date: str, command: str, surroundings: Mapping[str, str]) -> str:
    """The file beside the plot."""
    less = ", ".join(f"{value:.2f} times less than {name}" for name, value in measured.times_less.items())
    outputs = ", ".join(f"{name} {size / 1000:.0f} kB" for name, size in measured.outputs.items())
    return "\n".join(
        (
            "# bench.ocr",
            "",
            f"{date}, `{command}`",
            "",
            *(f"- {name}: {value}" for name, value in surroundings.items()),
            f"- pages: {measured.pages} scanned pages in {measured.documents} documents, {measured.rounds} rounds",
            "",
            INCLUDED,
            "",
            *_grid(COST_HEAD, cost_rows(measured)),
            "",
            f"CPU of ours on the same engine build: {less or 'nothing to compare with'}.",
            f"Ours writes for each page: {outputs or 'nothing'}.",
            "",
            "## Text layer",
            "",
            *_grid(("what", "measured"), layer_rows(measured)),
            "",
            "## Accuracy",
            "",
            NORMALISED,
            "",
            *_grid(ACCURACY_HEAD, accuracy_rows(measured)),
            "",
            "![CPU by tool as a multiple of the floor, and word F1 by group](ocr.png)",
            "",
        )
    )


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(one)} |" for one in (head, ["---"] * len(head), *rows)]


def _times(floor: float, ours: float) -> str:
    return f"{1000 * ours:.2f} CPU ms/page, {floor / ours:.0f} times cheaper"


def _rounded(table: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {group: {tool: round(value, 4) for tool, value in by.items()} for group, by in table.items()}
