"""The manifest of a bundle, which is signed: every file in it with size and digest, and what was left out."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

#: bytes; of a bundle with every package and 20,000 files it is 5 MB
MOST_MANIFEST: Final = 32 * 1024 * 1024
#: characters of a path; whoever reads an archive keeps no longer one in memory
MOST_PATH: Final = 255
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
SBOM: Final = "sbom.cdx.json"
SUMS: Final = "SHA256SUMS"

_PLAIN: Final = re.compile(r"[A-Za-z0-9._+/@=-]+")
_Digest = Field(pattern=r"^[0-9a-f]{64}$")


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class File(_Closed):
    """A file in the bundle."""

    #: below the bundle's folder, with "/"
    path: str
    size: int = Field(ge=0)
    sha256: str = _Digest
    #: a value of `parts.Part`; "" for the SBOM and the list of sums
    part: str = ""
    #: of the thing that the file is, as `wanted.Wanted` has it
    name: str = ""
    version: str = ""
    #: SPDX where it is known; "" = what the file itself says was not found
    licence: str = ""


class Image(_Closed):
    """An image that the chart needs with the site's values."""

    name: str
    #: the file that holds it; None = left out
    file: str | None


class LeftOut(_Closed):
    """A thing that the site needs and the bundle does not hold, as whoever packed it said."""

    part: str
    name: str


class Manifest(_Closed):
    """All that a bundle holds."""

    format: Literal["chancery-bundle/1"] = "chancery-bundle/1"
    version: str
    revision: str
    #: of the commit, ISO 8601 in UTC
    made_of: str
    #: such as "cpython-3.11-linux-x86_64"
    platform: str
    extras: tuple[str, ...]
    #: sha256 of the public key that signed, see `audit.keys.fingerprint`
    key: str = _Digest
    images: tuple[Image, ...]
    left_out: tuple[LeftOut, ...]
    files: tuple[File, ...]


class ManifestInvalid(Exception):
    """The manifest is none, or names what no bundle holds; the message says what."""


def written(manifest: Manifest) -> bytes:
    """The manifest as text: the same manifest, the same bytes."""
    return json.dumps(manifest.model_dump(), ensure_ascii=True, sort_keys=True, indent=1).encode() + b"\n"


def read(untrusted: bytes) -> Manifest:
    """A manifest.

    Raises:
        ManifestInvalid: it is none, or its names cannot all be files beside each other on every system.
    """
    try:
        manifest = Manifest.model_validate_json(untrusted)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ManifestInvalid(f"{where or 'it'}: {first['msg']}") from None
    check_paths([file.path for file in manifest.files])
    return manifest


def check_paths(paths: list[str]) -> None:
    """Hold names to what can be unpacked anywhere without overwriting another.

    Raises:
        ManifestInvalid: one leads elsewhere, is too long, or would fall on another's place.
    """
    seen: dict[str, str] = {}
    for path in paths:
        if fault := unsafe(path):
            raise ManifestInvalid(f"the name {path[:120]!r} {fault}")
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            same = (
                "twice" if seen[folded] == path else f"beside {seen[folded]!r}, which is the same on some systems"
            )
            raise ManifestInvalid(f"the name {path!r} stands there {same}")
        seen[folded] = path
    for path in paths:
        for parent in PurePosixPath(path).parents:
            if str(parent).casefold() in seen:
                raise ManifestInvalid(f"the name {path!r} lies in {str(parent)!r}, which is a file")


def unsafe(path: str) -> str:
    """What is wrong with a name; "" = nothing."""
    if not _PLAIN.fullmatch(path):
        return "has characters that no name in a bundle has"
    if len(path) > MOST_PATH:
        return f"is longer than {MOST_PATH} characters"
    if path.startswith("/") or any(step in ("", ".", "..") for step in path.split("/")):
        return "leads out of the bundle, or is not written plainly"
    if path.casefold() in (MANIFEST, SIGNATURE):
        return "is the manifest's own"
    return ""
