"""The chart as the archive that `helm package` would make, with the same bytes each time."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

from processors.bundle.checkout import Checkout


def name(checkout: Checkout) -> str:
    """The archive's name, as Helm expects it."""
    return f"chancery-{checkout.version}.tgz"


def pack(checkout: Checkout) -> bytes:
    """The archive."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in sorted(_files(checkout.chart)):
            header = tarfile.TarInfo(f"chancery/{file.relative_to(checkout.chart).as_posix()}")
            content = file.read_bytes()
            header.size, header.mtime, header.mode = len(content), checkout.epoch, 0o644
            archive.addfile(header, io.BytesIO(content))
    return gzip.compress(tar.getvalue(), mtime=checkout.epoch)


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".")]
