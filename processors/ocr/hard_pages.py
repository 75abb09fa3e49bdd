"""Pages that Tesseract can hardly read, put before a model that sees, once the range is read.

The first call ends with questions. The second finds the pages where the first left them, and the answers beside
them; a page whose question has none keeps Tesseract's words and says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from PIL import Image

from processors.config import Limits
from processors.formats.port import Refused
from processors.ocr.opening import open_source
from processors.ocr.picture import Picture
from processors.ocr.progress import Progress
from processors.ocr.source import PageSource
from processors.pages import Page, read_pages
from processors.stage import Question, Work

NOT_ESCALATED = "not_escalated"
_MERGING = "merging"


class Escalation(Protocol):
    """Which pages are hard, what is asked about them, and what becomes of an answer."""

    def wanted(self, page: Page) -> bool:
        """Whether a page is to be read by the model."""
        ...

    def question(self, page: Page, picture: Image.Image, scratch: Path) -> Question:
        """What is asked about a page; `picture` is the page upright."""
        ...

    def merged(self, page: Page, untrusted_text: str) -> Page:
        """The page with what the model read."""
        ...


@dataclass(frozen=True)
class HardPages:
    """The pages of one range that may be escalated."""

    escalation: Escalation
    limits: Limits

    def questions(self, work: Work, output: Path, *, force_ocr: bool) -> tuple[Question, ...]:
        """What is to be asked; nothing where it was asked before."""
        asked = _asked_file(work)
        if asked.exists():
            return ()
        names = {page.number: "" for page in read_pages(output) if self.escalation.wanted(page)}
        if not names:
            return ()
        # Written before anything is asked: where asking kills a try, the next one goes on without.
        asked.write_text(json.dumps(names), encoding="utf-8")
        found = []
        with open_source(work, self.limits, force_ocr=force_ocr) as source:
            for page in read_pages(output):
                picture = _picture(source, page.number) if page.number in names else None
                if picture is not None:
                    found.append(self.escalation.question(page, _upright(picture, page.turned), work.scratch))
        names |= {one.page: one.name for one in found}
        asked.write_text(json.dumps(names), encoding="utf-8")
        return tuple(found)

    def merge(self, work: Work, progress: Progress, output: Path) -> None:
        """Put the answers into the pages."""
        asked = _asked_file(work)
        if not asked.exists():
            return
        names: Mapping[str, str] = json.loads(asked.read_text(encoding="utf-8"))
        # An answer that killed an earlier try is left out, and since nobody knows which it was, so are the others.
        answers = {} if progress.died_in(_MERGING) else work.untrusted_answers
        progress.begin(_MERGING)
        merged = output.with_suffix(".merged")
        with merged.open("w", encoding="utf-8") as lines:
            for page in read_pages(output):
                name = names.get(str(page.number))
                lines.write((page if name is None else self._answered(page, answers.get(name))).to_json() + "\n")
        merged.replace(output)
        # Merged once: a later try finds nothing to merge.
        asked.write_text("{}", encoding="utf-8")

    def _answered(self, page: Page, untrusted_answer: Path | None) -> Page:
        if untrusted_answer is None:
            return replace(page, notes=(*page.notes, NOT_ESCALATED))
        return self.escalation.merged(page, untrusted_answer.read_text(encoding="utf-8", errors="replace"))


def _picture(source: PageSource, number: int) -> Picture | None:
    try:
        read = source.read(number)
    except Refused:
        return None
    return read if isinstance(read, Picture) else None


def _upright(picture: Picture, turned: int) -> Image.Image:
    """The page's picture turned by so many degrees clockwise; Pillow turns the other way."""
    return picture.image.rotate(-turned, expand=True) if turned else picture.image


def _asked_file(work: Work) -> Path:
    return work.scratch / "asked.json"
