"""`python -m processors.forge.calibrate_labels --documents DIR --pages DIR`: measure what a confidence is worth.

Reads labelled documents without calibration, and writes for each field the precision that raw confidences of a
height had: isotonic bins (pool adjacent violators), each with at least `FEWEST` values. Prints what would be
released unseen, for the half of the documents on which the type files were made and for the half on which they were
not; each document is judged by bins that were made without it (`FOLDS` folds of documents).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jsonschema import Draft202012Validator

from processors.config import PACKAGE, SCHEMAS
from processors.document_types import DocumentType, FieldRule
from processors.extract.confidence import Bins, Calibration
from processors.forge.evaluation.labelled import Half, Labelled, documents, paths, share

#: below this a bin's precision is chance
FEWEST = 8
FOLDS = 5


@dataclass(frozen=True)
class Value:
    """One value that was read for a field whose label is known."""

    document: str
    #: "type/field"
    key: str
    raw: float
    right: bool


@dataclass
class Released:
    """What would be released unseen, counted over documents."""

    #: values read for a labelled field; those at or above the threshold; the right ones of these
    read: int = 0
    sure: int = 0
    right: int = 0
    #: documents; those in which nothing is in doubt; those of them in which a value is wrong, or one was not read
    documents: int = 0
    whole: int = 0
    spoilt: int = 0
    lacking: int = 0

    def add(
        self, values: Sequence[tuple[Value, float]], threshold: float, *, valid: bool, lacking: bool = False
    ) -> None:
        """Count a document: its values with their confidence, and what `Read` says of it."""
        sure = [value for value, confidence in values if confidence >= threshold]
        whole = valid and len(sure) == len(values)
        self.read, self.sure = self.read + len(values), self.sure + len(sure)
        self.right += sum(value.right for value in sure)
        self.documents, self.whole = self.documents + 1, self.whole + whole
        self.spoilt += whole and not all(value.right for value in sure)
        self.lacking += whole and lacking

    def row(self) -> str:
        """For a table."""
        precision = self.right / self.sure if self.sure else float("nan")
        return (
            f"values released {self.sure:4} of {self.read:4} ({self.sure / max(self.read, 1):.2f}), "
            f"precision {precision:.3f}; documents released whole {self.whole:3} of {self.documents:3}, "
            f"with a wrong value {self.spoilt}, without a value that is there {self.lacking}"
        )


@dataclass(frozen=True)
class Read:
    """A document and its values."""

    name: str
    half: Half
    document_type: DocumentType
    values: tuple[Value, ...]
    #: the values fit the type's schema: every required field is there
    valid: bool = True
    #: a labelled value was not read at all
    lacking: bool = False


def isotonic(samples: Iterable[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Bins (lowest raw confidence, precision), rising; add-one smoothing, so that no bin is ever sure."""
    bins: list[tuple[float, int, int]] = []  # lowest raw, right, all
    for raw, right in sorted(samples):
        if bins and (bins[-1][2] < FEWEST or bins[-1][0] == raw):
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


def measure(found: Iterable[Labelled]) -> Iterator[Read]:
    """Raw confidence and correctness of every value that was read for a field whose label is known."""
    for document in found:
        kind, values = document.document_type, []
        for rule in kind.fields:
            if document.wanted(rule) is not None:
                values += [
                    Value(
                        document.name, f"{kind.name}/{rule.name}", _raw(document, path), document.right(rule, value)
                    )
                    for path, value in paths(document.fields, rule)
                ]
        valid = Draft202012Validator(dict(kind.schema)).is_valid(document.fields.values)
        lacking = any(_lacks(document, rule) for rule in kind.fields)
        yield Read(document.name, document.half, kind, tuple(values), valid, lacking)


def _lacks(document: Labelled, rule: FieldRule) -> bool:
    """Whether fewer values were read than are labelled; a label of one field holds alternatives."""
    labels = set(document.wanted(rule) or ())
    return len(paths(document.fields, rule)) < (len(labels) if rule.many else min(len(labels), 1))


def _raw(document: Labelled, path: str) -> float:
    return document.fields.evidence[path].confidence


def fit(read: Iterable[Read]) -> dict[str, Bins]:
    """The bins of every field of which there are enough values."""
    samples: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for document in read:
        for value in document.values:
            samples[value.key].append((value.raw, value.right))
    return {key: isotonic(rows) for key, rows in sorted(samples.items()) if len(rows) >= FEWEST}


def released(read: Sequence[Read]) -> dict[tuple[str, Half], Released]:
    """What would be released, by type and half; no document is judged by bins that it helped to make."""
    found: dict[tuple[str, Half], Released] = defaultdict(Released)
    for fold in range(FOLDS):
        calibration = Calibration(fit(one for one in read if share(f"fold {one.name}", FOLDS) != fold))
        for one in read:
            if share(f"fold {one.name}", FOLDS) == fold:
                kind = one.document_type
                values = [
                    (v, calibration.confidence(kind.name, v.key.partition("/")[2], v.raw)) for v in one.values
                ]
                found[kind.name, one.half].add(values, kind.threshold, valid=one.valid, lacking=one.lacking)
    return found


def main(arguments: Iterable[str] | None = None) -> int:
    """Measure, print and write the bins."""
    parser = argparse.ArgumentParser(description="Calibrate the confidences of the label reader.")
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--types", type=Path, default=SCHEMAS / "documents")
    parser.add_argument("--output", type=Path, default=PACKAGE / "models" / "labels_calibration.json")
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    read = list(measure(documents(chosen.documents, chosen.pages, chosen.types, uncapped=True)))
    for (kind, half), one in sorted(released(read).items()):
        sys.stdout.write(f"{kind:26} {half:8} {one.row()}\n")
    bins = fit(read)
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(rows)}" for key, rows in bins.items())
    chosen.output.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    sys.stdout.write(f"{len(bins)} fields measured, written to {chosen.output}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
