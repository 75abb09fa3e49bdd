"""A writer of OLE storages (MS-CFB), as small as can be: for old office files and Outlook's mails in tests."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping
from typing import Any, TypeAlias

_SECTOR = 512
#: shorter streams lie in small sectors
_SMALL = 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_PROPERTIES = "__properties_version1.0"
_BINARY, _TEXT, _NUMBER = 0x0102, 0x001F, 0x0003
_READABLE_WRITABLE = 6

Tree: TypeAlias = Mapping[str, "bytes | Tree"]
#: property id -> value
Values: TypeAlias = Mapping[int, "str | bytes | int"]


class _Chains:
    """Sectors of one size and the table that links them."""

    def __init__(self, size: int) -> None:
        self.size, self.body, self.table = size, bytearray(), list[int]()

    def put(self, content: bytes) -> int:
        """Append a chain and return its first sector."""
        if not content:
            return _END
        first, count = len(self.table), -(-len(content) // self.size)
        self.body += content.ljust(count * self.size, b"\0")
        self.table += [*range(first + 1, first + count), _END]
        return first

    def packed(self) -> bytes:
        """The table, as long as whole sectors."""
        content = struct.pack(f"<{len(self.table)}I", *self.table)
        return content.ljust(-(-len(content) // _SECTOR) * _SECTOR, b"\xff")


class _Writer:
    """Puts together sectors, small sectors and the directory."""

    def __init__(self, tree: Tree) -> None:
        self.large, self.small = _Chains(_SECTOR), _Chains(64)
        self._entries: list[list[Any]] = []
        self._add("Root Entry", 5, 0, 0)
        self._entries[0][2] = self._walk(tree)

    def _add(self, name: str, kind: int, start: int, size: int) -> int:
        self._entries.append([name, kind, _NONE, _NONE, start, size])
        return len(self._entries) - 1

    def _walk(self, branch: Tree) -> int:
        """Add the children of a storage and return the first; each is the right neighbour of the one before."""
        numbers = []
        for name in sorted(branch, key=lambda one: (len(one), one.upper())):
            inside = branch[name]
            if isinstance(inside, bytes):
                chains = self.small if len(inside) < _SMALL else self.large
                numbers.append(self._add(name, 2, chains.put(inside), len(inside)))
            else:
                numbers.append(self._add(name, 1, 0, 0))
                self._entries[numbers[-1]][2] = self._walk(inside)
        for left, right in itertools.pairwise(numbers):
            self._entries[left][3] = right
        return numbers[0] if numbers else _NONE

    def directory(self) -> bytes:
        self._entries[0][4:] = [self.large.put(bytes(self.small.body)), len(self.small.body)]
        made = b""
        for name, kind, child, right, start, size in self._entries:
            encoded = (name + "\0").encode("utf-16-le")
            made += encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, _NONE, right, child)
            made += bytes(36) + struct.pack("<IQ", start, size)
        return made


def storage(tree: Tree) -> bytes:
    """A storage; a name stands for a stream's bytes or for a storage within."""
    writer = _Writer(tree)
    large = writer.large
    directory = large.put(writer.directory())
    small_table = writer.small.packed()
    small_start = large.put(small_table)
    tables = 1
    while tables * 128 < len(large.table) + tables:
        tables += 1
    places = list(range(len(large.table), len(large.table) + tables))
    large.table += [_FAT] * tables
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIII", 0, tables, directory, 0, _SMALL)
    head += struct.pack("<IIII", small_start, len(small_table) // _SECTOR, _END, 0)
    head += struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    return head + bytes(large.body) + large.packed()


def properties(values: Values, header: int) -> dict[str, bytes | Tree]:
    """The streams of one object of an Outlook mail; `header` bytes stand before its table of properties."""
    rows = bytearray(header)
    streams: dict[str, bytes | Tree] = {}
    for number, value in values.items():
        if isinstance(value, int):
            rows += struct.pack("<HHIQ", _NUMBER, number, _READABLE_WRITABLE, value)
            continue
        kind, content = (_BINARY, value) if isinstance(value, bytes) else (_TEXT, value.encode("utf-16-le"))
        rows += struct.pack("<HHIII", kind, number, _READABLE_WRITABLE, len(content), 0)
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = content
    return {_PROPERTIES: bytes(rows), **streams}


def message(values: Values, attachments: list[Tree] | None = None, header: int = 32) -> dict[str, bytes | Tree]:
    """An Outlook mail as a tree."""
    files = {f"__attach_version1.0_#{number:08X}": one for number, one in enumerate(attachments or [])}
    return {**properties(values, header), **files}


def attachment(values: Values, inner: Tree | None = None) -> dict[str, bytes | Tree]:
    """An attachment; `inner` is a mail inside the mail."""
    return {**properties(values, 8), **({"__substg1.0_3701000D": inner} if inner else {})}
