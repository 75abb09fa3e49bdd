"""The waterfall as one SVG: loads nothing, runs nothing, follows light and dark, says in words what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap

from processors.telemetry.waterfall import wording
from processors.telemetry.waterfall.bars import bar
from processors.telemetry.waterfall.colours import FAILED, LOOKS, STAGE, STORE, WAITED, WORKER, Look, look_of
from processors.telemetry.waterfall.lasting import at, lasted
from processors.telemetry.waterfall.scale import Scale
from processors.telemetry.waterfall.way import Piece, Run, Way

WIDTH = 1280.0
#: right edges of the columns of numbers, the time axis, and where the last column begins
_WAITED, _WORKED, _BY, LEFT, RIGHT, _BECAME = 288.0, 372.0, 388.0, 466.0, 1056.0, 1068.0
ROW, HEAD, _LINE = 30.0, 44.0, 19.0
#: of a sentence, letters in a line
_TEXT, _LETTERS = 16.0, 165


def svg(way: Way, *, titled: bool = True) -> str:
    """The picture.

    Args:
        way: what it shows
        titled: with its title to be seen; a page has one of its own
    """
    body, y = [], 44.0 if titled else 8.0
    for before, run in zip((None, *way.runs), way.runs, strict=False):
        if before is not None:
            body.append(_text(_TEXT, y + 18, wording.between(before, run), "between"))
            y += 30
        lines = wrap(wording.of_run(run), _LETTERS)
        body.append(_text(_TEXT, y + 14, f"Run {run.name}, begun {at(run.begun)}, trace {run.trace}", "run"))
        body += [_text(_TEXT, y + 34 + _LINE * number, line, "said") for number, line in enumerate(lines)]
        y += 24 + _LINE * len(lines)
        body += _run(run, y)
        y += HEAD + ROW * len(run.pieces) + 34
    legend = list(_legend(way, y))
    height = y + 22 * ((len(legend) + 2) // 3) + 14
    title = f"The way of document {way.document}"
    said = " ".join(f"Run {run.name}: {wording.of_run(run)}" for run in way.runs)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="way" viewBox="0 0 {WIDTH:.0f} {height:.0f}" '
            f'width="{WIDTH:.0f}" height="{height:.0f}" role="img" aria-labelledby="way-title way-said">',
            f'<title id="way-title">{escape(title)}</title><desc id="way-said">{escape(said)}</desc>',
            f"<style>{_style()}</style>",
            _pattern(),
            f'<rect class="paper" width="{WIDTH:.0f}" height="{height:.0f}"/>',
            *([_text(_TEXT, 26, title, "title")] if titled else []),
            *body,
            *(piece for entry in legend for piece in entry),
            "</svg>\n",
        ]
    )


def _run(run: Run, top: float) -> Iterator[str]:
    scale = Scale(run, RIGHT - LEFT)
    heads, rows = top + HEAD - 8, top + HEAD
    bottom = rows + ROW * len(run.pieces)
    for place, name, anchor in (
        *((_TEXT, "work", "start"), (_WAITED, "waited", "end")),
        *((_WORKED, "worked", "end"), (_BY, "by", "start"), (_BECAME, "became", "start")),
    ):
        yield _text(place, heads, name, "head", anchor)
    for tick in scale.ticks():
        x = LEFT + tick.place
        yield f'<path class="grid" d="M{x:.1f} {rows:.1f}V{bottom:.1f}"/>'
        yield _text(x, heads, tick.label, "head", "start" if tick.place < 1 else "middle")
    for stretch in scale.stretches:
        if stretch.is_cut:
            middle = LEFT + (stretch.left + stretch.right) / 2
            yield (
                f'<rect class="cut" x="{LEFT + stretch.left:.1f}" y="{rows - 22:.1f}" '
                f'width="{stretch.right - stretch.left:.1f}" height="{bottom - rows + 22:.1f}"/>'
            )
            yield _text(middle, heads, lasted(stretch.ended - stretch.begun), "head cutting", "middle")
            yield _text(middle, bottom + 14, "cut short", "head cutting", "middle")
    lines = {piece.id: number for number, piece in enumerate(run.pieces) if piece.id}
    for number, piece in enumerate(run.pieces):
        y = rows + ROW * number
        if number % 2:
            yield f'<rect class="row" x="0" y="{y:.1f}" width="{WIDTH:.0f}" height="{ROW:.1f}"/>'
        if piece.parent in lines and piece.waited:
            asked = run.pieces[lines[piece.parent]]
            x = LEFT + scale.place(asked.committed)
            begin = rows + ROW * lines[piece.parent] + ROW / 2
            end, line = LEFT + scale.place(piece.written), y + ROW / 2
            yield f'<path class="link" d="M{x:.1f} {begin:.1f}V{line:.1f}H{end:.1f}"/>'
    for number, piece in enumerate(run.pieces):
        yield from _row(piece, run, scale, rows + ROW * number)
    yield f'<path class="axis" d="M{LEFT:.1f} {rows:.1f}H{RIGHT:.1f}M{LEFT:.1f} {bottom:.1f}H{RIGHT:.1f}"/>'


def _row(piece: Piece, run: Run, scale: Scale, y: float) -> Iterator[str]:
    base = y + ROW / 2 + 4.5
    yield f"<g><title>{escape(wording.of_piece(piece, run))}</title>"
    yield f'<rect class="hit" x="0" y="{y:.1f}" width="{WIDTH:.0f}" height="{ROW:.1f}"/>'
    bad = piece.lost or piece.code
    again = f" \N{MIDDLE DOT} attempt {piece.attempt}" if piece.attempt > 1 or bad else ""
    yield _text(_TEXT, base, piece.name + again, "name bad" if bad else "name")
    if not piece.lost:
        yield _text(_WAITED, base, lasted(piece.waited), "number", "end")
        yield _text(_WORKED, base, lasted(piece.worked), "number", "end")
        yield _text(_BY, base, piece.worker, "by")
    if bad or piece.end or piece.outcome != "done":
        yield _text(_BECAME, base, wording.became(piece), "said bad" if bad else "name")
    yield from bar(piece, scale, LEFT, y, ROW)
    yield "</g>"


def _legend(way: Way, top: float) -> Iterator[tuple[str, str]]:
    """What is to be seen in this picture, and no more."""
    pieces = [piece for run in way.runs for piece in run.pieces]
    seen: set[Look] = {look_of(part.name) for piece in pieces for part in piece.parts} | {WORKER, STAGE, STORE}
    if any(piece.waited for piece in pieces):
        seen.add(WAITED)
    if any(piece.lost or piece.code for piece in pieces):
        seen.add(FAILED)
    for number, look in enumerate(one for one in LOOKS if one in seen):
        x, y = _TEXT + (number % 3) * 400, top + (number // 3) * 22
        yield (
            f'<rect class="part {look.name}" x="{x:.0f}" y="{y - 10:.0f}" width="22" height="12" rx="2"/>',
            _text(x + 30, y, look.meaning, "key"),
        )


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _pattern() -> str:
    return (
        '<defs><pattern id="waiting" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern>'
        '<pattern id="dying" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
        '<path class="dying" d="M0 0V5"/></pattern></defs>'
    )


def _style() -> str:
    light = "".join(f"--{look.name}:{look.light};" for look in LOOKS)
    dark = "".join(f"--{look.name}:{look.dark};" for look in LOOKS)
    parts = "".join(f".way .{look.name}{{fill:var(--{look.name})}}" for look in LOOKS)
    return (
        f".way{{{light}--paper:#fff;--ink:#17202a;--quiet:#55616e;--rule:#d5dbe1;--sunk:#f4f6f8;color-scheme:light}}"
        f"@media (prefers-color-scheme:dark){{.way{{{dark}--paper:#161c23;--ink:#e6ebf0;--quiet:#a3afbb;"
        "--rule:#36424e;--sunk:#1c242c;color-scheme:dark}}"
        ".way text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;"
        "fill:var(--ink)}.way .title{font-size:18px;font-weight:600}.way .run{font-weight:600}"
        ".way .said,.way .key,.way .by{fill:var(--quiet)}.way .head{font-size:12px;fill:var(--quiet)}"
        ".way .between{font-style:italic;fill:var(--quiet)}.way .number{font-variant-numeric:tabular-nums}"
        ".way .bad{fill:var(--failed);font-weight:600}.way .cutting{font-style:italic}"
        ".way .paper{fill:var(--paper)}.way .row{fill:var(--sunk)}.way .hit{fill:transparent}"
        ".way .grid{stroke:var(--rule)}.way .axis{stroke:var(--quiet);fill:none}"
        ".way .cut{fill:var(--sunk);stroke:var(--rule);stroke-dasharray:3 3}"
        ".way .link{stroke:var(--quiet);stroke-dasharray:1 3;fill:none}"
        ".way .hatch{stroke:var(--waited);stroke-width:2.4}.way .dying{stroke:var(--failed);stroke-width:2.2}"
        f"{parts}.way .waited{{fill:url(#waiting);stroke:var(--waited)}}"
        ".way .failed{fill:url(#dying);stroke:var(--failed);stroke-dasharray:3 2}"
        ".way .outline{fill:none;stroke:var(--failed);stroke-width:2}"
        ".way g:hover .hit{fill:var(--rule);fill-opacity:.4}"
    )
