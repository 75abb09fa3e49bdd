"""Bounds on what a document may cost, read with all other settings."""

from __future__ import annotations

from dataclasses import dataclass

from processors.variables import Variables


@dataclass(frozen=True)
class Limits:
    """Bounds on what a document may cost; beyond them it is quarantined with the limit's name."""

    #: bytes of one uploaded file
    max_bytes: int = 256 * 1024 * 1024
    max_pages: int = 5_000
    #: the longer side of a page, in PDF points (200 inches, the largest page that PDF 1.x allows)
    max_page_points: float = 14_400.0
    #: pixels of one rendered or decoded page (A2 at 400 dpi is 62 million)
    max_page_pixels: int = 80_000_000
    #: files directly inside one archive or mail
    max_enclosed: int = 1_000
    #: how many files may enclose a file: an archive in a mail in an archive is three
    max_depth: int = 3
    #: bytes that an archive or office file may unpack to, all files together
    max_unpacked_bytes: int = 1024**3
    #: bytes of memory that one document may cost: address space of each process that parses it, and resident memory
    #: of all of them; for stages that read words, what their process may grow by once it is loaded
    child_memory: int = 3 * 1024**3
    #: processes and threads that may be at work on one document (LibreOffice takes some ten)
    child_tasks: int = 256
    #: files and bytes that one piece of work may have in its scratch folder
    scratch_files: int = 50_000
    scratch_bytes: int = 4 * 1024**3
    #: seconds that one piece of work may take
    work_seconds: float = 300.0
    #: seconds that work in progress may still take once the worker is told to stop; else it is given back
    finish_seconds: float = 12.0


#: Those of an installation that sets no others.
STANDARD = Limits()


def load(env: Variables) -> Limits:
    """Those that are set, and the others as they are.

    Raises:
        SettingInvalid: a variable holds a value that cannot be used.
    """
    return Limits(
        max_bytes=env.integer("CHANCERY_MAX_BYTES", Limits.max_bytes, least=1),
        max_pages=env.integer("CHANCERY_MAX_PAGES", Limits.max_pages, least=1),
        child_memory=env.integer("CHANCERY_CHILD_MEMORY", Limits.child_memory, least=1024**3),
        work_seconds=float(env.integer("CHANCERY_WORK_SECONDS", int(Limits.work_seconds), least=1)),
        finish_seconds=float(env.integer("CHANCERY_FINISH_SECONDS", int(Limits.finish_seconds), least=0)),
    )
