"""Date fields of the old Word format, whose kind is a number in a table beside the text (MS-DOC 2.8.25, PlcFld).

The number is replaced by that of QUOTE, which LibreOffice shows as it stands: the last result stays.
"""

from __future__ import annotations

import struct
from pathlib import Path

import olefile

from processors.formats.containers import OLE_FAULTS

#: CREATEDATE, SAVEDATE, PRINTDATE, EDITTIME, FILENAME, DATE, TIME
_WORKED_OUT = frozenset((0x15, 0x16, 0x17, 0x19, 0x1D, 0x1F, 0x20))
_QUOTE = 0x23
_BEGINS = 0x13
#: Places, in the file's first block, of the tables of fields: main text, headers, footnotes, text boxes of either.
_TABLES = (0x11A, 0x122, 0x12A, 0x262, 0x272)
_WORD_97 = 0x00C1
_SECOND_TABLE = 0x0200


def freeze(file: Path) -> None:
    """Change the tables in place; a file in which they cannot be found is left as it is."""
    try:
        with olefile.OleFileIO(file, write_mode=True) as storage:
            head = storage.openstream("WordDocument").read(0x300)
            version, flags = struct.unpack_from("<H", head, 2)[0], struct.unpack_from("<H", head, 0x0A)[0]
            if version < _WORD_97:
                return
            name = "1Table" if flags & _SECOND_TABLE else "0Table"
            before = storage.openstream(name).read()
            after = bytearray(before)
            for place in _TABLES:
                start, length = struct.unpack_from("<II", head, place)
                _freeze(after, start, length)
            if after != before:
                storage.write_stream(name, bytes(after))
    except OLE_FAULTS:
        return


def _freeze(table: bytearray, start: int, length: int) -> None:
    """`length` bytes from `start` are n + 1 positions of four bytes, then n fields of two."""
    if length < 4 or start + length > len(table):
        return
    count = (length - 4) // 6
    first = start + 4 * (count + 1)
    for field in range(first, first + 2 * count, 2):
        if table[field] & 0x1F == _BEGINS and table[field + 1] in _WORKED_OUT:
            table[field + 1] = _QUOTE
