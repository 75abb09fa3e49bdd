"""Lets nothing be changed from another site's page: the browser sends the visitor's cookie there, too."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from processors.console.rendering import page

_SAFE = ("GET", "HEAD", "OPTIONS")
_SAID = "This was sent from another site's page, so nothing was done. Open the console itself and try again there."


def is_own(headers: Headers) -> bool:
    """Whether a request comes from a page of the very host that it goes to.

    Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`; who says neither is no page
    of ours. The scheme is not compared, since a proxy may have taken TLS off. Our pages tell nobody where somebody
    comes from (`headers.py`), so browsers say "null" as the origin of our own forms: then the site alone counts.
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None and origin != "null":
        return urlsplit(origin).netloc == headers.get("host", "")
    return site is not None


class OriginGuard:
    """ASGI middleware, see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["method"] in _SAFE or is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        answer = page(Request(scope), "error.html", 403, title="Not from here", said=_SAID, code=403)
        await answer(scope, receive, send)
