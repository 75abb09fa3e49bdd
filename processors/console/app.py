"""Puts the console together, for whoever hosts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from processors.console import failures
from processors.console.border import Border
from processors.console.bounds import Bounds
from processors.console.desk import Opening
from processors.console.headers import Headers
from processors.console.origin_guard import OriginGuard
from processors.console.rendering import STATIC
from processors.console.routers import ROUTERS
from processors.console.told import Told, patterns
from processors.telemetry import labels


def create(desk: Opening, doorkeeper: Callable[..., Any]) -> FastAPI:
    """The console.

    Args:
        desk: opens what the pages work with, and returns the same again
        doorkeeper: a FastAPI dependency, asked before every page, that calls `visitor.let_in` for whom it knows;
            whoever was not let in is answered 401
    """
    # No description of the API: it would load scripts from elsewhere, and these are pages for people.
    app = FastAPI(title="Chancery", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    failures.install(app)
    # The last one added is the first that is asked: refusals have headers, too.
    app.add_middleware(OriginGuard)
    app.add_middleware(Bounds)
    app.add_middleware(Border)
    app.add_middleware(Headers)
    app.add_middleware(Told)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(doorkeeper)])
    # Our own files hold nothing of anybody's.
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    labels.allow("route", patterns(app))
    return app
