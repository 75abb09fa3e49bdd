"""Intake: size, type by content, structure, page sizes; then one request per page range."""

from __future__ import annotations

from collections.abc import Mapping

from processors.config import Limits, Settings
from processors.events import DocumentArrived, Event, ObjectCreated, PagesRequested
from processors.formats import detect
from processors.formats.image import PILLOW_FORMAT, ImageFormat
from processors.formats.pdf import PdfFormat
from processors.formats.port import Format, Refused
from processors.formats.text import TextFormat
from processors.intake import claim, ranges
from processors.reasons import QuarantineReason
from processors.stage import Done, Draft, Outcome, Stage, Work

#: Every type that Chancery reads, and who opens it.
FORMATS: Mapping[str, Format] = {
    detect.PDF: PdfFormat(),
    detect.TEXT: TextFormat(),
    **{media_type: ImageFormat(media_type) for media_type in PILLOW_FORMAT},
}


class Intake:
    """The stage at the door; see the package's docstring for what it guards against."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def process(self, work: Work) -> Outcome:
        """Accept or refuse one upload."""
        try:
            return self._accept(work)
        except Refused as refused:
            return refused.outcome

    def _accept(self, work: Work) -> Done:
        event: Event[ObjectCreated] = work.event
        untrusted_file = work.inputs["original"]
        original = event.data.document.original

        size = untrusted_file.stat().st_size
        if size == 0:
            raise Refused(QuarantineReason.EMPTY)
        if size > self._limits.max_bytes:
            raise Refused(QuarantineReason.TOO_LARGE, bytes=size, limit=self._limits.max_bytes)

        media_type = detect.media_type(untrusted_file)
        claim.check(media_type, claim.claimed_type(original.key), frozenset(FORMATS))
        pages = FORMATS[media_type].pages(untrusted_file, work.scratch, self._limits)

        counted = original.model_copy(update={"media_type": media_type, "pages": pages})
        document = event.data.document.model_copy(update={"original": counted})
        page_ranges = ranges.split(pages)
        arrived = DocumentArrived(
            document=document, same_content_as=event.data.same_content_as, ranges=len(page_ranges)
        )
        requests = (
            Draft(PagesRequested(document=document, range=one, ranges=page_ranges), part=one.name)
            for one in page_ranges
        )
        return Done(events=(Draft(arrived), *requests))


def build(settings: Settings) -> Stage:
    """The stage, ready for work."""
    return Intake(settings.limits)
