"""Fonts, texts and real strips for training, small and made on the spot."""

from __future__ import annotations

from pathlib import Path

from processors.forge.line_reader.batches import Source
from processors.forge.line_reader.fonts import Font
from processors.forge.line_reader.labelled_strips import Labelled
from processors.forge.line_reader.printing import Press
from processors.forge.line_reader.wearing import Wear
from tests.corpus import make

LINES = ("TOTAL 40.62", "CASH 50.00", "CHANGE 9.38", "Thank you")
PROSE = ("The applicant filed the annual report", "payable within thirty days")
FONT = Font(Path(make.FONT), fixed=False, lacks=frozenset())


def source(**more: object) -> Source:
    return Source(LINES, PROSE, (FONT,), **more)  # type: ignore[arg-type]


def real(count: int) -> list[Labelled]:
    """Strips of so many documents, one each."""
    press, wear = Press((FONT,), 5), Wear(5)
    strips: list[Labelled] = []
    while len(strips) < count:
        text = LINES[len(strips) % len(LINES)]
        if (ink := press.line(text, 500)) is not None:
            strips.append(Labelled(wear.worn(ink), text, f"receipt-{len(strips)}"))
    return strips
