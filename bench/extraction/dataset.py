"""A folder of documents as a dataset on disk: what training and evaluation read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.extraction.folder import Entry
from processors.forge.evaluation.reading import Case
from processors.forge.samples import Sample, split_of, write_samples


def make(entries: Sequence[Entry], pages: Mapping[str, str], folder: Path) -> list[Case]:
    """Write the page records of documents, and give the documents as cases; those without pages are left out."""
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    found = []
    for one in entries:
        if one.name not in pages:
            continue
        content = pages[one.name].encode("utf-8")
        sample = Sample(
            name=one.name,
            type=one.type,
            split="test",
            labels=one.labels,
            complete=one.complete,
            month_only=one.month_only,
            sha256=one.sha256,
            pages_sha256=hashlib.sha256(content).hexdigest(),
        )
        sample.pages(folder).write_bytes(content)
        found.append(Case(sample, sample.pages(folder), one.seen, one.path))
    return found


def for_training(cases: Sequence[Case], folder: Path) -> Path:
    """A dataset of these documents in the parts train and dev alone; returns its folder.

    The documents that are judged lie outside of it, so no part of it need be locked away.
    """
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    samples = []
    for case in cases:
        split = split_of(case.sample.name)
        samples.append(replace(case.sample, split="dev" if split == "dev" else "train"))
        place = case.sample.pages(folder)
        if not place.exists():
            place.symlink_to(case.pages.resolve())
    write_samples(folder, samples)
    about = {"name": folder.name, "version": 1, "seed": 0, "documents": len(samples)}
    (folder / "dataset.json").write_text(json.dumps(about) + "\n", encoding="utf-8")
    return folder
