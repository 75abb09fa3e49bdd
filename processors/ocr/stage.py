"""OCR: one page range in, one line of JSON a page out; then what only the whole document can give.

A document of one range is done in one call. Of several ranges each leaves its part, and the call that gets the
whole set says that the document is read (`Work.whole`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image

from processors import agencies
from processors.agencies import PIXELS_ONLY, Policies, PolicyInvalid
from processors.config import Limits, Settings
from processors.errors import StageFailed
from processors.events import DocumentRecognised, PagesRecognised, PagesRequested
from processors.formats import detect
from processors.formats.port import Refused
from processors.ocr import escalation, flattened, tessdata
from processors.ocr.binding import bind
from processors.ocr.engine import Engine
from processors.ocr.hard_pages import Escalation, HardPages
from processors.ocr.lines.line_reader import LineReader
from processors.ocr.opening import material
from processors.ocr.page_range import RangeReader
from processors.ocr.progress import Progress
from processors.ocr.reading import Reader
from processors.ocr.tally import Tally
from processors.pages import Page
from processors.reasons import QuarantineReason
from processors.stage import Artefact, Done, Draft, Join, Outcome, Question, Rejected, Stage, Work

MEDIA_TYPE = "application/jsonl"
WHOLE, ROLE = "pages.jsonl", "pages"
_OUTPUTS = "outputs"


class Bound(Protocol):
    """What was made of a whole document: text, ALTO, a PDF that can be searched."""

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The files."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of them, from our own vocabulary."""
        ...


#: page records, the file that was read, its media type, a folder for what is made, limits
Bind = Callable[[Path, Path, str, Path, Limits], Bound]


class Ocr:
    """The stage that reads."""

    def __init__(
        self,
        engine: Engine,
        limits: Limits,
        *,
        languages: Sequence[str] = (),
        policies: Policies | None = None,
        bind: Bind | None = None,
        escalation: Escalation | None = None,
        lines: LineReader | None = None,
    ) -> None:
        """Take what it works with.

        Args:
            engine: recognises
            limits: on pages and pictures
            languages: packs of agencies that name none, the most frequent first; empty = all that the engine has
            policies: the agencies' wishes
            bind: makes further files of a whole document; None = no others than its pages
            escalation: hands hard pages to a model that sees; None = there is none
            lines: reads doubtful lines of narrow print; None = the engine alone reads
        """
        self._reader = Reader(engine, lines=lines)
        self._limits = limits
        self._ranges = RangeReader(self._reader, limits, languages or engine.languages)
        self._policies = policies or Policies()
        self._bind = bind
        self._hard_pages = HardPages(escalation, limits) if escalation else None

    def process(self, work: Work) -> Outcome:
        """Read one page range, or finish a document whose ranges are read."""
        try:
            if work.whole is not None:
                return self._finished(work, Progress(work), work.whole, Tally.of(work.whole), (), ())
            return self._range(work)
        except Refused as refused:
            return refused.outcome

    def _range(self, work: Work) -> Outcome:
        asked: PagesRequested = work.event.data
        progress = Progress(work)
        alone = len(asked.ranges) == 1
        output = work.scratch / (WHOLE if alone else asked.range.file_name)
        policy = self._policies.of(asked.document.agency)
        if PIXELS_ONLY in asked.notes:
            policy = policy.model_copy(update={"force_ocr": True})
        self._ranges.read(work, policy, progress, output)
        if self._hard_pages is not None and policy.escalate:
            questions = self._hard_pages.questions(work, output, force_ocr=policy.force_ocr)
            if questions:
                return Done(questions=questions)
            self._hard_pages.merge(work, progress, output)
        tally = Tally.of(output)
        recognised = PagesRecognised(
            document=asked.document,
            range=asked.range,
            reading=tally.reading(),
            unread=tally.unread,
            notes=tally.notes,
        )
        events = (Draft(recognised, part=asked.range.name),)
        part = Artefact(output.name, role=ROLE if alone else "", path=output, media_type=MEDIA_TYPE)
        if alone:
            return self._finished(work, progress, output, tally, events, (part,))
        names = tuple(one.file_name for one in asked.ranges)
        return self._done(tally, events, (part,), Join(names, WHOLE, ROLE, MEDIA_TYPE))

    def _finished(
        self,
        work: Work,
        progress: Progress,
        pages: Path,
        tally: Tally,
        events: tuple[Draft, ...],
        made: tuple[Artefact, ...],
    ) -> Outcome:
        """What follows from all pages of the document."""
        document = work.event.data.document
        if tally.nothing_read:
            return Rejected(QuarantineReason.DAMAGED, {"pages": document.original.pages})
        outputs, remarks = self._outputs(work, progress, pages)
        recognised = DocumentRecognised(
            document=document,
            pages=document.original.pages,
            unread=tally.unread,
            notes=(*tally.notes, *remarks),
        )
        return self._done(tally, (*events, Draft(recognised)), (*made, *outputs))

    def _outputs(self, work: Work, progress: Progress, pages: Path) -> tuple[tuple[Artefact, ...], tuple[str, ...]]:
        """The document's further files; a document that kills their maker goes on without them."""
        if self._bind is None:
            return (), ()
        if progress.died_in(_OUTPUTS) or (work.whole is not None and work.died):
            return (), (f"outputs_failed:{work.died}",)
        progress.begin(_OUTPUTS)
        folder = work.scratch / _OUTPUTS
        folder.mkdir(exist_ok=True)
        read, media_type = material(work)
        if media_type == detect.PDF and PIXELS_ONLY in work.event.data.notes:
            # Of such a document nothing but what can be seen goes on, to other people's readers neither.
            read = flattened.flatten(read, folder / "flattened.pdf", work.scratch, self._limits)
        bound = self._bind(pages, read, media_type, folder, self._limits)
        return bound.artefacts, bound.notes

    def _done(
        self, tally: Tally, events: tuple[Draft, ...], artefacts: tuple[Artefact, ...], join: Join | None = None
    ) -> Done:
        return Done(
            events=events,
            artefacts=artefacts,
            join=join,
            engine=" + ".join(sorted(tally.engines)),
            # Pages from a text layer owe nothing to language data.
            model_digest=self._reader.digest if self._reader.engine.name in tally.engines else "",
        )


@dataclass(frozen=True)
class _VisionModel:
    """`Escalation` as the settings want it."""

    model: str
    below: float

    def wanted(self, page: Page) -> bool:
        return escalation.wanted(page, self.below)

    def question(self, page: Page, picture: Image.Image, scratch: Path) -> Question:
        return escalation.question(page, picture, scratch)

    def merged(self, page: Page, untrusted_text: str) -> Page:
        return escalation.merged(page, untrusted_text, self.model)


def build(settings: Settings, *, outputs: bool = True) -> Stage:
    """The stage with its engine loaded.

    Args:
        settings: of the process
        outputs: whether to make further files of each document, beside its pages

    Raises:
        StageFailed: program, language data or an agency's file are missing or cannot be used.
    """
    try:
        policies = agencies.load(settings.policies)
    except PolicyInvalid as error:
        raise StageFailed(str(error)) from error
    languages = tuple(settings.languages.split("+"))
    return Ocr(
        _engine(settings, (*languages, *policies.languages)),
        settings.limits,
        languages=languages,
        policies=policies,
        bind=bind if outputs else None,
        escalation=_VisionModel(settings.vision_model, settings.escalate_below) if settings.vision_model else None,
        lines=LineReader(settings.models),
    )


def _engine(settings: Settings, languages: Sequence[str]) -> Engine:
    """The engine with all of these packs that are installed."""
    folder = tessdata.find(settings.tessdata)
    there = tessdata.installed(folder, tuple(dict.fromkeys(languages)))
    # The engines are imported here, so that one that is not used needs not be installed.
    if settings.ocr_engine == "pytesseract":
        from processors.ocr.pytesseract_engine import PytesseractEngine  # noqa: PLC0415

        return PytesseractEngine(folder, there)
    from processors.ocr.tesserocr_engine import TesserocrEngine  # noqa: PLC0415

    return TesserocrEngine(folder, there)
