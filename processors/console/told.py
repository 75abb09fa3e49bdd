"""Requests and how long they took, by the pattern of their route: a path names a document, and is never told."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from processors.telemetry import metrics

#: What is our own and of nobody's document.
_STATIC = "/static"


class Told:
    """ASGI middleware, see the module; alone and inside Airflow's pages alike."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Where nothing was answered, whoever hosts us answers 500.
        status, began = 500, time.monotonic()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = _pattern(scope)
            metrics.count("chancery_console_requests_total", route=route, status=f"{status // 100}xx")
            metrics.observe("chancery_console_seconds", time.monotonic() - began, route=route)


def _pattern(scope: Scope) -> str:
    """As the router knows it; "" where no page was found, or nobody was let in to look for one."""
    if str(scope["path"]).removeprefix(str(scope.get("root_path", ""))).startswith(f"{_STATIC}/"):
        return _STATIC
    return str(getattr(scope.get("route"), "path", ""))


def patterns(app: object) -> list[str]:
    """Of all pages of an app."""
    return [_STATIC, *(str(route.path) for route in getattr(app, "routes", ()) if hasattr(route, "path"))]
