"""Where on a page the number of a field may stand: by its box, on no other box and on as few words as can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageStat

#: Pixels of a badge.
WIDTH, HEIGHT = 24, 20

#: left, top, right, bottom in pixels
Area = tuple[float, float, float, float]


def places(picture: Image.Image, boxes: Sequence[Area], every: Sequence[Area]) -> list[tuple[float, float]]:
    """The left upper corner of a badge for each of `boxes`, off the areas `every` and off each other."""
    grey = picture.convert("L")
    taken = list(every)
    found: list[tuple[float, float]] = []
    for box in boxes:
        corner = _beside(box, grey, taken)
        if _covered(_area(corner), taken):
            corner = _anywhere(box, grey.size, taken) or corner
        taken.append(_area(corner))
        found.append(corner)
    return found


def _beside(box: Area, grey: Image.Image, taken: Sequence[Area]) -> tuple[float, float]:
    """The best place that touches the box: above, below, left or right, in this order where all are as good."""
    x0, y0, x1, y1 = box
    across = (x0, x1 - WIDTH, (x0 + x1 - WIDTH) / 2)
    middle = (y0 + y1 - HEIGHT) / 2
    tried = [(x, y) for y in (y0 - HEIGHT, y1) for x in across] + [(x0 - WIDTH, middle), (x1, middle)]
    right, bottom = max(0, grey.width - WIDTH), max(0, grey.height - HEIGHT)
    on_page = [(x, y) for x, y in tried if 0 <= x <= right and 0 <= y <= bottom]
    return min(
        on_page or [(min(max(0.0, x0), right), min(max(0.0, y0), bottom))],
        key=lambda at: (_covered(_area(at), taken), _ink(grey, _area(at))),
    )


def _anywhere(box: Area, size: tuple[int, int], taken: Sequence[Area]) -> tuple[float, float] | None:
    """The nearest place on the page that covers nothing; None if there is none."""
    step = HEIGHT // 4
    grid = [(float(x), float(y)) for x in range(0, size[0] - WIDTH, step) for y in range(0, size[1] - HEIGHT, step)]
    grid.sort(key=lambda at: math.dist(at, box[:2]))
    return next((at for at in grid if not _covered(_area(at), taken)), None)


def _area(at: tuple[float, float]) -> Area:
    return (at[0], at[1], at[0] + WIDTH, at[1] + HEIGHT)


def _covered(area: Area, taken: Sequence[Area]) -> float:
    """Square pixels of the areas that are taken."""
    left, top, right, bottom = area
    return sum(
        (min(right, x1) - max(left, x0)) * (min(bottom, y1) - max(top, y0))
        for x0, y0, x1, y1 in taken
        if x0 < right and left < x1 and y0 < bottom and top < y1
    )


def _ink(grey: Image.Image, area: Area) -> int:
    """How much is written there: 0 for a plain ground of any colour, to 10."""
    spread = ImageStat.Stat(grey.crop(tuple(round(edge) for edge in area))).stddev[0]  # type: ignore[arg-type]
    return round(spread / 12.8)
