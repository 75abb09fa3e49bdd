"""A thing that was found on this machine and goes into the bundle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from processors.bundle.parts import Part


@dataclass(frozen=True)
class Component:
    """A work of its own inside a file, for the bill of materials: a Go module in a program, a model in a wheel."""

    #: package URL, as in pkg:golang/github.com/minio/minio@v1; "" = there is no such scheme for it
    purl: str
    name: str
    version: str = ""
    sha256: str = ""
    licence: str = ""
    #: whether it is a model that was trained
    model: bool = False


@dataclass(frozen=True)
class Gathered:
    """A file for the bundle."""

    #: its name there
    path: str
    #: where its bytes are: a file, or the bytes themselves
    source: Path | bytes
    part: Part
    #: as `wanted.Wanted` has it
    name: str
    version: str = ""
    licence: str = ""
    purl: str = ""
    inside: tuple[Component, ...] = ()
