"""The command line of `python -m bench.capacity`."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from bench.calling import RESULTS, SAMPLES, count
from bench.capacity import chart
from bench.capacity.costs import COSTS
from bench.capacity.curve import Scenario
from bench.capacity.load import Load, LoadInvalid, Model, within
from bench.capacity.site import Scaling


def parser() -> argparse.ArgumentParser:
    """All subcommands."""
    made = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True)
    measure = commands.add_parser("measure", help="write costs.json from results and from a stack of its own")
    measure.add_argument("--documents", type=Path, default=SAMPLES, help="folder with a MANIFEST.csv")
    measure.add_argument("--pages", type=count, default=12, help="scanned pages, and pages with text, at most")
    measure.add_argument("--results", type=Path, default=RESULTS, help="where results are, and costs.json goes")
    plan = commands.add_parser("plan", help="workers, cores, memory, GPUs and partitions for a load")
    simulate = commands.add_parser("simulate", help="a day and a burst: latency, lag, workers")
    check = commands.add_parser("validate", help="the simulation beside runs of other benchmarks")
    check.add_argument("--results", type=Path, default=RESULTS, help="where these wrote theirs")
    for one in (plan, simulate):
        _load(one)
    _scenario(simulate)
    for one in (plan, simulate, check):
        one.add_argument("--costs", type=Path, default=COSTS, help="the file that `measure` wrote")
    for one in (measure, plan, simulate, check):
        one.add_argument("--json", action="store_true", help="one JSON object as the last line of the output")
    return made


def load(options: argparse.Namespace) -> Load:
    """The load that was asked for.

    Raises:
        LoadInvalid: a number makes no sense, or one that the language model needs is not given.
    """
    speed, waits = options.language_model, options.answer_seconds
    if (speed is None) != (waits is None):
        raise LoadInvalid(
            "--language-model and --answer-seconds belong together: give pages a second of one GPU, and the "
            "seconds that a document's answers take, as you measured them with your model and server."
        )
    return Load(
        options.pages_per_day,
        options.scanned_share,
        options.pages_per_document,
        options.peak,
        options.utilisation,
        None if speed is None else Model(speed, waits, options.language_share),
    )


def scenario(options: argparse.Namespace) -> tuple[Scenario, Scaling]:
    """What is simulated.

    Raises:
        LoadInvalid: a number makes no sense, or a GPU's start is not given.
    """
    if options.language_model is not None and options.gpu_start is None:
        raise LoadInvalid(
            "--gpu-start is needed with --language-model: seconds until a GPU that was at zero answers, the node's "
            "start and the loading of weights included, as your cluster takes."
        )
    for name in ("lag_seconds", "polling", "target"):
        if not (value := getattr(options, name)) > 0 or not math.isfinite(value):
            raise LoadInvalid(f"--{name.replace('_', '-')} is {value:g}: give seconds, more than 0.")
    if options.sized_for is not None:
        within("--sized-for", options.sized_for, 1.0, 24.0)
    return (
        Scenario(
            options.burst,
            options.burst_minutes,
            options.burst_at,
            options.long_documents,
            options.long_pages,
            options.reprocess,
            options.reprocess_at,
            options.reprocess_rate,
        ),
        _scaling(options),
    )


def _scaling(options: argparse.Namespace) -> Scaling:
    gpu_start = options.gpu_start or 0.0
    if options.values is None:
        return Scaling(options.lag_seconds, options.polling, options.cooldown, gpu_start, options.sized_for)
    site = chart.read(options.values)
    return Scaling(Scaling.lag_seconds, site.polling, site.cooldown, gpu_start, options.sized_for, site)


def _load(one: argparse.ArgumentParser) -> None:
    one.add_argument("--pages-per-day", type=_number, required=True, help="such as 10_000_000")
    one.add_argument("--scanned-share", type=float, required=True, help="of the pages, from 0 to 1")
    one.add_argument("--pages-per-document", type=float, required=True, help="on average")
    one.add_argument("--peak", type=float, required=True, help="busiest hour to the day's average")
    one.add_argument(
        "--utilisation", type=float, default=0.7, help="of a worker at the peak (0.7); the rest is headroom"
    )
    one.add_argument("--language-model", type=float, metavar="PAGES", help="pages a second that one GPU answers")
    one.add_argument("--answer-seconds", type=float, help="that a worker waits for a document's answers")
    one.add_argument("--language-share", type=float, default=1.0, help="of the documents that it reads (1)")
    one.add_argument("--partitions", type=_partitions, action="append", default=[], metavar="TOPIC=COUNT")


def _scenario(one: argparse.ArgumentParser) -> None:
    usual = Scenario()
    one.add_argument("--burst", type=float, default=usual.burst, help="times the average, on top of the curve")
    one.add_argument("--burst-minutes", type=float, default=usual.burst_minutes)
    one.add_argument("--burst-at", type=float, default=usual.burst_at, help="hour of the day")
    one.add_argument("--long-documents", type=int, default=usual.long_documents, help="sent with the burst")
    one.add_argument("--long-pages", type=int, default=usual.long_pages, help="of each of them")
    one.add_argument("--reprocess", type=int, default=usual.reprocessed, help="documents sent again, from ocr on")
    one.add_argument("--reprocess-at", type=float, default=usual.reprocessed_at, help="hour of the day")
    one.add_argument("--reprocess-rate", type=float, default=usual.reprocessed_rate, help="of them a second")
    one.add_argument("--target", type=float, default=60.0, help="seconds within which 95 of 100 shall end (60)")
    one.add_argument(
        "--lag-seconds", type=float, default=Scaling.lag_seconds, help="work that may wait for a worker"
    )
    one.add_argument("--polling", type=float, default=Scaling.polling, help="seconds between looks at the lag")
    one.add_argument("--cooldown", type=float, default=Scaling.cooldown, help="seconds without lag before zero")
    one.add_argument(
        "--values",
        type=Path,
        metavar="FILE",
        help="of a site for helm/chancery: its scaling in place of these three",
    )
    one.add_argument("--gpu-start", type=float, help="seconds until a GPU that was at zero answers")
    one.add_argument("--sized-for", type=float, help="workers for so many times the average (the peak)")
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--results", type=Path, default=RESULTS, help="where page and JSON go")


def _number(text: str) -> float:
    return float(text.replace("_", "").replace(",", ""))


def _partitions(text: str) -> tuple[str, int]:
    topic, _, number = text.partition("=")
    return topic, int(number)
