"""A page as a picture, before anything is done to it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from processors.ocr.pixels import Grey, histogram, quantile, shrunk

#: Levels of grey by which ink differs from paper at least; faint print on white paper differs by some 50.
_INK_CONTRAST = 24
#: Share of the page that ink covers at least. A line of five words on a letter page covers 0.0004.
_LEAST_INK = 0.00005


@dataclass(frozen=True, slots=True)
class Picture:
    """A page that must be recognised."""

    #: counted from 1
    number: int
    #: points
    width: float
    height: float
    #: mode "L", `dpi` / 72 pixels a point in both directions
    image: Image.Image
    dpi: float


def is_blank(grey: Grey) -> bool:
    """Whether nothing but paper is to be seen; costs 2 ms and saves a second or two of looking for words.

    Averaging over 2 x 2 pixels lets single specks vanish. Light marks on dark paper count as ink, too.
    """
    if min(grey.shape) < 4:
        return False
    pixels = shrunk(grey, 2)
    shades = histogram(pixels)
    paper = int(quantile(shades, 0.5))
    marks = shades[: max(paper - _INK_CONTRAST, 0)].sum() + shades[paper + _INK_CONTRAST + 1 :].sum()
    return bool(marks < _LEAST_INK * pixels.size)
