"""Strips of real pages with what stands on them, and the file that keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from processors.forge.errors import NotThere
from processors.ocr.pixels import Grey

FILE = "strips.npz"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A strip of a real page, and what stands on it."""

    #: HEIGHT x width
    grey: Grey
    text: str
    #: the name of the document that it was cut from
    document: str = ""


def save(file: Path, strips: Sequence[Labelled]) -> None:
    """Write strips, of whatever lengths, one behind another; at least one."""
    about = [{"text": one.text, "document": one.document} for one in strips]
    np.savez_compressed(
        file,
        pixels=np.concatenate([one.grey for one in strips], 1),
        widths=np.array([one.grey.shape[1] for one in strips]),
        about=np.array(json.dumps(about)),
    )


def load(file: Path) -> list[Labelled]:
    """The strips of a file.

    Raises:
        NotThere: there is no such file.
    """
    if not file.is_file():
        raise NotThere(f"{file} is missing: make it with `python -m processors.forge.line_reader.labelled`.")
    with np.load(file) as held:
        about = json.loads(str(held["about"]))
        pieces = np.split(held["pixels"], np.cumsum(held["widths"])[:-1], axis=1)
    return [Labelled(grey, one["text"], one["document"]) for grey, one in zip(pieces, about, strict=True)]
