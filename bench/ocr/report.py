"""What a run of `bench.ocr` measured: as tables and as a Markdown file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from bench.ocr import accuracy
from bench.ocr.measured import Measured

INCLUDED = (
    "CPU is user and system time of a tool's whole process tree, one thread. Ours is the real OCR stage in a "
    "worker's warm child, a fork for each piece of work, as a worker runs it: opening and rendering, preparation, "
    "recognition, every output; starting the child is included once a round and spread over the pages. The floor "
    "is `SetImage` and `Recognize` alone, English, in one process that stays warm, on pages that lie decoded in "
    "memory: PDF at 300 dpi, pictures as they are. Peers get pages that were rendered before (tesseract, "
    "pytesseract) or the PDF (OCRmyPDF), and pay for starting themselves, a page or a document at a time, as they "
    "do in use. All read the same documents in turns. Names with `_system` use the system's engine; the other "
    "peers the engine of the floor: the system's program `tesseract` with the wheel's library in place of its own."
)
NORMALISED = (
    "Word F1 compares bags of words: Unicode NFKC, case folded, split at white space, punctuation at the ends of "
    "words dropped; order does not count. CER is edit distance by length of the truth: NFKC, white space "
    "collapsed, case and punctuation kept, and order counts. Means over documents. Ours has all settings as they "
    "come; `floor` is the bare engine with English; on documents in other languages it is also told which."
)


def cost_rows(measured: Measured) -> list[tuple[str, ...]]:
    """Tool, engine, CPU s/page, times the floor, times its own engine's floor, start, wall, pages."""
    rows: list[tuple[str, ...]] = []
    for row in measured.rows:
        if not row.ratios:
            if row.failures:
                rows.append(
                    (row.name, row.engine, "-", f"read nothing: {', '.join(row.failures)}", "", "", "", "0")
                )
            continue
        spread = f"{row.ratio:.2f} ({min(row.ratios):.2f} to {max(row.ratios):.2f})"
        own = f"{row.own_ratio:.2f}" if row.own_ratios else "-"
        failed = f", not all: {', '.join(row.failures)}" if row.failures else ""
        read = f"{row.pages}{failed}"
        rows.append(
            (row.name, row.engine, f"{row.cpu:.3f}", spread, own, f"{row.start:.3f}", f"{row.wall:.2f}", read)
        )
    return rows


COST_HEAD = (
    "tool", "engine", "CPU s/page", "x floor: median (least to most)", "x own engine's floor",
    "of it start, CPU s/page", "wall s/page", "pages",
)  # fmt: skip
DOCUMENT_HEAD = ("document", "pages", "floor, CPU s/page", "ours, CPU s/page", "x floor")
ABSENT_HEAD = ("not measured", "why")
ACCURACY_HEAD = ("group", "documents (made worse here)", "tool", "word F1", "CER")


def document_rows(measured: Measured) -> list[tuple[str, ...]]:
    """Document, pages, CPU s/page of the floor and of ours, times the floor; the dearest first."""
    dearest = sorted(measured.by_document.items(), key=lambda item: item[1][1] / item[1][2])
    return [
        (name, f"{pages}", f"{floor:.2f}", f"{ours:.2f}", f"{ours / floor:.2f}")
        for name, (pages, floor, ours) in dearest
    ]


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
        ("peers", ABSENT_HEAD, list(measured.absent.items())),
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
    times = ", ".join(f"{name} {value:.2f}" for name, value in measured.times_less.items())
    free = measured.times_less_but_for_starts.items()
    times += "".join(f"; {name} had it started for nothing {value:.2f}" for name, value in free)
    starts = measured.start_each.items()
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
            *_grid(ABSENT_HEAD, list(measured.absent.items())),
            "",
            f"CPU of peers on our engine build, as a multiple of ours: {times or 'there is none'}. The program and "
            "pytesseract render nothing and write no PDF for it.",
            *(f"One start of {name} costs {value:.2f} CPU s a document, included." for name, value in starts),
            "",
            f"Ours writes for each page: {outputs or 'nothing'}.",
            "",
            "Where ours costs how much (starts not counted):",
            "",
            *_grid(DOCUMENT_HEAD, document_rows(measured)),
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
