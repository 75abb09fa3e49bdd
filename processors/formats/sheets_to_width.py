"""Spreadsheets on paper: every sheet as wide as its page, and as long as it needs.

By itself a sheet wider than its paper is cut into pages side by side, and a row's values are torn apart.
LibreOffice takes no such wish on its command line, so the file is written as ODS first, where the wish is two
attributes of the page layouts.
"""

from __future__ import annotations

import re
from pathlib import Path

from processors.formats import archive, frozen, kinds, soffice
from processors.formats.port import Terms

_LAYOUT = re.compile(rb"<style:page-layout-properties\b[^>]*?(?=/?>)")
_SCALES = re.compile(rb'\sstyle:scale-to(?:-pages|-X|-Y)?="[^"]*"')
#: One page wide; 0 stands for any number of pages.
_WISH = b' style:scale-to-X="1" style:scale-to-Y="0"'
_STYLES = "styles.xml"


def fitted(untrusted_file: Path, kind: str, reads: str, terms: Terms) -> Path:
    """The spreadsheet as ODS whose sheets fit their page's width.

    Raises:
        Refused: it cannot be converted.
        StageFailed: LibreOffice is not installed.
    """
    written = untrusted_file
    if kind != kinds.ODS:
        written = soffice.convert(untrusted_file, reads, "ods:calc8", terms.scratch)
        archive.weigh(written, terms)
        # What was a value stays one when it is read again.
        written = frozen.frozen(written, kinds.ODS, terms)
    copy = terms.scratch / "fitted.ods"
    frozen.rewrite(written, copy, lambda name: _fit if name == _STYLES else None)
    return copy


def _fit(styles: bytes) -> bytes:
    return _LAYOUT.sub(lambda layout: _SCALES.sub(b"", layout[0]) + _WISH, styles)
