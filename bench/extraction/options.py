"""The command line of `bench.extraction`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.calling import RESULTS, count


def parse(description: str | None, arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for.

    `only` is a set of names, `few_shot` sizes in rising order; a folder that is missing is an error of the call.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.extraction", description=description)
    parser.add_argument(
        "--documents", type=Path, required=True, help="folder with MANIFEST.csv and labels.jsonl files"
    )
    parser.add_argument("--train", type=Path, help="train on this folder, judge on all of --documents")
    parser.add_argument(
        "--only", type=_names, default=frozenset(), help="sets, such as fara,fcc,nda,receipts (all)"
    )
    parser.add_argument("--folds", type=int, default=0, help="cross-validate instead: so many folds, at least 2")
    parser.add_argument("--few-shot", type=_sizes, default=[], help="sizes such as 10,50,100,200; learns for each")
    parser.add_argument("--pages", type=Path, help="cache of page records, by digest and page (.chancery)")
    parser.add_argument("--models", type=Path, help="models folder to judge instead of the shipped one")
    parser.add_argument(
        "--timed-pages", type=int, default=8, help="scanned pages recognised for their cost (8); 0: none"
    )
    parser.add_argument("--no-classify", action="store_true", help="leave classification out")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where tables, plot and report are written")
    parser.add_argument("--report", type=Path, help="where the report with pictures is written (results folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line of the output")
    options = parser.parse_args(arguments)
    if options.folds == 1 or options.folds < 0:
        parser.error("--folds is at least 2")
    if options.folds and options.train:
        parser.error("either --train or --folds")
    for folder in (options.documents, options.train, options.models):
        if folder is not None and not folder.is_dir():
            parser.error(f"{folder} is no folder")
    return options


def _names(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.split(",") if one.strip())


def _sizes(text: str) -> list[int]:
    return sorted(count(one) for one in text.split(","))
