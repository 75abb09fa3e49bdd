"""Reads a bundle that anybody may have written: an archive, or the folder that it was unpacked into.

Neither is unpacked here, nothing is written, and memory does not grow with what is read. Of an archive, only what
our own writer writes is understood: plain files, and GNU's headers of long names as far as a bundle has such names.
Links, devices and every other extension are told as what they are.
"""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from processors.bundle.errors import BundleError
from processors.bundle.manifest import MANIFEST, MOST_PATH, SIGNATURE

_CHUNK = 1024 * 1024
_BLOCK = tarfile.BLOCKSIZE


@dataclass
class Member:
    """A thing in a bundle. Its chunks can be read once, before the next member is asked for."""

    untrusted_name: str
    size: int
    chunks: Iterator[bytes]
    #: what it is, where it is no plain file: "a link"
    strange: str = ""


class TornError(Exception):
    """The archive cannot be read to its end; the message says why."""


def members(bundle: Path) -> Iterator[Member]:
    """Everything in a bundle, the manifest and its signature first.

    Raises:
        BundleError: there is no such file or folder.
        TornError: the archive ends too early, or holds what is no archive.
    """
    if bundle.is_dir():
        yield from _of_folder(bundle)
        return
    try:
        archive = bundle.open("rb")
    except OSError as error:
        raise BundleError(f"The bundle {bundle} cannot be read: {error.strerror}") from error
    with archive:
        yield from _of_archive(archive)


def _of_folder(folder: Path) -> Iterator[Member]:
    names = sorted(_names(folder), key=lambda name: (name not in (MANIFEST, SIGNATURE), name))
    for name in names:
        told = (folder / name).lstat()
        if stat.S_ISREG(told.st_mode):
            # Not followed even if it was replaced by a link a moment ago.
            with os.fdopen(os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
                yield Member(name, told.st_size, _all(stream))
        else:
            yield Member(name, 0, iter(()), "a link" if stat.S_ISLNK(told.st_mode) else "no plain file")


def _names(folder: Path) -> Iterator[str]:
    """Of everything but folders, below the bundle's; links to folders are not followed and are told."""
    for where, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        for name in (*files, *links):
            yield (Path(where) / name).relative_to(folder).as_posix()


def _all(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _of_archive(archive: BinaryIO) -> Iterator[Member]:
    long_name = ""
    while True:
        block = archive.read(_BLOCK)
        if len(block) < _BLOCK:
            raise TornError("it ends before its end mark")
        if block.count(0) == _BLOCK:
            _only_zeros(archive)
            return
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise TornError(f"what should be a file's header is none ({error})") from None
        if header.size < 0:
            raise TornError("a file's header tells a negative size")
        if header.type == tarfile.GNUTYPE_LONGNAME and not long_name and header.size <= MOST_PATH + 1:
            long_name = archive.read(_BLOCK)[: header.size].rstrip(b"\0").decode("utf-8", "surrogateescape")
            continue
        header.name, long_name = long_name or header.name, ""
        if header.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            kind = "a link" if header.islnk() or header.issym() else f"of the kind {header.type!r}"
            yield Member(header.name, 0, iter(()), kind)
            if not header.isfile() and header.type not in (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE):
                # What follows such a header belongs to it in a way that only it knows.
                raise TornError(f"it holds a header {kind}, which no bundle has")
            continue
        left = _Rest(archive, header.size)
        yield Member(header.name, header.size, left.chunks())
        left.skip()


class _Rest:
    """What is left of a member in the archive."""

    def __init__(self, archive: BinaryIO, size: int) -> None:
        self._archive = archive
        self._left = size
        self._padding = -size % _BLOCK

    def chunks(self) -> Iterator[bytes]:
        while self._left:
            chunk = self._archive.read(min(_CHUNK, self._left))
            if not chunk:
                raise TornError("it ends in the middle of a file")
            self._left -= len(chunk)
            yield chunk

    def skip(self) -> None:
        for _ in self.chunks():
            pass
        if self._archive.read(self._padding).strip(b"\0"):
            raise TornError("there is something between two files")


def _only_zeros(archive: BinaryIO) -> None:
    if archive.read(_BLOCK).count(0) != _BLOCK:
        raise TornError("its end mark is half")
    while chunk := archive.read(_CHUNK):
        if chunk.strip(b"\0"):
            raise TornError("there is something behind its end")
