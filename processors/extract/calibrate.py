"""`python -m processors.extract.calibrate --documents DIR --pages DIR`: measure what a confidence is worth.

Reads labelled documents without calibration, and writes for each field the precision that raw confidences of a
height had: isotonic bins (pool adjacent violators), each with at least `FEWEST` values.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from processors.config import PACKAGE, SCHEMAS
from processors.forge.score_fields import documents, paths, same

#: below this a bin's precision is chance
FEWEST = 8
Sample = tuple[float, bool]


def isotonic(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """Bins (lowest raw confidence, precision), rising; add-one smoothing, so that no bin is ever sure."""
    bins: list[tuple[float, int, int]] = []  # lowest raw, right, all
    for raw, right in sorted(samples):
        if bins and bins[-1][2] < FEWEST:
            low, good, count = bins.pop()
            bins.append((low, good + right, count + 1))
        else:
            bins.append((raw, int(right), 1))
    pooled: list[tuple[float, int, int]] = []
    for one in bins:
        pooled.append(one)
        while len(pooled) > 1 and (_precision(pooled[-2]) >= _precision(pooled[-1]) or pooled[-1][2] < FEWEST):
            (low, good, count), (_, more, extra) = pooled[-2:]
            pooled[-2:] = [(low, good + more, count + extra)]
    return [(round(low, 4), round(_precision((low, good, count)), 4)) for low, good, count in pooled]


def _precision(one: tuple[float, int, int]) -> float:
    return (one[1] + 1) / (one[2] + 2)


def measure(folder: Path, pages: Path, types: Path) -> dict[str, list[Sample]]:
    """Raw confidence and correctness of every value that was read for a labelled field, by "type/field"."""
    found: dict[str, list[Sample]] = defaultdict(list)
    for document in documents(folder, pages, types, uncapped=True):
        for rule in document.document_type.fields:
            label = document.labels.get(rule.name)
            labels = [] if label is None else label if isinstance(label, list) else [label]
            for path, value in paths(document.fields, rule):
                right = any(same(rule, value, one, month_only=document.month_only) for one in labels)
                key = f"{document.document_type.name}/{rule.name}"
                found[key].append((document.fields.evidence[path].confidence, right))
    return found


def main(arguments: Iterable[str] | None = None) -> int:
    """Measure and write the bins."""
    parser = argparse.ArgumentParser(description="Calibrate the confidences of the label reader.")
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--types", type=Path, default=SCHEMAS / "documents")
    parser.add_argument("--output", type=Path, default=PACKAGE / "models" / "labels_calibration.json")
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    samples = measure(chosen.documents, chosen.pages, chosen.types)
    bins = {key: isotonic(rows) for key, rows in sorted(samples.items()) if len(rows) >= FEWEST}
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(rows)}" for key, rows in bins.items())
    chosen.output.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    sys.stdout.write(f"{len(bins)} fields measured, written to {chosen.output}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
