"""Writes a bundle: one tar archive whose bytes depend on what is in it and on nothing else."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from processors.bundle.errors import BundleError
from processors.bundle.gathered import Gathered
from processors.bundle.manifest import (
    MANIFEST,
    SIGNATURE,
    SUMS,
    File,
    Manifest,
    ManifestInvalid,
    check_paths,
    written,
)

#: called with the number of bytes that were read or written since
OnBytes = Callable[[int], None]
_CHUNK = 1024 * 1024


def described(found: Gathered, on_bytes: OnBytes) -> File:
    """A file with its size and digest; memory does not grow with it.

    Raises:
        BundleError: it cannot be read.
    """
    total, size = hashlib.sha256(), 0
    with _open(found) as stream:
        while chunk := stream.read(_CHUNK):
            total.update(chunk)
            size += len(chunk)
            on_bytes(len(chunk))
    part, name = found.part.value, found.name
    return File(
        path=found.path,
        size=size,
        sha256=total.hexdigest(),
        part=part,
        name=name,
        version=found.version,
        licence=found.licence,
    )


def whole(extra: str, content: bytes) -> File:
    """A file that the packer itself wrote."""
    return File(path=extra, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def sums(files: Sequence[File]) -> bytes:
    """The digests as `sha256sum --check` reads them."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda one: one.path)).encode()


def write(
    to: Path,
    manifest: Manifest,
    key: Ed25519PrivateKey,
    sources: dict[str, Path | bytes],
    epoch: int,
    on_bytes: OnBytes,
) -> None:
    """Write the archive: the manifest, its signature, then every file in the order of names.

    Args:
        to: the archive; it is there whole or not at all
        manifest: names exactly the files of `sources`
        key: signs the manifest
        sources: path in the bundle -> its bytes, or the file that has them
        epoch: the time that every file gets
        on_bytes: told of progress

    Raises:
        BundleError: a name cannot be in a bundle, a file changed since it was described, or there is no room.
    """
    try:
        check_paths([file.path for file in manifest.files])
    except ManifestInvalid as error:
        raise BundleError(f"This cannot be packed: {error}. Rename the file.") from None
    signed = written(manifest)
    draft = to.with_name(f".{to.name}.part")
    try:
        with draft.open("wb") as out, tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for name, content in ((MANIFEST, signed), (SIGNATURE, key.sign(signed))):
                archive.addfile(_header(name, len(content), epoch), io.BytesIO(content))
            for file in sorted(manifest.files, key=lambda one: one.path):
                with _stream(sources[file.path]) as stream:
                    watched = _Watched(stream, on_bytes)
                    archive.addfile(_header(file.path, file.size, epoch), watched)
                    if watched.digest() != file.sha256 or stream.read(1):
                        raise BundleError(f"{file.path} changed while it was packed. Pack again.")
        draft.replace(to)
    except OSError as error:
        raise BundleError(f"{to} cannot be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


class _Watched:
    """A stream that is hashed as it is read."""

    def __init__(self, stream: BinaryIO, on_bytes: OnBytes) -> None:
        self._stream = stream
        self._total = hashlib.sha256()
        self._on_bytes = on_bytes

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self._total.update(chunk)
        self._on_bytes(len(chunk))
        return chunk

    def digest(self) -> str:
        return self._total.hexdigest()


def _header(name: str, size: int, epoch: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mtime, header.mode = size, epoch, 0o644
    return header


def _open(found: Gathered) -> BinaryIO:
    try:
        return _stream(found.source)
    except OSError as error:
        raise BundleError(f"{found.name} cannot be read: {error}") from error


def _stream(source: Path | bytes) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


__all__ = ["SUMS", "OnBytes", "described", "sums", "whole", "write"]
