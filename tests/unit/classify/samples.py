"""A small head, page files and texts for the tests of classification."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from processors.classify.guard import Guard
from processors.classify.head import Head
from processors.classify.phrases import Phrases
from processors.classify.terms import terms
from processors.events import DocumentId, DocumentRecognised, Event, Original
from processors.pages import Page, Word
from processors.stage import Work
from processors.text_encoder.port import Floats

RECEIPT = """SUNRISE MINI MARKET
CASH BILL
DATE 12/03/2018
MILK 1 X 4.50
BREAD 2 X 3.20
TOTAL 10.90
CASH 20.00
CHANGE 9.10"""
OTHER_RECEIPT = """KEDAI BUKU AMAN
RECEIPT NO 0021
PEN 3 @ 1.20 3.60
GST 6% 0.22
TOTAL RM 3.82
CASH RM 5.00
CHANGE RM 1.18
THANK YOU"""
CONTRACT = """NON-DISCLOSURE AGREEMENT
This Agreement is entered into by and between the Disclosing Party and the Receiving Party. The Receiving Party
shall hold the Confidential Information in strict confidence and shall not disclose it to any third party without
the prior written consent of the Disclosing Party. This Agreement shall be governed by the laws of Delaware."""


#: Every kind is known: the guard asks for no phrases.
TRUSTING = (30.0, 0.0, 0.0)
#: A document must show its type's phrases.
STRICT = (0.0, 6.0, 0.0)


def phrases() -> Phrases:
    """ "left" has "left bank" printed on it, "right" has "right bank"."""
    ids = np.array([terms(["left", "bank"]), terms(["right", "bank"])], np.uint32)
    return Phrases(ids, np.full(ids.shape, 1 / 3, np.float32), np.array([0, 1]))


def head(
    threshold: float = 0.6,
    limit: float = 0.5,
    temperature: float = 1.0,
    acceptance: tuple[float, ...] = TRUSTING,
    floor: float = 0.0,
) -> Head:
    """Two types in a plane: "left" around (1, 0), "right" around (0, 1)."""
    plane = np.eye(2, dtype=np.float32)
    guard = Guard(
        prototypes=plane,
        owners=np.array([0, 1]),
        limits=np.full(2, limit, np.float32),
        phrases=phrases(),
        floors=np.full(2, floor, np.float32),
        acceptance=np.tile(np.array(acceptance, np.float32), (2, 1)),
    )
    return Head(("left", "right"), plane * 4, np.zeros(2, np.float32), temperature, threshold, guard)


class PlaneEncoder:
    """Counts words: "left" and "right" are the axes; an encoder in ten lines."""

    name = "plane 1"

    def embed(self, texts: Sequence[str]) -> Floats:
        rows = np.array([[text.count("left"), text.count("right")] for text in texts], np.float32).reshape(-1, 2)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
        return rows


def page(text: str, number: int = 1) -> Page:
    lines = [line.split() for line in text.split("\n")]
    words = tuple(Word(word, (0, 0, 1, 1), 1.0, row, 0) for row, line in enumerate(lines) for word in line)
    return Page(number, 612, 792, 1, "text_layer", "test", "", words)


def work(folder: Path, *pages: Page) -> Work:
    """What the runtime would hand to the stage."""
    file = folder / "pages.jsonl"
    file.write_text("".join(one.to_json() + "\n" for one in pages), encoding="utf-8")
    original = Original(bucket="inbox-test", key="a", version_id="1", size=1)
    document = DocumentId(id="d1", agency="test", original=original)
    data = DocumentRecognised(document=document, pages=len(pages))
    time = datetime(2026, 1, 1, tzinfo=UTC)
    event: Event[DocumentRecognised] = Event(id="e1", type=data.TYPE, source="/chancery/ocr", time=time, data=data)
    return Work(event, {"pages": file}, folder)
