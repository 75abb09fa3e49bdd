"""The judge: looks at a file, weighs what was found by the agency's policy, and keeps notes of what may pass."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from processors.agencies import PIXELS_ONLY, Policy
from processors.config import Limits
from processors.formats import detect, kinds
from processors.formats.port import Refused
from processors.intake.threats import ole, package, pdf, polyglot, rtf
from processors.intake.threats.finding import WEIGHED, Finding

_PACKAGES = frozenset((kinds.DOCX, kinds.XLSX, kinds.PPTX, kinds.ODT, kinds.ODS, kinds.ODP))
_STORAGES = frozenset((kinds.DOC, kinds.XLS, kinds.PPT))


class Door:
    """Judges one document; `notes` says afterwards what was let in with it."""

    def __init__(self, policy: Policy, limits: Limits, waived: Collection[str] = ()) -> None:
        """Take what it judges by.

        Args:
            policy: the agency's
            limits: on what a document may cost
            waived: reason codes that a person has set aside for this document: its pixels may go on
        """
        self._policy, self._limits, self._waived = policy, limits, waived
        self._notes: list[str] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found and may pass, in our own vocabulary; with `PIXELS_ONLY` where only pixels may go on."""
        return tuple(dict.fromkeys(self._notes))

    def types(self, untrusted_file: Path, media_type: str) -> None:
        """See that the file is of one type.

        Raises:
            Refused: it is of two.
        """
        if polyglot.second_type(untrusted_file, media_type):
            self._weigh(frozenset((Finding.SECOND_TYPE,)))

    def inspect(self, untrusted_file: Path, media_type: str) -> None:
        """See what is inside a file that can be read as it is; an `Inspect` for `formats/`.

        Raises:
            Refused: something that the policy refuses, or that expands too far.
        """
        if media_type == detect.PDF:
            self._weigh(pdf.findings(untrusted_file, self._limits))
        elif media_type in _PACKAGES:
            self._weigh(package.findings(untrusted_file, self._limits))
        elif media_type in _STORAGES:
            self._weigh(ole.findings(untrusted_file))
        elif media_type == kinds.RTF:
            self._weigh(rtf.findings(untrusted_file))

    def _weigh(self, found: frozenset[Finding]) -> None:
        for finding in Finding:  # the gravest first
            if finding not in found:
                continue
            reason, member = WEIGHED[finding]
            answer = "reject" if member == "never" else getattr(self._policy, member)
            if answer == "reject" and member != "never" and reason.value in self._waived:
                answer = "pixels"
            if answer == "reject":
                raise Refused(reason, found=finding.value)
            if answer == "accept":
                continue
            self._notes.append(f"{reason.value}:{finding.value}")
            if answer == "pixels":
                self._notes.append(PIXELS_ONLY)
