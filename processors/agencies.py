"""What each agency wants for itself: one small file an agency, read at the start of a process that needs it.

A folder holds `<agency>.json`; an agency without a file gets the defaults. Passwords are not in these files, only
the name of a file that holds them, so that the folder can be kept under version control.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from processors.names import AGENCY, AGENCY_RULE

#: The note by which intake tells recognition that of this document only the pixels are trusted: no text layer is
#: read, and the searchable PDF is made of pictures.
PIXELS_ONLY: Final = "pixels_only"
#: What becomes of a document in which something was found: refused, or read from its pixels alone.
Answer = Literal["reject", "pixels"]


class Policy(BaseModel):
    """One agency's wishes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Tesseract packs that its documents may be read with, the most frequent first; empty = the installation's
    languages: tuple[str, ...] = Field(default=())
    #: recognise every page from its picture, also where the text layer is good
    force_ocr: bool = False
    #: let pages that Tesseract can hardly read be read by the vision model, where the installation has one
    escalate: bool = True
    #: file with a password a line, tried on encrypted documents
    passwords_file: Path | None = None
    #: scripts, forms that send themselves, media players, XFA, ActiveX: ordinary forms are full of them
    active_content: Answer = "pixels"
    #: actions that start a program or read a file when the document is opened
    launch: Answer = "reject"
    #: VBA, Excel 4 and LibreOffice Basic
    macros: Answer = "reject"
    #: files attached to a PDF or packed into an office file; "documents" = let in, and what is attached to a PDF
    #: becomes documents of their own, as with a mail
    embedded_files: Answer | Literal["documents"] = "documents"
    #: templates, objects and frames that are fetched from elsewhere
    external_references: Answer = "reject"
    #: files of two types at once
    polyglots: Answer = "reject"
    #: links on which a person may click
    links: Answer | Literal["accept"] = "accept"

    def passwords(self) -> tuple[str, ...]:
        """The registered passwords, in the file's order.

        Raises:
            PolicyInvalid: the file cannot be read.
        """
        if self.passwords_file is None:
            return ()
        try:
            lines = self.passwords_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyInvalid(f"{self.passwords_file}: not a readable text file of passwords") from error
        return tuple(line for line in lines if line)


class PolicyInvalid(Exception):
    """An agency's file cannot be used; the text names file and mistake."""


@dataclass(frozen=True)
class Policies:
    """The wishes of all agencies."""

    by_agency: Mapping[str, Policy] = field(default_factory=dict)

    def of(self, agency: str) -> Policy:
        """An agency's wishes; the defaults where it has none."""
        return self.by_agency.get(agency, Policy())

    @property
    def languages(self) -> tuple[str, ...]:
        """All language packs that some agency names, each once."""
        return tuple(dict.fromkeys(pack for policy in self.by_agency.values() for pack in policy.languages))


def load(folder: Path | None) -> Policies:
    """The files of a folder; no folder, no wishes.

    Raises:
        PolicyInvalid: the folder is not there, or a file's name or content is wrong.
    """
    if folder is None:
        return Policies()
    if not folder.is_dir():
        raise PolicyInvalid(f"{folder}: no such folder. Correct CHANCERY_POLICIES.")
    found = {}
    for file in sorted(folder.glob("*.json")):
        if not AGENCY.fullmatch(file.stem):
            raise PolicyInvalid(f"{file}: the name before .json must be an agency, {AGENCY_RULE}")
        try:
            found[file.stem] = Policy.model_validate_json(file.read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the file"
            raise PolicyInvalid(f"{file}: {place}: {first['msg']}") from error
    return Policies(found)
