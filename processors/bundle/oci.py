"""Image archives of an engine: which image one holds, and what it says of itself."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from processors.bundle.errors import BundleError

_MOST_JSON: Final = 4 * 1024 * 1024
_NAMES: Final = ("io.containerd.image.name", "org.opencontainers.image.ref.name")


@dataclass(frozen=True)
class Archive:
    """An OCI archive with one image."""

    file: Path
    #: as the archive calls it, "" where it does not
    name: str
    #: of the image's manifest: what a registry will call it, without "sha256:"
    digest: str
    licence: str

    def holds(self, image: str) -> bool:
        """Whether this is an image that is named as in the chart's values."""
        wanted, _, digest = image.partition("@sha256:")
        if digest:
            return digest == self.digest
        # Engines put a registry before a name that has none.
        own = self.name == wanted or self.name.endswith(f"/{wanted}")
        return own or self.file.name == f"{re.sub(r'[/:]', '-', wanted)}.oci.tar"


def archives(folder: Path) -> Iterator[Archive]:
    """All archives in a folder.

    Raises:
        BundleError: the folder cannot be read, or a .tar file in it is no OCI archive.
    """
    if not folder.is_dir():
        raise BundleError(f"{folder} is no folder. `make images` writes archives into dist/images.")
    for file in sorted(folder.glob("*.tar")):
        yield read(file)


def read(file: Path) -> Archive:
    """What an archive holds. Only its small files are read.

    Raises:
        BundleError: it is no OCI archive, or not whole.
    """
    try:
        with tarfile.open(file, "r:") as archive:
            index = _json(archive, "index.json")
            (entry,) = index["manifests"]
            digest = str(entry["digest"])
            names = entry.get("annotations", {})
            config = _json(archive, _blob(_json(archive, _blob(digest))["config"]["digest"]))
            for layer in _json(archive, _blob(digest))["layers"]:
                archive.getmember(_blob(layer["digest"]))
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise BundleError(
            f"{file} is no whole OCI archive of one image ({error}). Make it with `make images`, "
            "`podman save --format oci-archive` or `skopeo copy docker://… oci-archive:…`."
        ) from error
    labels: Mapping[str, str] = config.get("config", {}).get("Labels") or {}
    name = next((names[each] for each in _NAMES if each in names), "")
    return Archive(file, name, digest.removeprefix("sha256:"), labels.get("org.opencontainers.image.licenses", ""))


def _blob(digest: str) -> str:
    kind, _, number = digest.partition(":")
    return f"blobs/{kind}/{number}"


def _json(archive: tarfile.TarFile, name: str) -> dict[str, Any]:
    member = archive.getmember(name)
    stream = archive.extractfile(member) if member.size <= _MOST_JSON else None
    if stream is None:
        raise ValueError(f"{name} is no small file")
    found = json.load(stream)
    if not isinstance(found, dict):
        raise TypeError(f"{name} is no object")
    return found
