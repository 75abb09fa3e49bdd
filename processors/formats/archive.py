"""ZIP: the archive's own page is the list of its files, and each file becomes a document of its own.

Nothing is written under a name from the archive, and all sizes are counted while unpacking. Archives inside are
unpacked here only to be weighed, so that no cascade of small ones gets past the limits; they come through the door
again like every file inside another.
"""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from processors.formats import enclosing
from processors.formats.budget import Budget
from processors.formats.containers import ZIP_FAULTS
from processors.formats.port import Opened, Refused, Terms
from processors.formats.text import text_rendition
from processors.reasons import QuarantineReason

_ENCRYPTED = 0x1
_SIGNATURE = b"PK\x03\x04"
#: What operating systems leave in archives. Listed, and no documents.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class ZipFormat:
    """ZIP archives."""

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """See `Format.open`."""
        budget = Budget(untrusted_file.stat().st_size, terms.limits)
        found = enclosing.Enclosures(terms.scratch, terms.limits)
        lines = []
        with _archive(untrusted_file) as archive:
            for entry in _files(archive):
                if _is_litter(entry.filename):
                    lines.append(f"{enclosing.shown(entry.filename)}  (left out)")
                    continue
                budget.file()
                with closing(_pieces(archive, entry, budget, terms)) as pieces:
                    size = found.add(entry.filename, pieces)
                lines.append(f"{enclosing.shown(entry.filename)}  {size} bytes")
        for enclosure in found.all():
            _weigh(enclosure.path, budget, terms, terms.limits.max_depth - 1)
        if not lines:
            raise Refused(QuarantineReason.EMPTY)
        listed = text_rendition((line + "\n" for line in lines), terms)
        return replace(listed, enclosures=found.all())


def weigh(untrusted_file: Path, terms: Terms) -> None:
    """Unpack a zip to nowhere, to see that it stays within bounds: for office files, which are zips too.

    Raises:
        Refused: damaged, or expands too far.
    """
    budget = Budget(untrusted_file.stat().st_size, terms.limits)
    with _archive(untrusted_file) as archive:
        for entry in _files(archive):
            if not entry.flag_bits & _ENCRYPTED:
                for _ in _pieces(archive, entry, budget, terms):
                    pass


def _weigh(path: Path, budget: Budget, terms: Terms, levels: int) -> None:
    """Count what the archives inside hold; those deeper than the limit are refused when it is their turn."""
    with path.open("rb") as stream:
        if levels < 1 or stream.read(4) != _SIGNATURE:
            return
    inner = path.with_name(f"{path.name}.inner")
    try:
        with _archive(path) as archive:
            for entry in _files(archive):
                budget.file()
                if entry.flag_bits & _ENCRYPTED:
                    continue
                with inner.open("wb") as copy:
                    copy.writelines(_pieces(archive, entry, budget, terms))
                _weigh(inner, budget, terms, levels - 1)
    except Refused as refused:
        # A broken archive inside says so when it is its turn.
        if refused.outcome.reason in (QuarantineReason.EXPANDS_TOO_FAR, QuarantineReason.TOO_MANY_FILES):
            raise
    finally:
        inner.unlink(missing_ok=True)


@contextmanager
def _blaming_document() -> Iterator[None]:
    """Turn what zipfile raises in the `with` block into a refusal; wrap no writing, or a full disk looks like it.

    Raises:
        Refused: damaged.
    """
    try:
        yield
    except ZIP_FAULTS as error:
        raise Refused(QuarantineReason.DAMAGED) from error


@contextmanager
def _archive(untrusted_file: Path) -> Iterator[zipfile.ZipFile]:
    with _blaming_document():
        archive = zipfile.ZipFile(untrusted_file)
    with archive:
        yield archive


def _files(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    return (entry for entry in archive.infolist() if not entry.filename.endswith("/"))


def _is_litter(untrusted_name: str) -> bool:
    return untrusted_name.startswith(_LITTER[0]) or untrusted_name.rpartition("/")[2] in _LITTER


def _pieces(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget, terms: Terms
) -> Generator[bytes, None, None]:
    with _blaming_document(), _entry(archive, entry, terms.passwords) as stream:
        yield from budget.pieces(stream)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, passwords: tuple[str, ...]) -> IO[bytes]:
    """The entry's stream.

    Raises:
        Refused: it needs a password that nobody registered, or is encrypted in a way that we cannot undo (AES).
    """
    if not entry.flag_bits & _ENCRYPTED:
        return archive.open(entry)
    for password in passwords:
        if _fits(archive, entry, password.encode()):
            return archive.open(entry, pwd=password.encode())
    raise Refused(QuarantineReason.ENCRYPTED, passwords_tried=len(passwords))


def _fits(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, password: bytes) -> bool:
    """Whether the password opens the entry: of 256 wrong ones one passes the first check, none the checksum."""
    try:
        with archive.open(entry, pwd=password) as stream:
            while stream.read(1 << 20):
                pass
    except ZIP_FAULTS:
        return False
    return True
