"""PDFs through the door, and ways to write them."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf

from processors.agencies import Policies, Policy
from processors.config import Limits
from processors.intake.stage import Intake
from processors.intake.threats import pdf
from processors.intake.threats.finding import Finding
from processors.stage import Outcome
from tests.corpus import make

NO_TABLE = b"startxref\n0\n"
NOTE = b"/Annots[<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]%s>>]"


def through(content: bytes, folder: Path, name: str = "a.pdf") -> Outcome:
    """What intake makes of it, where an agency takes everything that it may take."""
    file = folder / name
    file.write_bytes(content)
    (scratch := folder / "scratch").mkdir()
    policy = Policy(active_content="pixels", macros="pixels", external_references="pixels")
    return Intake(Limits(), {}, Policies({"a": policy})).process(make.upload(file, scratch))


def found(content: bytes, folder: Path) -> frozenset[Finding]:
    file = folder / "a.pdf"
    file.write_bytes(content)
    return pdf.findings(file, Limits())


def locked(content: bytes) -> bytes:
    """Encrypted, with a password for its owner alone: everybody can open it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    return out.getvalue()


def updated(content: bytes, *objects: bytes) -> bytes:
    """With an incremental update behind it; the objects come with their numbers."""
    before = int(content.split(b"startxref\n")[-1].split(b"\n")[0])
    out, table = bytearray(content), b""
    for one in objects:
        table += b"%d 1\n%010d 00000 n \n" % (int(one.split()[0]), len(out))
        out += one + b"\n"
    start = len(out)
    out += b"xref\n%strailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (table, before, start)
    return bytes(out)
