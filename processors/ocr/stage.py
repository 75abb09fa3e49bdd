"""OCR: one page range in, one line of JSON a page out; the range that comes last completes the document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from processors.config import Limits, Settings
from processors.events import DocumentRecognised, Event, PagesRecognised, PagesRequested, Reading
from processors.formats import detect
from processors.formats.image import open_image
from processors.formats.page_size import POINTS_PER_INCH
from processors.formats.pdf import open_pdf
from processors.formats.port import Refused
from processors.ocr.engine import Engine, PixelWord
from processors.ocr.image_source import ImageSource
from processors.ocr.pdf_source import PdfSource
from processors.ocr.picture import Picture, is_blank, stronger
from processors.ocr.source import PageSource
from processors.ocr.text_source import TextSource
from processors.pages import Page, Word
from processors.stage import Artefact, Done, Draft, Join, Outcome, Stage, Work

MEDIA_TYPE = "application/jsonl"
#: Mean word confidence below which a page deserves a second look. Readable pages have 0.8 and more; on ten
#: receipts the second look found 60 % of the words of one that had given none.
SECOND_LOOK_BELOW = 0.6


class Ocr:
    """The stage that reads."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        self._engine = engine
        self._limits = limits

    def process(self, work: Work) -> Outcome:
        """Read one page range."""
        try:
            return self._read(work)
        except Refused as refused:
            return refused.outcome

    def _read(self, work: Work) -> Done:
        event: Event[PagesRequested] = work.event
        request = event.data
        output = work.scratch / request.range.file_name
        tally = _Tally()
        with open_source(work, self._limits) as source, output.open("w", encoding="utf-8") as lines:
            for number in range(request.range.first, request.range.last + 1):
                page = self._page(source.read(number))
                tally.add(page)
                lines.write(page.to_json() + "\n")
        document = request.document
        recognised = PagesRecognised(document=document, range=request.range, reading=tally.reading())
        return Done(
            events=(Draft(recognised, part=request.range.name),),
            artefacts=(Artefact(output.name, role="", path=output, media_type=MEDIA_TYPE),),
            join=Join(
                parts=tuple(one.file_name for one in request.ranges),
                whole="pages.jsonl",
                role="pages",
                media_type=MEDIA_TYPE,
                then=Draft(DocumentRecognised(document=document, pages=document.original.pages)),
            ),
            engine=" + ".join(sorted(tally.engines)),
            # Pages from a text layer owe nothing to language data.
            model_digest=self._engine.digest if self._engine.name in tally.engines else "",
        )

    def _page(self, read: Page | Picture) -> Page:
        if isinstance(read, Page):
            return read
        scale = read.dpi / POINTS_PER_INCH
        blank = is_blank(read.image)
        found = [] if blank else self._recognise(read)
        words = tuple(
            Word(
                word.text,
                (word.box[0] / scale, word.box[1] / scale, word.box[2] / scale, word.box[3] / scale),
                word.confidence,
                word.line,
                word.block,
            )
            for word in found
        )
        return Page(
            number=read.number,
            width=round(read.width, 2),
            height=round(read.height, 2),
            scale=scale,
            source="blank" if blank else "ocr",
            engine=self._engine.name,
            language=self._engine.language,
            words=words,
        )

    def _recognise(self, picture: Picture) -> list[PixelWord]:
        """Look once; where little was understood, look again with more contrast and keep the better."""
        dpi = round(picture.dpi)
        first = self._engine.recognise(picture.image, dpi)
        if first and sum(word.confidence for word in first) >= SECOND_LOOK_BELOW * len(first):
            return first
        return max(first, self._engine.recognise(stronger(picture.image), dpi), key=_understood)


def _understood(words: list[PixelWord]) -> int:
    """Characters in words that the engine is sure of: noise makes many words, none of them sure."""
    return sum(len(word.text) for word in words if word.confidence >= SECOND_LOOK_BELOW)


class _Tally:
    """Counts pages and words while they pass, so that no range is held in memory."""

    def __init__(self) -> None:
        self._pages = self._words = self._text_layer_pages = 0
        self._confidence = 0.0
        #: who read at least one page
        self.engines: set[str] = set()

    def add(self, page: Page) -> None:
        self.engines.add(page.engine)
        self._pages += 1
        self._words += len(page.words)
        self._text_layer_pages += page.source == "text_layer"
        self._confidence += sum(word.confidence for word in page.words)

    def reading(self) -> Reading:
        return Reading(
            pages=self._pages,
            words=self._words,
            text_layer_pages=self._text_layer_pages,
            confidence=round(self._confidence / self._words, 4) if self._words else 0.0,
        )


@contextmanager
def open_source(work: Work, limits: Limits) -> Iterator[PageSource]:
    """The pages of the original, by the media type that intake found.

    Raises:
        Refused: the file cannot be opened.
    """
    untrusted_file = work.inputs["original"]
    media_type = work.event.data.document.original.media_type
    if media_type == detect.PDF:
        with open_pdf(untrusted_file, work.scratch, limits) as pdf:
            yield PdfSource(pdf, limits)
    elif media_type == detect.TEXT:
        yield TextSource(untrusted_file)
    else:
        with open_image(untrusted_file, media_type, limits) as image:
            yield ImageSource(image, limits)


def build(settings: Settings) -> Stage:
    """The stage with its engine loaded.

    Raises:
        StageFailed: program or language data are missing.
    """
    # The engines are imported here, so that one that is not used needs not be installed.
    if settings.ocr_engine == "pytesseract":
        from processors.ocr.pytesseract_engine import PytesseractEngine  # noqa: PLC0415

        return Ocr(PytesseractEngine(settings), settings.limits)
    from processors.ocr.tesserocr_engine import TesserocrEngine  # noqa: PLC0415

    return Ocr(TesserocrEngine(settings), settings.limits)
