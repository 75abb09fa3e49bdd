"""Which part of a dataset a document belongs to, and which of two labels of one document counts.

A document is known by its content: the digest of its file, or of its page records where there is no file. Whatever
it is called later, and however often it comes, it stays in the part in which it was first: a test document that
slipped into training would make every later figure a lie.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from processors.digests import file_sha256
from processors.forge.datasets.dataset_store import Gathered
from processors.forge.errors import ForgeError
from processors.forge.samples import Sample, Split, split_of


def merged(gathered: Iterable[Gathered]) -> tuple[list[Gathered], int]:
    """One of each document, and how many were duplicates of others.

    A review counts more than a label, since a person looked later; of two reviews the last. Labels that agree are
    one label.

    Raises:
        ForgeError: a document has two labels that differ, and no review decides.
    """
    kept: dict[str, Gathered] = {}
    duplicates = 0
    for one in gathered:
        known = kept.get(key := _content(one))
        duplicates += known is not None
        if known is None or one.sample.origin == "review":
            kept[key] = one
        elif known.sample.origin != "review" and _says(known.sample) != _says(one.sample):
            raise ForgeError(
                f"{known.sample.name} and {one.sample.name} are the same file with different labels: correct one."
            )
    return _unique_names(kept.values()), duplicates


def assigned(gathered: Iterable[Gathered], history: Iterable[Sample], seed: int) -> list[Gathered]:
    """Every document in its part: that of earlier versions, and for new ones the part that its name gives."""
    by_content: dict[str, Split] = {}
    by_name: dict[str, Split] = {}
    for sample in history:
        by_content.setdefault(sample.sha256 or sample.pages_sha256, sample.split)
        by_name.setdefault(sample.name, sample.split)
    result = []
    for one in gathered:
        name = one.sample.name
        split = by_content.get(_content(one)) or by_name.get(name) or split_of(name, seed)
        result.append(replace(one, sample=replace(one.sample, split=split)))
    return result


def _content(one: Gathered) -> str:
    return one.sample.sha256 or file_sha256(one.pages)


def _says(sample: Sample) -> tuple[object, ...]:
    return sample.type, sample.labels, sample.complete, sample.month_only


def _unique_names(gathered: Iterable[Gathered]) -> list[Gathered]:
    """Names that are unique: of different documents of one name the later get a piece of their digest behind it."""
    names: set[str] = set()
    result = []
    for one in gathered:
        name = one.sample.name
        if name in names:
            name = f"{name}-{_content(one)[:8]}"
        names.add(name)
        result.append(replace(one, sample=replace(one.sample, name=name)))
    return result
