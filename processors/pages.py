"""What was read on a page: the record that recognition writes and every later stage reads.

One page is one line of JSON in `pages.jsonl`. Boxes are in PDF points with the origin at the top left, whatever
the engine and the resolution; `scale` converts to pixels of the page picture.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

Box = tuple[float, float, float, float]
#: "failed": the page could not be read and says so in `fault`; "model": a model that sees read it, not Tesseract
Source = Literal["text_layer", "ocr", "blank", "model", "failed"]
SOURCES: tuple[Source, ...] = get_args(Source)
#: Quotation marks inside a text are written with a backslash: in a record this stands before the words alone.
_BEFORE_WORDS, _NO_WORDS = ',"words":[', ',"words":[]}'
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page."""

    text: str
    #: x0, y0, x1, y1 in points, origin top left; without area where the word's place could not be proven
    box: Box
    #: 0 to 1; 1 for a text layer
    confidence: float
    #: counted from 0 within the page, in reading order
    line: int
    block: int

    @property
    def placed(self) -> bool:
        """Whether it is known where the word stands: nothing else may prove a value."""
        return self.box[0] < self.box[2] and self.box[1] < self.box[3]


@dataclass(frozen=True, slots=True)
class Page:
    """One page and the words on it, in reading order."""

    #: counted from 1
    number: int
    #: points
    width: float
    height: float
    #: pixels per point of the picture that was read; 1 for a text layer
    scale: float
    source: Source
    #: such as "tesserocr 5.5.4" or "pdfium"
    engine: str
    #: Tesseract language codes that were used, joined by +; "" for a text layer
    language: str
    words: tuple[Word, ...]
    #: degrees, clockwise, by which the page was turned to be upright for reading: 0, 90, 180 or 270
    turned: int = 0
    #: degrees, clockwise, by which the upright page leans
    skew: float = 0.0
    #: how well the scan can be read at all, 0 to 1; 1 for a text layer
    quality: float = 1.0
    #: remarks from our own vocabulary, such as "missing_pack:ara"
    notes: tuple[str, ...] = ()
    #: why the page could not be read, from our own vocabulary; "" for a page that was
    fault: str = ""

    @property
    def confidence(self) -> float:
        """Mean word confidence, 0 to 1; 0 for a page without words."""
        return sum(w.confidence for w in self.words) / len(self.words) if self.words else 0.0

    def lines(self) -> list[list[Word]]:
        """The words grouped by line, in reading order."""
        grouped: dict[int, list[Word]] = {}
        for word in self.words:
            grouped.setdefault(word.line, []).append(word)
        return list(grouped.values())

    def text(self) -> str:
        """The page's text, a line of the page a line of text."""
        return "\n".join(" ".join(w.text for w in line) for line in self.lines())

    def to_json(self) -> str:
        """One line of JSON; a word is an array to keep a page of 500 words near 30 kB."""
        head = {k: getattr(self, k) for k in self.__slots__ if k != "words"}
        words = [
            (w.text, [round(v, 2) for v in w.box], round(w.confidence, 3), w.line, w.block) for w in self.words
        ]
        return _encode({**head, "words": words})

    @classmethod
    def from_json(cls, line: str) -> Page:
        """Read what `to_json` wrote.

        Raises:
            ValueError: the line is not a page record.
        """
        try:
            record: dict[str, Any] = json.loads(line)
            words = tuple(
                [
                    Word(text, (x0, y0, x1, y1), confidence, line_number, block)
                    for text, (x0, y0, x1, y1), confidence, line_number, block in record.pop("words")
                ]
            )
            record["notes"] = tuple(record.get("notes", ()))
            return cls(words=words, **record)
        except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise ValueError("not a page record") from error


def pages_among(path: Path, numbers: Collection[int]) -> dict[int, Page]:
    """Some pages of a `pages.jsonl`, by number; of the others no word is read, and behind the last nothing.

    Args:
        path: of the file
        numbers: which, counted from 1; those that are not there are left out

    Raises:
        ValueError: a line is not a page record.
    """
    found: dict[int, Page] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if len(found) == len(set(numbers)):
                break
            head, words, _ = line.partition(_BEFORE_WORDS)
            if line.strip() and (number := Page.from_json(head + _NO_WORDS if words else line).number) in numbers:
                found[number] = Page.from_json(line)
    return found


def read_pages(path: Path, words_of: Container[str] = SOURCES) -> Iterator[Page]:
    """The pages of a `pages.jsonl`, one at a time, so that memory does not grow with the document.

    Args:
        path: of the file
        words_of: sources of pages whose words are wanted; others come without, at a hundredth of the cost
    """
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                head, words, _ = line.partition(_BEFORE_WORDS)
                if words and words_of is not SOURCES:
                    page = Page.from_json(head + _NO_WORDS)
                    if page.source not in words_of:
                        yield page
                        continue
                yield Page.from_json(line)
