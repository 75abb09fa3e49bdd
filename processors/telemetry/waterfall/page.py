"""The waterfall as one HTML page that loads nothing and runs nothing, with a table that says the same."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from processors.telemetry.waterfall import wording
from processors.telemetry.waterfall.lasting import at, lasted
from processors.telemetry.waterfall.picture import svg
from processors.telemetry.waterfall.way import Way


def page(way: Way) -> str:
    """The page."""
    environment = Environment(
        loader=PackageLoader("processors.telemetry.waterfall", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"lasted": lasted, "at": at}
    # The SVG is our own; its texts are escaped where they are made.
    picture = Markup(svg(way, titled=False))  # noqa: S704
    return environment.get_template("trace.html.j2").render(way=way, picture=picture, wording=wording)
