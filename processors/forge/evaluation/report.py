"""The report: one HTML file that loads nothing and runs nothing, for people; the same figures as JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from processors.forge.evaluation import confidence, drawing
from processors.forge.evaluation.pictures import crop
from processors.forge.evaluation.reading import Case
from processors.pages import read_pages


def write(
    result: Mapping[str, Any], place: Path, *, title: str, about: Mapping[str, str], cases: Mapping[str, Case]
) -> None:
    """Write the report to `place` (.html) and its figures beside it (.json).

    Args:
        result: as `evaluate` gives it
        place: of the HTML file
        title: for its top
        about: what was judged and how, by name
        cases: the documents by name, for pictures of the worst values; one that is missing has none
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(html(result, title=title, about=about, cases=cases), encoding="utf-8")
    plain = json.dumps({"title": title, "about": dict(about), **result}, indent=1, ensure_ascii=False)
    place.with_suffix(".json").write_text(plain + "\n", encoding="utf-8")


def html(result: Mapping[str, Any], *, title: str, about: Mapping[str, str], cases: Mapping[str, Case]) -> str:
    """The page; see `write`."""
    # Everything that is put in is escaped; values of documents are untrusted.
    environment = Environment(
        loader=PackageLoader("processors.forge.evaluation", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = [("All documents", result["all"]), *result["types"].items()]
    worst = [{**one, "picture": _picture(one, cases)} for one in result["worst"]]
    page = environment.get_template("report.html.j2")
    overview = Markup(drawing.bars(_bars(result), "Micro-F1 by type, with 95 % intervals"))  # noqa: S704 - our own
    return page.render(
        title=title,
        about=about,
        all=result["all"],
        groups=[(name, group, *_plots(name, group)) for name, group in groups],
        types=result["types"],
        overview=overview,
        worst=worst,
        bearable=confidence.BEARABLE,
    )


def _bars(result: Mapping[str, Any]) -> list[tuple[str, float, float, float]]:
    rows = [("all", result["all"]), *result["types"].items()]
    return [(name, *(one["micro_f1"][key] for key in ("value", "low", "high"))) for name, one in rows]


def _plots(name: str, group: Mapping[str, Any]) -> tuple[Markup, Markup]:
    """Reliability and risk; the SVG is our own, its texts are escaped where they are made."""
    bins = [(c, p, n) for c, p, n in group["bins"]]
    curve = [(x, y) for x, y in group["curve"]]
    reliability = drawing.reliability(bins, f"{name}: precision by confidence")
    risk = drawing.risk(curve, confidence.BEARABLE, f"{name}: wrong among released values by their share")
    return Markup(reliability), Markup(risk)  # noqa: S704


def _picture(example: Mapping[str, Any], cases: Mapping[str, Case]) -> str:
    """A piece of the page; "" where there are no page records, or the value has no place."""
    case = cases.get(example["document"])
    if case is None or not example["boxes"]:
        return ""
    page = next((one for one in read_pages(case.pages) if one.number == example["page"]), None)
    if page is None:
        return ""
    x = [(box[0], box[1], box[2], box[3]) for box in example["boxes"]]
    return crop(page, x, case.original)
