"""The console by itself, for one person on this machine: no page without the address that was printed for them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from processors.console.app import create
from processors.console.desk import Opening
from processors.console.visitor import Visitor, let_in
from processors.telemetry import labels

HOST = "127.0.0.1"
_ENTER = "/enter"
_BYTES = 32
_USED = "This address was used already, or is another's. Start `chancery console` again for a new one."
_STRANGER = "Open the address that `chancery console` printed: this browser has not shown it yet."


@dataclass
class Keys:
    """What lets one browser in: a word in an address, good for one use, then a cookie."""

    port: int
    _token: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES))
    _session: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES))
    _used: bool = False

    @property
    def address(self) -> str:
        """To be opened once."""
        return f"http://{HOST}:{self.port}{_ENTER}?token={self._token}"

    @property
    def cookie(self) -> str:
        """Its name: browsers share cookies between the ports of a machine, so each console has its own."""
        return f"chancery_{self.port}"

    def exchanged(self, token: str) -> str | None:
        """The cookie's value for the token, once."""
        if self._used or not secrets.compare_digest(token.encode(), self._token.encode()):
            return None
        self._used = True
        return self._session

    def fits(self, request: Request) -> bool:
        """Whether the browser has the cookie."""
        shown = request.cookies.get(self.cookie, "")
        return secrets.compare_digest(shown.encode(), self._session.encode())


def app(desk: Opening, visitor: Visitor, keys: Keys) -> FastAPI:
    """The console for one visitor."""
    console = create(desk, _doorkeeper(visitor, keys))

    @console.get(_ENTER)
    def enter(token: str = Query(max_length=200)) -> Response:
        session = keys.exchanged(token)
        if session is None:
            raise HTTPException(401, _USED)
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(keys.cookie, session, httponly=True, samesite="strict", path="/")
        return answer

    labels.allow("route", [_ENTER])
    # A page elsewhere whose name was made to lead here would else be served as if it were ours.
    console.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    return console


def _doorkeeper(visitor: Visitor, keys: Keys) -> Callable[[Request], None]:
    def doorkeeper(request: Request) -> None:
        if not keys.fits(request):
            raise HTTPException(401, _STRANGER)
        let_in(request, visitor)

    return doorkeeper
