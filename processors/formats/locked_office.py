"""Encrypted office files of the new kind: what they are shows only when a registered password has opened them."""

from __future__ import annotations

from pathlib import Path

from processors.formats import containers, kinds
from processors.formats.office import FILTERS, rendered
from processors.formats.port import Opened, Refused, Terms
from processors.formats.unlock import unlocked
from processors.reasons import QuarantineReason


class LockedOfficeFormat:
    """DOCX, XLSX and PPTX with a password."""

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """See `Format.open`."""
        opened = unlocked(untrusted_file, kinds.LOCKED_OFFICE, terms)
        kind = containers.in_zip(opened)
        if kind not in FILTERS:
            raise Refused(QuarantineReason.TYPE_NOT_ALLOWED, found=kind, claimed=kinds.LOCKED_OFFICE)
        return rendered(opened, kind, terms)
