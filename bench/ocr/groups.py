"""Documents with truth in groups: by what the manifest says of them, and pages made worse from the clean ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from bench import pages
from bench.manifest import Entry
from bench.ocr import degrade
from processors.ocr.language import ISO_OF_PACK

#: Words in a manifest's remarks that name a group; the first that fits. A group is one thing that is hard.
_TOLD_BY = {
    "skewed": r"\bskew",
    "turned": r"\bturned\b|\brotat|\bupside|\bsideways",
    "fax": r"\bfax",
    "noisy": r"\bnois|\blow contrast|\bspeckle|\bblur",
}
#: Fewer characters of truth say nothing.
_LEAST_TRUTH = 40
#: Longer documents are for the cost, not for the accuracy.
_MOST_PAGES = 4
#: A page made worse must have been good: its group would otherwise measure two things. These take turns, and what
#: they lack is made up from receipts, which are short and rarely sharp.
_CLEAN, _NEXT_BEST = ("text_layer", "scans"), "receipts"
#: Dots per inch that a page must have had for a lower resolution to be one.
_LEAST_DPI = 200

PACKS = {iso: pack for pack, iso in ISO_OF_PACK.items()}


@dataclass(frozen=True)
class Case:
    """A document to be read and compared with its truth."""

    group: str
    path: Path
    pages: int
    truth: str
    #: Tesseract's pack for its language
    pack: str
    #: whether the benchmark made it worse itself
    made: bool = False


def pack(language: str) -> str:
    """Tesseract's pack for a manifest's language; English where it says nothing."""
    short = re.split(r"[-_+]", language.casefold())[0]
    return PACKS.get(short, short) or "eng"


def cases(entries: Iterable[Entry], folder: Path, most: int, say: Callable[[str], None]) -> list[Case]:
    """At most `most` documents a group, always the same ones; what is made worse is written into `folder`."""
    by_group: dict[str, list[Case]] = {}
    for entry in entries:
        case = _case(entry)
        if case is not None and len(by_group.setdefault(case.group, [])) < most:
            by_group[case.group].append(case)
    clean = [*_in_turns([_good(by_group.get(group, [])) for group in _CLEAN]), *_good(by_group.get(_NEXT_BEST, []))]
    for way in degrade.WAYS:
        there = by_group.setdefault(way, [])
        for number, case in enumerate(clean):
            if len(there) >= most:
                break
            page = next(pages.pictures(case.path, [1]))
            if page.dpi >= _LEAST_DPI or way not in ("low_resolution", "fax"):
                say(f"making a page worse: {way}")
                made = degrade.write(way, page, case.path.name, folder / f"{way}-{number:02}")
                there.append(Case(way, made, 1, case.truth, case.pack, made=True))
    return [case for group in sorted(by_group) for case in by_group[group]]


def _good(those: list[Case]) -> list[Case]:
    return [case for case in those if case.pages == 1 and case.pack == "eng"]


def _in_turns(lists: list[list[Case]]) -> list[Case]:
    return [case for turn in zip_longest(*lists) for case in turn if case is not None]


def _case(entry: Entry) -> Case | None:
    truth = entry.text()
    if len(truth) < _LEAST_TRUTH:
        return None
    try:
        if pages.count(entry.path) > _MOST_PAGES:
            return None
        kinds = set(pages.kinds(entry.path)) - {"blank"}
        count = pages.count(entry.path)
    except pages.Unreadable:
        return None  # office files and mails have text, but no pages
    if not kinds:
        return None
    kind = kinds.pop() if len(kinds) == 1 else "mixed"
    return Case(_group(entry, kind), entry.path, count, truth, pack(entry.language))


def _group(entry: Entry, kind: str) -> str:
    if kind != "scan":
        # "mixed" has a layer over a scan, somebody's old recognition mostly, or scans among other pages.
        return "text_layer" if kind == "text_layer" else "layer_over_scan"
    for group, words in _TOLD_BY.items():
        if re.search(words, entry.remarks):
            return group
    if pack(entry.language) != "eng":
        return "languages"
    return "receipts" if "receipt" in entry.doc_type else "scans"
