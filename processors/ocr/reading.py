"""A page picture read: looked at, prepared, recognised; again only where the first reading gave little.

A page in the language that is expected, upright and printed clearly, costs one recognition and some 30 ms. Whatever
goes beyond that is decided by what was seen or read before, never tried on every page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from processors.formats.page_size import POINTS_PER_INCH
from processors.ocr import language, steps
from processors.ocr.doubtful import LETTER, narrow, sure, without
from processors.ocr.engine import Engine, Orientation, PixelWord
from processors.ocr.lines import line_reader
from processors.ocr.lines.line_reader import LineReader
from processors.ocr.look import Look, look
from processors.ocr.picture import Picture, is_blank
from processors.ocr.pixels import Grey
from processors.ocr.preparing import Prepared, prepare
from processors.ocr.second_reading import merged
from processors.ocr.steps import Steps
from processors.ocr.understood import lost, page_confidence, understood, unsure
from processors.pages import Page, Word

#: Tesseract's measures of how sure it is which way up a page is, and of its script; below, it guesses. An Arabic
#: and a Fraktur page had 33 and 15 for their script, an illegible receipt 2.1 for a wrong one.
_SURE_TURN, _SURE_SCRIPT = 2.0, 4.0


#: How much the picture itself counts in a page's quality, beside the engine's own confidence: figures in
#: docs/decisions/0008-page-preparation.md.
_SCAN_WEIGHT = 0.3


#: Packs of languages that English letters write, and the confidence from which the English pack's reading of them
#: may stand: a second reading gained nothing. Figures in docs/decisions/0008-page-preparation.md.
_LIKE_ENGLISH, _LEAST_READ_WELL = frozenset({"nld"}), 0.88


@dataclass(frozen=True)
class Attempt:
    """One recognition of a page."""

    prepared: Prepared
    pack: str
    found: list[PixelWord]

    @property
    def worth(self) -> float:
        """How much of the page was understood."""
        return understood(self.found)


class Reader:
    """Reads page pictures with a recognition engine."""

    def __init__(self, engine: Engine, taken: Steps = steps.ALL, lines: LineReader | None = None) -> None:
        """Take what recognises; `lines` reads what the engine is not sure of in narrow print."""
        self._engine = engine
        self._taken = taken
        self._lines = lines
        language.load()

    @property
    def engine(self) -> Engine:
        """The engine that reads."""
        return self._engine

    @property
    def digest(self) -> str:
        """Of all that reading was learned from: language data, and the line reader where there is one."""
        if self._lines is None:
            return self._engine.digest
        return hashlib.sha256(f"{self._engine.digest} {self._lines.digest}".encode()).hexdigest()

    def read(self, picture: Picture, allowed: Sequence[str] = (), expected: str = "") -> Page:
        """The words on a page picture, in points of the page as it came.

        Args:
            picture: the page
            allowed: language packs that may be used, the most frequent first; empty = all that the engine has
            expected: the pack that the page before was read with
        """
        grey = np.asarray(picture.image)
        if is_blank(grey):
            return _page(picture, self._engine.name, None, None, ())
        sheet = Sheet(self._engine, self._taken, grey, picture.dpi)
        packs = tuple(pack for pack in allowed or self._engine.languages if pack in self._engine.languages)
        best, script = sheet.legible(expected if expected in packs else (packs or self._engine.languages)[0])
        notes: tuple[str, ...] = ()
        if self._taken.language:
            wanted = language.wanted(script, best.found)
            choice = language.choose(wanted, packs, self._engine.languages)
            notes = choice.notes
            if choice.pack not in ("", best.pack) and not _read_well(best, choice.pack):
                best = max(sheet.attempt(best.prepared, choice.pack), best, key=lambda one: one.worth)
        if self._taken.doubtful and narrow(best.found):
            best = sheet.read_again(best)
            if self._lines is not None and best.pack == line_reader.LANGUAGE:
                best = sheet.read_lines(best, self._lines)
        return _page(picture, self._engine.name, sheet.seen, best, notes)


class Sheet:
    """A page picture on the desk."""

    def __init__(self, engine: Engine, taken: Steps, grey: Grey, dpi: float) -> None:
        self._engine, self._taken, self._grey, self._dpi = engine, taken, grey, dpi
        self.seen: Look = look(grey)

    def legible(self, pack: str) -> tuple[Attempt, str]:
        """The page read with `pack`, upright and with ink strong enough; and its script, where that was asked."""
        flat = self._prepare(0)
        said = self._orientation(flat) if self.seen.sideways or self.seen.upside_down else None
        turn = said.turn if said is not None and said.confidence >= _SURE_TURN else 0
        best = self.attempt(self._prepare(turn) if turn else flat, pack)
        script = ""
        if lost(best.found, self.seen.letters):
            said = said or self._orientation(flat)
            for other in self._other_turns(said, turn):
                best = max(best, self.attempt(self._prepare(other), pack), key=lambda one: one.worth)
            script = said.script if said is not None and said.script_confidence >= _SURE_SCRIPT else ""
        readable = unsure(best.found, self.seen.letters) and language.reads(pack, script)
        if self._taken.second_look and readable and not best.prepared.strong:
            stronger = self._prepare(best.prepared.turned, stronger=True)
            best = max(best, self.attempt(stronger, pack), key=lambda one: one.worth)
        return best, script

    def read_again(self, best: Attempt) -> Attempt:
        """What a narrow page is with a second reading of its doubtful lines, in larger and stronger letters."""
        known = sure(best.found)
        if len(known) == len(best.found):
            return best
        larger = self._prepare(best.prepared.turned, stronger=True, letter=LETTER)
        rest = without(larger.image, (best.prepared.onto(larger, word.box) for word in known))
        again = self.attempt(replace(larger, image=rest), best.pack, block=True).found
        return replace(best, found=merged(best.found, [_moved(word, larger, best.prepared) for word in again]))

    def read_lines(self, best: Attempt, reader: LineReader) -> Attempt:
        """What a narrow page is where another reader reads its doubtful lines, too."""
        known = {word.line for word in sure(best.found)}
        doubtful = [word for word in best.found if word.line not in known]
        if not doubtful:
            return best
        seen, found = self.shown(best, doubtful)
        second = reader.read(np.asarray(seen.image), found)
        return replace(best, found=merged(best.found, [_moved(word, seen, best.prepared) for word in second]))

    def shown(self, best: Attempt, words: Iterable[PixelWord]) -> tuple[Prepared, list[PixelWord]]:
        """The page as a line reader is shown it, and where words of a recognition stand on it."""
        seen = self._prepare(best.prepared.turned, stronger=False, letter=line_reader.LETTER)
        return seen, [_moved(word, best.prepared, seen) for word in words]

    def attempt(self, prepared: Prepared, pack: str, *, block: bool = False) -> Attempt:
        """Recognise."""
        found = self._engine.recognise(
            prepared.image, prepared.dpi, pack, inverted=self.seen.light_print, block=block
        )
        return Attempt(prepared, pack, found)

    def _other_turns(self, said: Orientation | None, tried: int) -> tuple[int, ...]:
        """Ways up that the page may have, beside the one in which it was read."""
        if not self._taken.turn:
            return ()
        if said is not None and said.confidence >= _SURE_TURN:
            return () if said.turn == tried else (said.turn,)
        return (90, 270) if self.seen.sideways else ()

    def _orientation(self, flat: Prepared) -> Orientation | None:
        return self._engine.orientation(flat.image, flat.dpi) if self._taken.turn else None

    def _prepare(self, turn: int, *, stronger: bool | None = None, letter: float = 0.0) -> Prepared:
        return prepare(self._grey, self.seen, self._dpi, turn, stronger=stronger, letter=letter, taken=self._taken)


def _moved(word: PixelWord, source: Prepared, target: Prepared) -> PixelWord:
    return replace(word, box=source.onto(target, word.box))


def _read_well(read: Attempt, wanted: str) -> bool:
    """Whether a reading may stand although the page wants another pack."""
    alike = read.pack == "eng" and wanted in _LIKE_ENGLISH
    return alike and page_confidence(read.found) >= _LEAST_READ_WELL


def _page(picture: Picture, engine: str, seen: Look | None, read: Attempt | None, notes: tuple[str, ...]) -> Page:
    page = Page(
        number=picture.number,
        width=round(picture.width, 2),
        height=round(picture.height, 2),
        scale=picture.dpi / POINTS_PER_INCH,
        source="blank",
        engine=engine,
        language="",
        words=(),
        notes=notes,
    )
    if seen is None or read is None:
        return page
    return replace(
        page,
        source="ocr",
        language=read.pack,
        words=tuple(_word(word, read.prepared, picture) for word in read.found),
        turned=read.prepared.turned,
        skew=read.prepared.skew,
        quality=round(seen.quality**_SCAN_WEIGHT * page_confidence(read.found), 3),
    )


def _word(word: PixelWord, prepared: Prepared, picture: Picture) -> Word:
    """A word in points, within the page."""
    points = POINTS_PER_INCH / picture.dpi
    x0, y0, x1, y1 = (value * points for value in prepared.box(*word.box))
    box = max(x0, 0.0), max(y0, 0.0), min(x1, picture.width), min(y1, picture.height)
    return Word(word.text, box, word.confidence, word.line, word.block)
