"""What other benchmarks wrote into `bench/results/`, as figures; each names its command."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from bench.capacity.costs import Figure

_COMMAND = re.compile(r"^[^`\n]*\d{4}-\d\d-\d\d[^`\n]*`(python -m [^`]+)`", re.MULTILINE)
_STEPS = re.compile(r"(\w+) (\d+(?:\.\d+)?) ms")


class ResultMissing(ValueError):
    """A result that costs are made from is not there, or holds something else; the message names the command."""


@dataclass(frozen=True)
class Result:
    """A page of results: the rows of its tables that say what was measured."""

    name: str
    command: str
    rows: dict[str, str]

    def row(self, what: str) -> str:
        """What stands beside these words.

        Raises:
            ResultMissing: no row has them.
        """
        if what not in self.rows:
            raise ResultMissing(f"{self.name} has no row {what!r}: write it anew with `{self.command}`.")
        return self.rows[what]

    def number(self, what: str) -> float:
        """The number that the row begins with.

        Raises:
            ResultMissing: there is no such row, or it begins with no number.
        """
        found = re.match(r"\d+(?:\.\d+)?", self.row(what))
        if found is None:
            raise ResultMissing(f"{self.name}: {what!r} is no number: write it anew with `{self.command}`.")
        return float(found[0])


def read(path: Path) -> Result:
    """A page of results.

    Raises:
        ResultMissing: it cannot be read, or names no command.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ResultMissing(f"{path} cannot be read ({error.strerror}): run `make bench` first.") from error
    command = _COMMAND.search(text)
    if command is None:
        raise ResultMissing(f"{path} names no command that wrote it: run `make bench` first.")
    cells = (line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|"))
    rows = {one[0].strip(): one[1].strip() for one in cells if len(one) == 2}
    return Result(path.name, command[1], rows)


def figures(folder: Path) -> dict[str, Figure]:
    """The costs that the results in a folder tell.

    Raises:
        ResultMissing: one of them is not there.
    """
    pipeline, ocr = read(folder / "pipeline.md"), read(folder / "ocr.md")
    extraction = read(folder / "extraction.md")
    pages, documents = _round(pipeline)
    found = {
        f"{stage}_document": _figure(
            pipeline.number(f"CPU s/page, {stage}") * pages / documents,
            "CPU s",
            pipeline,
            f"CPU a page by {pages} pages in {documents} documents",
        )
        for stage in ("intake", "classify", "publish", "record")
    }
    text_page = _figure(
        ocr.number("ours, in page ranges as the pipeline makes them") / 1000, "CPU s", ocr, "in page ranges"
    )
    alone = {name: found[f"{name}_document"].value for name in ("intake", "classify", "publish")}
    alone |= {
        "ocr": text_page.value,
        "extract": pipeline.number("CPU s/page, extract") * pages / documents,
    }
    steps = {name: float(ms) / 1000 for name, ms in _STEPS.findall(pipeline.row("p50 by step, text_layer"))}
    if missing := set(alone) - set(steps):
        raise ResultMissing(f"{pipeline.name} tells no step of {sorted(missing)}: run `{pipeline.command}` anew.")
    return found | {
        "ocr_scanned_page": _figure(pipeline.number("CPU s/page, ocr"), "CPU s", pipeline),
        "ocr_text_page": text_page,
        "extract_page": _figure(
            extraction.number("extraction, CPU ms a page") / 1000,
            "CPU s",
            extraction,
            "documents of known types; bench.pipeline's, of which many are of none, cost less",
        ),
        "kafka_page": _figure(pipeline.number("CPU s/page, server kafka"), "CPU s", pipeline),
        "minio_page": _figure(pipeline.number("CPU s/page, server minio"), "CPU s", pipeline),
        **{
            f"{name}_turn": _figure(
                max(0.0, steps[name] - cpu),
                "s",
                pipeline,
                "median of the step of one page with text, less its CPU; 0 where that is less",
            )
            for name, cpu in alone.items()
        },
        "rebalance": _rebalance(folder / "faults.json"),
    }


def _rebalance(path: Path) -> Figure:
    try:
        tests = json.loads(path.read_text(encoding="utf-8"))["tests"]
        seconds = max(
            float(one["figures"]["longest_stall_seconds"])
            for one in tests
            if one["test"].startswith("test_rolling_restart::") and not one["control"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResultMissing(f"{path} does not tell the stall of a rolling restart: run `make faults`.") from error
    return Figure(
        value=seconds,
        unit="s",
        command="make faults",
        note="longest time without an end while every worker is replaced: no pause of one group is longer",
    )


def _round(pipeline: Result) -> tuple[int, int]:
    said = pipeline.row("pages a round, rounds")
    found = re.match(r"(\d+) in (\d+) documents", said)
    if found is None:
        raise ResultMissing(f"{pipeline.name}: {said!r} does not tell pages and documents.")
    return int(found[1]), int(found[2])


def _figure(value: float, unit: str, result: Result, note: str = "") -> Figure:
    return Figure(value=round(value, 5), unit=unit, command=result.command, note=note)
