"""Makes pages of templates: everything in them is escaped, every address relative to where the host put us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from processors.console import words
from processors.console.places import PLACES

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"

_environment = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"),
    # Every template, whatever it is called: names and ids are strangers' text.
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(
    moment=words.moment, ago=words.ago, short=words.short, size=words.size, percent=words.percent, label=words.label
)
_environment.globals["machine_time"] = words.machine_time


def root_of(request: Request) -> str:
    """The path under which the host serves the console, such as "/chancery"; "" at the top."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def page(request: Request, template: str, status: int = 200, **told: Any) -> HTMLResponse:
    """A page for people.

    Args:
        request: that it answers
        template: file in `templates/`
        status: of HTTP
        told: what the template names
    """
    root = root_of(request)
    # `request.url` would do, but for a host that serves us under a path.
    here = request.scope["path"].removeprefix(root) or "/"
    visitor = getattr(request.state, "chancery_visitor", None)
    context = {"root": root, "here": here, "places": PLACES, "visitor": visitor} | told
    return HTMLResponse(_environment.get_template(template).render(context), status)
