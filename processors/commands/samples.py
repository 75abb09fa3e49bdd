"""The sample documents that the demo sends, as their manifest lists them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from processors.commands.exits import CommandError, Exit
from processors.config import PACKAGE

#: In a checkout, beside the package; an installed wheel holds none.
FOLDER = PACKAGE.parent / "samples"


@dataclass(frozen=True)
class Sample:
    """One sample document."""

    path: Path
    agency: str
    #: a document type; empty where the document should not get that far
    expected_type: str
    #: such as "result", "result or review", "quarantined"
    expected_end: str


def samples(folder: Path) -> tuple[Sample, ...]:
    """The samples of a folder, in the order of its manifest.

    Raises:
        CommandError: there is no manifest, or it cannot be used.
    """
    manifest = folder / "MANIFEST.csv"
    try:
        with manifest.open(encoding="utf-8", newline="") as rows:
            return tuple(
                Sample(folder / row["file"], row["agency"], row["expected_type"], row["expected_end"])
                for row in csv.DictReader(rows)
            )
    except (OSError, KeyError, ValueError) as error:
        raise CommandError(
            Exit.FAILED,
            f"{manifest} cannot be used ({error}). Run this in a checkout, or name a folder in --samples.",
        ) from error
