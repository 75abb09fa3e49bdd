"""Where an error that nobody foresaw ends: a page for the visitor, and for our log where it was, not what it says.

The message of such an error may quote a document, and a server's log would keep it.
"""

from __future__ import annotations

import traceback

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from processors.console.failures import unexpected


class AnswerBrokenOff(Exception):
    """An answer could not be finished; the log has the places."""


class Border:
    """ASGI middleware, see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - the border: a page may raise anything
            places = [f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)][-8:]
            structlog.get_logger().error("page_failed", error=type(error).__name__, places=places)
            if scope["type"] != "http" or begun:
                raise AnswerBrokenOff from None
            await unexpected(Request(scope))(scope, receive, send)
