"""Intake: size, type by content, structure, page sizes; then one request per page range.

A file without pages of its own is converted here, once, so that every later stage sees the same pages. The files
inside a mail or an archive are handed back, to come through this door as documents of their own; so are the
documents that a person found in a packet.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from processors import agencies
from processors.agencies import Policies
from processors.config import Limits, Settings
from processors.events import DocumentArrived, Event, ObjectCreated, PagesRequested
from processors.formats import detect, kinds
from processors.formats.archive import ZipFormat
from processors.formats.image import PILLOW_FORMAT, ImageFormat
from processors.formats.locked_office import LockedOfficeFormat
from processors.formats.mail import MailFormat
from processors.formats.msg import MsgFormat
from processors.formats.office import FILTERS, OfficeFormat
from processors.formats.pdf import PdfFormat
from processors.formats.port import Format, Opened, Refused, Terms
from processors.formats.text import TextFormat
from processors.intake import claim, cutting, ranges
from processors.intake.threats.door import Door
from processors.reasons import QuarantineReason
from processors.stage import Artefact, Done, Draft, Outcome, Stage, Work

#: Every type that Chancery reads, and who opens it.
FORMATS: Mapping[str, Format] = {
    detect.PDF: PdfFormat(),
    detect.TEXT: TextFormat(),
    **{media_type: ImageFormat(media_type) for media_type in PILLOW_FORMAT},
    **{kind: OfficeFormat(kind) for kind in FILTERS},
    kinds.LOCKED_OFFICE: LockedOfficeFormat(),
    kinds.EML: MailFormat(),
    kinds.MSG: MsgFormat(),
    kinds.ZIP: ZipFormat(),
}


class Intake:
    """The stage at the door; see the package's docstring for what it guards against."""

    def __init__(
        self,
        limits: Limits,
        passwords: Mapping[str, tuple[str, ...]] | None = None,
        policies: Policies | None = None,
    ) -> None:
        """Take what it works with.

        Args:
            limits: on what a document may cost
            passwords: the registered ones by agency, in the order in which they are tried
            policies: the agencies' wishes
        """
        self._limits = limits
        self._passwords = passwords or {}
        self._policies = policies or Policies()

    def process(self, work: Work) -> Outcome:
        """Accept or refuse one upload, or cut a packet that has been let in before."""
        try:
            return cutting.cut(work, self._limits) if work.event.data.cuts else self._accept(work)
        except Refused as refused:
            return refused.outcome

    def _accept(self, work: Work) -> Done:
        event: Event[ObjectCreated] = work.event
        untrusted_file = work.inputs["original"]
        original = event.data.document.original

        depth = event.data.document.depth
        if depth > self._limits.max_depth:
            raise Refused(QuarantineReason.TOO_DEEP, depth=depth, limit=self._limits.max_depth)
        size = untrusted_file.stat().st_size
        if size == 0:
            raise Refused(QuarantineReason.EMPTY)
        if size > self._limits.max_bytes:
            raise Refused(QuarantineReason.TOO_LARGE, bytes=size, limit=self._limits.max_bytes)

        claimed = claim.claimed_type(original.name or original.key)
        media_type = detect.media_type(untrusted_file, claimed)
        agency, waived = event.data.document.agency, event.data.waived
        policy = self._policies.of(agency)
        door = Door(policy, self._limits, waived)
        door.types(untrusted_file, media_type)
        if QuarantineReason.TYPE_MISMATCH.value not in waived:
            claim.check(media_type, claimed, frozenset(FORMATS))
        elif media_type not in FORMATS:
            raise Refused(QuarantineReason.TYPE_NOT_ALLOWED, found=media_type)
        terms = Terms(
            without(self._limits, waived),
            work.scratch,
            self._passwords.get(agency, ()),
            inspect=door.inspect,
            detach=policy.embedded_files == "documents",
        )
        opened = FORMATS[media_type].open(untrusted_file, terms)
        return self._done(event.data, media_type, replace(opened, notes=(*opened.notes, *door.notes)))

    def _done(self, created: ObjectCreated, media_type: str, opened: Opened) -> Done:
        original = created.document.original.model_copy(update={"media_type": media_type, "pages": opened.pages})
        document = created.document.model_copy(update={"original": original})
        page_ranges = ranges.split(opened.pages, written=opened.written)
        notes = (*created.notes, *opened.notes)
        arrived = DocumentArrived(
            document=document,
            same_content_as=created.same_content_as,
            ranges=len(page_ranges),
            enclosed=len(opened.enclosures),
            notes=notes,
        )
        requests = (
            Draft(PagesRequested(document=document, range=one, ranges=page_ranges, notes=notes), part=one.name)
            for one in page_ranges
        )
        made = opened.rendition
        rendition = () if made is None else (Artefact(made.path.name, "rendition", made.path, made.media_type),)
        return Done(
            events=(Draft(arrived), *requests),
            artefacts=rendition,
            enclosures=opened.enclosures,
            engine=opened.engine,
        )


def without(limits: Limits, waived: Sequence[str]) -> Limits:
    """The limits, less those that a person has set aside for this document."""
    pages = QuarantineReason.TOO_MANY_PAGES.value in waived
    files = QuarantineReason.TOO_MANY_FILES.value in waived
    return replace(
        limits,
        max_pages=sys.maxsize if pages else limits.max_pages,
        max_enclosed=sys.maxsize if files else limits.max_enclosed,
    )


def build(settings: Settings) -> Stage:
    """The stage, ready for work.

    Raises:
        PolicyInvalid: an agency's file, or its file of passwords, cannot be used.
    """
    policies = agencies.load(settings.policies)
    passwords = {agency: wishes.passwords() for agency, wishes in policies.by_agency.items()}
    return Intake(settings.limits, passwords, policies)
