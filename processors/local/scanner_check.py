"""Whether the malware scanner of the settings answers, is fresh, and looks into all that Chancery sends it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from processors.config import Settings
from processors.errors import DependencyUnavailable

#: Archives in archives, more than any scanner opens: it must say so, and not "OK"
_NESTED = 40
_PIECE = 1 << 20
_SEE = "see docs/door.md for clamd's settings"


def look(settings: Settings) -> tuple[bool, str, str]:
    """Whether all is well, what was found, and what to do. Sends one file of the largest size that is accepted."""
    from processors.adapters import clamd  # noqa: PLC0415 - of no use to others

    scanner = clamd.from_settings(settings)
    if scanner is None:
        return False, "not set: nothing is scanned for malware", "set CHANCERY_CLAMD, " + _SEE
    try:
        signatures = scanner.check_age() if settings.clamd_max_age_hours else "signatures of any age"
        deep = scanner.scan_pieces(iter((_nested(),)))
        largest = scanner.scan_pieces(_zeros(settings.limits.max_bytes))
    except DependencyUnavailable as error:
        return False, error.detail, _SEE
    if deep.scanned:
        return False, 'says "OK" of what it did not look into', "set AlertExceedsMax yes; " + _SEE
    if largest.signature:
        found = f"does not look into files of CHANCERY_MAX_BYTES ({settings.limits.max_bytes})"
        return False, found, "raise MaxFileSize and MaxScanSize; " + _SEE
    return True, f"{settings.clamd} answers, {signatures}", ""


def _nested() -> bytes:
    content = b"nothing"
    for _ in range(_NESTED):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("within.zip", content)
        content = packed.getvalue()
    return content


def _zeros(count: int) -> Iterator[bytes]:
    piece = bytes(_PIECE)
    for _ in range(count // _PIECE):
        yield piece
    if rest := count % _PIECE:
        yield piece[:rest]
