"""Labelled page pictures in groups: as they were scanned, and made worse in ways whose measure is known.

Taken from a folder's MANIFEST.csv: pictures whose `truth_text` names a text, and the first pages of PDF files whose
text layer is good, drawn as pictures; their own text is the truth.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from bench.preparation.sources import opened
from processors.config import Limits
from processors.formats.port import Refused
from processors.ocr.picture import Picture
from processors.pages import Page


@dataclass(frozen=True)
class Labelled:
    """One document's pictures and the words that stand on them."""

    name: str
    group: str
    pictures: tuple[Picture, ...]
    truth: str


def labelled(folder: Path, limits: Limits, most: int) -> Iterator[Labelled]:
    """All labelled pages, group by group.

    Args:
        folder: with a MANIFEST.csv
        limits: on pages and pictures
        most: so many PDF files of each language are drawn, and so many upright pages made worse in each way
    """
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if not row["expect"]]
    upright = []
    for row in rows:
        truth = folder / Path(row["path"]).with_suffix(".txt")
        if truth.is_file() and (pictures := _pictures(folder / row["path"], limits)):
            one = Labelled(row["path"], _group(row), pictures, truth.read_text(encoding="utf-8"))
            yield one
            if one.group == "pages" and len(pictures) == 1:
                upright.append(one)
    yield from _drawn(folder, rows, limits, most)
    for one in upright[:: max(len(upright) // most, 1)][:most]:
        yield from _made_worse(one)


def word_f1(untrusted_text: str, truth: str) -> float:
    """Agreement of the words of two texts, whatever their order, 0 to 1."""
    ours, theirs = (Counter(text.casefold().split()) for text in (untrusted_text, truth))
    return 2 * (ours & theirs).total() / max(ours.total() + theirs.total(), 1)


def _group(row: dict[str, str]) -> str:
    if row["doc_type"] == "receipt":
        return "receipts"
    if row["language"] != "en":
        return "other languages"
    for word in ("turned", "skewed", "noise"):
        if word in row["transform"]:
            return word
    return "pages"


def _pictures(path: Path, limits: Limits) -> tuple[Picture, ...]:
    """The pages, where all of them must be recognised."""
    try:
        with opened(path, limits) as (source, count):
            read = [source.read(number) for number in range(1, count + 1)]
    except Refused:
        return ()
    return tuple(one for one in read if isinstance(one, Picture)) if not any(map(_is_page, read)) else ()


def _is_page(read: Page | Picture) -> bool:
    return isinstance(read, Page)


def _drawn(folder: Path, rows: list[dict[str, str]], limits: Limits, most: int) -> Iterator[Labelled]:
    """First pages with a good text layer, as pictures."""
    left: Counter[str] = Counter()
    for row in rows:
        group = "drawn, forms" if row["path"].startswith("fcc/") else f"drawn, {row['language']}"
        if row["media_type"] != "application/pdf" or left[group] >= most:
            continue
        try:
            with opened(folder / row["path"], limits) as (source, _):
                page = source.read(1)
            if not isinstance(page, Page) or len(page.words) < 50:
                continue
            with opened(folder / row["path"], limits, text_layers=False) as (source, _):
                picture = source.read(1)
        except Refused:
            continue
        if isinstance(picture, Picture):
            left[group] += 1
            yield Labelled(row["path"], group, (picture,), page.text())


def _made_worse(one: Labelled) -> Iterator[Labelled]:
    """The same page as worse scanners and hands would deliver it."""
    (picture,) = one.pictures
    grey = np.asarray(picture.image)
    noise = np.random.default_rng(0).normal(0, 22, grey.shape)
    blurred = cv2.GaussianBlur(grey, (0, 0), 1.0).astype(np.float64)
    coarse = 150 / picture.dpi
    small = cv2.resize(grey, None, fx=coarse, fy=coarse, interpolation=cv2.INTER_AREA) if coarse < 1 else grey
    worse = {
        "made: leaning 1 degree": _leaning(grey, 1.0),
        "made: leaning 3 degrees": _leaning(grey, -3.0),
        "made: blurred and noisy": (blurred * 0.8 + 40 + noise).clip(0, 255),
        "made: pale": 205.0 + grey * (40 / 255),
        "made: on its side": np.rot90(grey),
        "made: upside down": np.rot90(grey, 2),
    }
    for group, pixels in worse.items():
        image = Image.fromarray(np.ascontiguousarray(pixels).astype(np.uint8))
        size = (picture.height, picture.width) if "side" in group else (picture.width, picture.height)
        made = replace(picture, image=image, width=size[0], height=size[1])
        yield Labelled(one.name, group, (made,), one.truth)
    made = replace(picture, image=Image.fromarray(np.asarray(small, np.uint8)), dpi=picture.dpi * min(coarse, 1.0))
    yield Labelled(one.name, "made: 150 dpi", (made,), one.truth)


def _leaning(grey: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], degrees: float) -> np.ndarray:
    height, width = grey.shape
    turning = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(grey, turning, (width, height), flags=cv2.INTER_LINEAR, borderValue=255))
