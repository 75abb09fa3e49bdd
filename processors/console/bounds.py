"""What a request may bring. Asked before anything else is: bodies are read before the door knows who sends them."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from processors.console.rendering import page

#: Bytes of a body: a decision about a document with thousands of list entries.
MOST_BODY = 4 * 1024 * 1024
#: PostgreSQL takes no text with it, and no address of ours has it.
_NUL, _NUL_SAID = b"%00", "The address holds a character that means nothing here. Go back and correct it."
_LARGE = "This is more than the console takes."


class Bounds:
    """ASGI middleware, see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _NUL in scope["query_string"] or "\0" in scope["path"]:
            answer = page(Request(scope), "error.html", 400, title="Cannot be read", said=_NUL_SAID, code=400)
            await answer(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or len(told) > 15 or int(told) > MOST_BODY:
            answer = page(Request(scope), "error.html", 413, title="Too large", said=_LARGE, code=413)
            await answer(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > MOST_BODY:
                raise HTTPException(413, _LARGE)
            return message

        await self._app(scope, counted, send)
