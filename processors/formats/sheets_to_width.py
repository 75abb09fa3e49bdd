"""Spreadsheets on paper: every sheet as wide as its page, and as long as it needs.

By itself a sheet wider than its paper is cut into pages side by side, and a row's values are torn apart. LibreOffice
takes no such wish on its command line, so the file is written as ODS first, where the wish is two attributes of the
page layouts.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from processors.formats import soffice
from processors.formats.archive import weigh
from processors.formats.containers import ZIP_FAULTS
from processors.formats.port import Refused, Terms
from processors.reasons import QuarantineReason

_LAYOUT = re.compile(rb"<style:page-layout-properties\b[^>]*?(?=/?>)")
_SCALES = re.compile(rb'\sstyle:scale-to(?:-pages|-X|-Y)?="[^"]*"')
#: One page wide; 0 stands for any number of pages.
_WISH = b' style:scale-to-X="1" style:scale-to-Y="0"'
_STYLES = "styles.xml"


def fitted(untrusted_file: Path, reads: str, terms: Terms) -> Path:
    """The spreadsheet as ODS whose sheets fit their page's width.

    Raises:
        Refused: it cannot be converted.
        StageFailed: LibreOffice is not installed.
    """
    written = soffice.convert(untrusted_file, reads, "ods:calc8", terms.scratch)
    weigh(written, terms)
    changed = terms.scratch / "fitted.ods"
    try:
        with zipfile.ZipFile(written) as before:
            parts = [(info, before.read(info)) for info in before.infolist()]
    except ZIP_FAULTS as error:
        raise Refused(QuarantineReason.DAMAGED) from error
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for info, content in parts:
            after.writestr(info, _fit(content) if info.filename == _STYLES else content)
    return changed


def _fit(styles: bytes) -> bytes:
    return _LAYOUT.sub(lambda layout: _SCALES.sub(b"", layout[0]) + _WISH, styles)
