"""The bar of one piece of work: how long it waited, and what it did."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from processors.telemetry.waterfall.colours import look_of
from processors.telemetry.waterfall.lasting import lasted
from processors.telemetry.waterfall.scale import Scale
from processors.telemetry.waterfall.way import Piece

#: places: what is shorter is drawn as wide as this, so that it is seen
_LEAST = 1.5
_HIGH, _THIN = 16.0, 8.0


def bar(piece: Piece, scale: Scale, left: float, y: float, high: float) -> Iterator[str]:
    """The bar, in a row that begins at `y` and is so `high`; `left` is where the axis begins."""
    top = y + (high - _HIGH) / 2
    begun, ended = left + scale.place(piece.begun), left + scale.place(piece.committed)
    if piece.lost:
        yield _box("part failed", begun, ended, top + (_HIGH - _THIN) / 2, _THIN, "")
        return
    written = left + scale.place(piece.written)
    if piece.waited:
        yield _box(
            "part waited", written, begun, top + (_HIGH - _THIN) / 2, _THIN, f"waited {lasted(piece.waited)}"
        )
    yield _box("part worker", begun, ended, top, _HIGH, "")
    for part in piece.parts:
        said = f"{part.name} {lasted(part.ended - part.begun)}" + (f", failed: {part.code}" if part.code else "")
        from_, to = left + scale.place(part.begun), left + scale.place(part.ended)
        yield _box(f"part {look_of(part.name).name}", from_, to, top, _HIGH, said, least=0.5)
    if piece.code:
        yield _box("outline", begun - 1, max(ended, begun + _LEAST) + 1, top - 1, _HIGH + 2, "")


def _box(kind: str, begun: float, ended: float, top: float, high: float, said: str, least: float = _LEAST) -> str:
    title = f"<title>{escape(said)}</title>" if said else ""
    return (
        f'<rect class="{kind}" x="{begun:.1f}" y="{top:.1f}" width="{max(ended - begun, least):.1f}" '
        f'height="{high:.1f}">{title}</rect>'
    )
