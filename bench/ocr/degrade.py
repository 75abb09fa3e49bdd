"""Pages made worse on purpose, the same way each time, so that every folder has pages of every kind.

Each takes a grey page at its resolution and gives a picture and its dots per inch across and down.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from bench.pages import PagePicture

Made = tuple[Image.Image, tuple[int, int]]

#: Degrees by which a page is skewed at most, and at least, so that it is skewed at all.
_MOST_SKEW, _LEAST_SKEW = 3.0, 1.0
#: Standard deviation of the grain in levels of grey, least and most: with 60 the bare engine lost a third of the
#: words of a page, with 25 none. Blur of the copier's lens and of the scanner's, in pixels at 300 dpi.
_LEAST_GRAIN, _MOST_GRAIN = 35.0, 50.0
_LENS, _SCANNER = 1.2, 0.8
_LOW_DPI = 150
#: Standard resolution of fax machines.
_FAX_DPI = (204, 98)


def skewed(page: PagePicture, seed: str) -> Made:
    """Turned by 1 to 3 degrees to either side, as by a careless hand on the scanner."""
    random = _random(seed)
    degrees = random.uniform(_LEAST_SKEW, _MOST_SKEW) * random.choice((-1, 1))
    turned = page.image.rotate(float(degrees), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return turned, (page.dpi, page.dpi)


def noisy(page: PagePicture, seed: str) -> Made:
    """Blurred, with grain, as from a poor copier."""
    random = _random(seed)
    blurred = page.image.filter(ImageFilter.GaussianBlur(_LENS * page.dpi / 300))
    pixels = np.asarray(blurred, dtype=np.float32)
    # Print of a copy is grey and its paper is not white.
    pixels = 50 + pixels * 0.7
    grain = random.standard_normal(pixels.shape, dtype=np.float32) * random.uniform(_LEAST_GRAIN, _MOST_GRAIN)
    copied = Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))
    return copied.filter(ImageFilter.GaussianBlur(_SCANNER * page.dpi / 300)), (page.dpi, page.dpi)


def turned(page: PagePicture, seed: str) -> Made:
    """On its side or upside down."""
    ways = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    return page.image.transpose(ways[int(_random(seed).integers(len(ways)))]), (page.dpi, page.dpi)


def low_resolution(page: PagePicture, seed: str) -> Made:
    """At 150 dpi."""
    del seed
    return _resized(page, (_LOW_DPI, _LOW_DPI)), (_LOW_DPI, _LOW_DPI)


def fax(page: PagePicture, seed: str) -> Made:
    """Black and white, at a fax machine's standard resolution: half as many lines as columns."""
    del seed
    return _resized(page, _FAX_DPI).point(lambda grey: 255 if grey > 150 else 0).convert("1"), _FAX_DPI


#: By the group that they belong to.
WAYS: dict[str, Callable[[PagePicture, str], Made]] = {
    "skewed": skewed,
    "noisy": noisy,
    "turned": turned,
    "low_resolution": low_resolution,
    "fax": fax,
}


def write(way: str, page: PagePicture, seed: str, place: Path) -> Path:
    """Make the page worse and write it, without loss, as a picture file with its resolution in it.

    Args:
        way: of `WAYS`
        page: the page as it was
        seed: what the chances hang on, such as the file's name
        place: without extension

    Returns:
        The file.
    """
    image, dpi = WAYS[way](page, f"{way} {seed}")
    if image.mode == "1":
        file = place.with_name(f"{place.name}.tif")
        image.save(file, compression="group4", dpi=dpi)
    else:
        file = place.with_name(f"{place.name}.png")
        image.save(file, compress_level=1, dpi=dpi)
    return file


def _resized(page: PagePicture, dpi: tuple[int, int]) -> Image.Image:
    width, height = (
        max(math.ceil(side * new / page.dpi), 1) for side, new in zip(page.image.size, dpi, strict=True)
    )
    return page.image.resize((width, height), Image.Resampling.LANCZOS)


def _random(seed: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big"))
