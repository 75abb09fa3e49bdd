"""Compressed RTF, as Outlook keeps the body of a mail that has no other (MS-OXRTFCP)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
#: What the dictionary holds at the start, by the specification.
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u"
    rb"\tab\tx"
)
_RING = 4096


def expanded(untrusted: bytes, most_bytes: int) -> bytes:
    """The RTF, at most `most_bytes` of it.

    Raises:
        ValueError: not compressed RTF.
    """
    if len(untrusted) < 16:
        raise ValueError("no header")
    raw_size, kind = struct.unpack_from("<4xII", untrusted)
    wanted = min(raw_size, most_bytes)
    if kind == _PLAIN:
        return untrusted[16 : 16 + wanted]
    if kind != _COMPRESSED:
        raise ValueError("no compressed RTF")
    ring = bytearray(_DICTIONARY.ljust(_RING, b"\0"))
    write, read, out = len(_DICTIONARY), 16, bytearray()
    while read < len(untrusted) and len(out) < wanted:
        control = untrusted[read]
        read += 1
        for bit in range(8):
            if control >> bit & 1:
                if read + 2 > len(untrusted):
                    return bytes(out)
                reference = int.from_bytes(untrusted[read : read + 2], "big")
                read += 2
                offset, length = reference >> 4, (reference & 0xF) + 2
                if offset == write:  # the end, by the specification
                    return bytes(out[:wanted])
                # Byte by byte: a reference may run into what it writes.
                piece: Iterator[int] = (ring[(offset + step) % _RING] for step in range(length))
            elif read < len(untrusted):
                piece = iter(untrusted[read : read + 1])
                read += 1
            else:
                break
            for byte in piece:
                ring[write] = byte
                write = (write + 1) % _RING
                out.append(byte)
    return bytes(out[:wanted])
