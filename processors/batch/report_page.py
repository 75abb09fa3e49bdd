"""What the reports have in common: one HTML page that loads nothing and runs nothing, its plots in it as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from processors.batch.drawing import stacked

#: Bars of a plot: of more rows the table tells.
MOST_BARS = 40


def templates(package: str) -> Environment:
    """The templates of a package. Everything that is put in is escaped; values of documents are untrusted."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def plot(rows: Sequence[tuple[str, Sequence[int]]], parts: Sequence[str], title: str) -> Markup:
    """See `drawing.stacked`."""
    # The SVG is our own; its texts are escaped where they are made.
    return Markup(stacked(rows, parts, title))  # noqa: S704
