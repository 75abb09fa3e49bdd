"""Which fonts of a folder lines can be printed in: none comes with Chancery, any that the machine has will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from processors.forge.errors import NotThere
from processors.ocr.lines.alphabet import ALPHABET

_FIXED = (".pcf", ".pcf.gz")
_SCALABLE = (".ttf", ".otf")
#: Pixels of a bitmap font's sizes; the file has one of them.
_BITMAP_SIZES = range(6, 40)
#: Where no font has a letter: what is drawn there, is drawn for every letter that is lacking.
_NO_LETTER = "\U0010fffe"
_TRIED_SIZE = 20
#: Signs that a font may lack: texts that need them are printed in others.
_MAY_LACK = frozenset("£€°")


@dataclass(frozen=True, slots=True)
class Font:
    """A font file that has all letters that it must have."""

    path: Path
    #: whether it is a bitmap of one size
    fixed: bool
    lacks: frozenset[str]

    def face(self, size: int) -> ImageFont.FreeTypeFont:
        """The font at a size in pixels; one that is fixed comes in its own."""
        return _bitmap(self.path) if self.fixed else _face(self.path, size)


def usable(folder: Path) -> tuple[list[Font], list[str]]:
    """The fonts of a folder and the folders in it, and the names of the files that were left out.

    Raises:
        NotThere: there is no scalable font with all letters.
    """
    fonts, left_out = [], []
    for path in sorted(folder.rglob("*")):
        if path.name.lower().endswith((*_FIXED, *_SCALABLE)):
            font = _looked_at(path)
            if font is None:
                left_out.append(path.name)
            else:
                fonts.append(font)
    if all(font.fixed for font in fonts):
        raise NotThere(f"{folder} holds no TTF or OTF font with all letters: name a folder with `--fonts`.")
    return fonts, left_out


def _looked_at(path: Path) -> Font | None:
    """None where it cannot be opened, or lacks letters of the alphabet that are not among those it may lack."""
    fixed = path.name.lower().endswith(_FIXED)
    try:
        face = _bitmap(path) if fixed else _face(path, _TRIED_SIZE)
    except OSError:
        return None
    lacks = frozenset(_lacking(face, ALPHABET))
    return Font(path, fixed, lacks) if lacks <= _MAY_LACK else None


def _lacking(face: ImageFont.FreeTypeFont, letters: str) -> Sequence[str]:
    nothing = _drawn(face, _NO_LETTER)
    # Some fonts draw a question mark where they have no letter.
    return [one for one in letters if one not in " ?" and _drawn(face, one) in (nothing, b"")]


def _drawn(face: ImageFont.FreeTypeFont, letter: str) -> bytes:
    mask = face.getmask(letter)
    return bytes(mask) if any(mask) else b""


@lru_cache(maxsize=4_000)
def _face(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=500)
def _bitmap(path: Path) -> ImageFont.FreeTypeFont:
    for size in _BITMAP_SIZES:
        try:
            return ImageFont.truetype(str(path), size)
        except OSError:
            continue
    raise OSError(f"{path}: no bitmap font of {_BITMAP_SIZES.start} to {_BITMAP_SIZES.stop - 1} pixels")
