"""A picture of a page with the proof of each value drawn where it stands."""

from __future__ import annotations

import base64
import html
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from processors.commands.badges import HEIGHT, WIDTH, Area, places
from processors.commands.screen import counted, safe
from processors.events import Evidence
from processors.pages import Page

#: Pixels per point: 144 dpi is sharp on a screen and small in a file.
_SCALE = 2.0
_PANEL = 760
_COLOURS = {"verbatim": "#16803c", "normalised": "#1d4ed8", "derived": "#b45309", "missing": "#b91c1c"}


@dataclass(frozen=True)
class Proof:
    """One value and where it stands."""

    path: str
    value: str
    evidence: Evidence

    @property
    def colour(self) -> str:
        """By verdict."""
        return _COLOURS[self.evidence.verdict]

    @property
    def words(self) -> str:
        """What is written beside the page."""
        seen = self.evidence
        return f'on the page: "{safe(seen.text, 90)}" - {seen.verdict}, {seen.confidence:.2f}'


def best_page(evidence: dict[str, Evidence]) -> int:
    """The page with most proofs; 0 if there is none."""
    pages = [proof.page for proof in evidence.values() if proof.page and proof.boxes]
    return max(sorted(set(pages)), key=pages.count) if pages else 0


def proofs(values: Sequence[tuple[str, Any]], evidence: dict[str, Evidence], page: int) -> tuple[Proof, ...]:
    """The values that stand on a page."""
    return tuple(
        Proof(path, str(value), evidence[path])
        for path, value in values
        if path in evidence and evidence[path].page == page and evidence[path].boxes
    )


def elsewhere(values: Sequence[tuple[str, Any]], evidence: dict[str, Evidence], page: int) -> str:
    """What the picture of a page leaves out, such as "1 more field on page 2"; empty if nothing."""
    others = Counter(evidence[path].page for path, _ in values if path in evidence and evidence[path].boxes)
    told = [
        f"{counted(many, 'more field')} on page {n}" for n, many in sorted(others.items()) if n not in (0, page)
    ]
    return ", ".join(told)


def picture_of(original: Path, media_type: str, page: int) -> Image.Image:
    """A page of a document as people see it."""
    if media_type == "application/pdf":
        document = pypdfium2.PdfDocument(original)
        try:
            drawn: Image.Image = document[page - 1].render(scale=_SCALE).to_pil()
        finally:
            document.close()
        return drawn.convert("RGB")
    with Image.open(original) as picture:
        picture.seek(page - 1)
        return picture.convert("RGB")


def draw(picture: Image.Image, page: Page, found: Sequence[Proof], title: str, note: str = "") -> Image.Image:
    """The page with its boxes on the left, the fields on the right, below them the note."""
    picture = _sized(picture, page)
    scale = picture.width / page.width
    sheet = Image.new("RGB", (picture.width + _PANEL, max(picture.height, 180 + 96 * len(found))), "white")
    sheet.paste(picture, (0, 0))
    pen = ImageDraw.Draw(sheet)
    small, big = ImageFont.load_default(17), ImageFont.load_default(22)
    left = picture.width + 30
    pen.text((left, 30), safe(title, 62), fill="black", font=big)
    for row, proof in enumerate(found):
        top = 100 + 96 * row
        _badge(pen, left, top, row + 1, proof.colour, small)
        pen.text((left + 34, top), proof.path, fill=proof.colour, font=small)
        pen.text((left + 34, top + 22), safe(proof.value, 58), fill="black", font=big)
        pen.text((left + 34, top + 52), safe(proof.words, 84), fill="#555555", font=small)
    pen.text((left, 100 + 96 * len(found)), safe(note), fill="#555555", font=small)
    framed = [[_framed(box, scale) for box in proof.evidence.boxes] for proof in found]
    every = [box for boxes in framed for box in boxes]
    corners = places(picture, [boxes[0] for boxes in framed], every)
    for number, (proof, boxes, (x, y)) in enumerate(zip(found, framed, corners, strict=True), start=1):
        for box in boxes:
            pen.rectangle(box, outline=proof.colour, width=3)
        _badge(pen, x, y, number, proof.colour, small)
    return sheet


def web_page(picture: Image.Image, page: Page, found: Sequence[Proof], title: str, note: str = "") -> str:
    """The same as one HTML file: the boxes tell their field when pointed at. No script, nothing is loaded."""
    picture = _sized(picture, page)
    png = io.BytesIO()
    picture.save(png, "PNG", optimize=True)
    image = base64.b64encode(png.getvalue()).decode("ascii")
    boxes = "".join(_box(proof, box, page) for proof in found for box in proof.evidence.boxes)
    rows = "".join(
        f'<tr><td style="color:{p.colour}">{html.escape(p.path)}</td><td>{html.escape(safe(p.value))}</td>'
        f"<td>{html.escape(p.words)}</td></tr>"
        for p in found
    )
    head = html.escape(safe(title))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{head}</title><style>'
        "body{font:15px sans-serif;display:flex;gap:24px;flex-wrap:wrap;margin:24px}"
        "figure{position:relative;margin:0}"
        "figure img{width:816px;border:1px solid #ccc}"
        "figure i{position:absolute;border:2px solid;box-sizing:border-box}"
        "td{padding:4px 12px 4px 0;vertical-align:top}</style>"
        f'<figure><img alt="the page" src="data:image/png;base64,{image}">{boxes}</figure>'
        f"<div><h1>{head}</h1><table>{rows}</table><p>{html.escape(safe(note))}</p></div></html>"
    )


def _badge(pen: ImageDraw.ImageDraw, x: float, y: float, number: int, colour: str, font: Any) -> None:
    """The number that ties a box to its field."""
    pen.rectangle((x, y, x + WIDTH, y + HEIGHT), fill=colour)
    pen.text((x + WIDTH / 2, y + HEIGHT / 2), str(number), fill="white", font=font, anchor="mm")


def _framed(box: Area, scale: float) -> Area:
    """A box of evidence in pixels, with room for its frame."""
    x0, y0, x1, y1 = (edge * scale for edge in box)
    return (x0 - 3, y0 - 3, x1 + 3, y1 + 3)


def _box(proof: Proof, box: tuple[float, float, float, float], page: Page) -> str:
    x0, y0, x1, y1 = box
    place = (
        f"left:{x0 / page.width:.3%};top:{y0 / page.height:.3%};"
        f"width:{(x1 - x0) / page.width:.3%};height:{(y1 - y0) / page.height:.3%};color:{proof.colour}"
    )
    return f'<i style="{place}" title="{html.escape(f"{proof.path}: {safe(proof.value)}")}"></i>'


def _sized(picture: Image.Image, page: Page) -> Image.Image:
    """The picture at our scale, whatever the resolution of a scan."""
    return picture.resize((round(page.width * _SCALE), round(page.height * _SCALE)))
