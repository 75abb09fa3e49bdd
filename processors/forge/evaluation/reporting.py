"""The report: one HTML page that loads nothing and runs nothing, for people; the same figures as JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from processors.forge.evaluation import confidence, drawing

TITLE = "How well fields are read"


def write(figures: Mapping[str, Any], place: Path, *, title: str = TITLE, about: Mapping[str, str]) -> None:
    """Write the report to `place` (.html) and its figures beside it (.json).

    Args:
        figures: as `evaluate` gives them
        place: of the HTML file
        title: for its top
        about: what was judged and how, by name
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(report(figures, title=title, about=about), encoding="utf-8")
    worst = [{k: v for k, v in one.items() if k != "picture"} for one in figures["worst"]]
    plain = {"title": title, "about": dict(about), **figures, "worst": worst}
    place.with_suffix(".json").write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def report(figures: Mapping[str, Any], *, title: str = TITLE, about: Mapping[str, str] | None = None) -> str:
    """The page; see `write`. It holds values of documents, so it is as confidential as they are."""
    # Everything that is put in is escaped; values of documents are untrusted.
    environment = Environment(
        loader=PackageLoader("processors.forge.evaluation", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = [("All documents", figures["all"]), *figures["types"].items()]
    overview = Markup(drawing.bars(_bars(figures), "Micro-F1 by type, with 95 % intervals"))  # noqa: S704 - our own
    return environment.get_template("report.html.j2").render(
        title=title,
        about=about or _about(figures),
        groups=[(name, group, *_plots(name, group)) for name, group in groups],
        overview=overview,
        worst=figures["worst"],
        bearable=confidence.BEARABLE,
    )


def _about(figures: Mapping[str, Any]) -> dict[str, str]:
    part = {"part of the dataset": figures["split"]} if "split" in figures else {}
    return {
        "documents": str(figures["all"]["documents"]),
        **part,
        "engine": ", ".join(figures["engine"]),
        "weights": ", ".join(digest[:16] for digest in figures["model_digest"] if digest) or "none",
    }


def _bars(figures: Mapping[str, Any]) -> list[tuple[str, float, float, float]]:
    rows = [("all", figures["all"]), *figures["types"].items()]
    return [(name, *(one["micro_f1"][key] for key in ("value", "low", "high"))) for name, one in rows]


def _plots(name: str, group: Mapping[str, Any]) -> tuple[Markup, Markup]:
    """Reliability and risk; the SVG is our own, its texts are escaped where they are made."""
    bins = [(c, p, n) for c, p, n in group["bins"]]
    curve = [(x, y) for x, y in group["curve"]]
    reliability = drawing.reliability(bins, f"{name}: precision by confidence")
    risk = drawing.risk(curve, confidence.BEARABLE, f"{name}: wrong among released values by their share")
    return Markup(reliability), Markup(risk)  # noqa: S704
