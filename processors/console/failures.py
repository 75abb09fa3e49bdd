"""What goes wrong, as a page that says what to do. No text of a document, no traceback."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from processors.console.rendering import page
from processors.errors import ArtefactMissing, DependencyUnavailable, PipelineError

#: Said where whoever refused said nothing of their own.
_TITLES = {
    400: ("Cannot be read", "The address or form holds something that cannot be used. Go back and correct it."),
    401: ("Who are you?", "Sign in first."),
    403: ("Not yours to do", "You may not do this. Ask who runs this installation for the right."),
    404: ("Not here", "There is no such page or document, or it is not yours to see."),
    405: ("Not like this", "This address takes no such request. Use the console's own buttons."),
    409: ("Meanwhile it changed", "Somebody else was faster. Load the page again and look."),
    410: ("Gone", "It was here, and was deleted for good."),
    413: ("Too large", "This is more than the console takes."),
    503: ("A server does not answer", "Wait a moment and load the page again."),
}
_OTHER = ("Something is wrong", "Chancery is at fault. Tell who runs this installation when it happened.")


def install(app: FastAPI) -> None:
    """Let the app answer every failure with a page."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(PipelineError, _failed)


def _page(request: Request, status: int, said: str = "") -> HTMLResponse:
    title, usual = _TITLES.get(status, _OTHER)
    return page(request, "error.html", status, title=title, said=said or usual, code=status)


def _refused(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)
    # Without words of ours, Starlette puts HTTP's, which tell nobody what to do.
    ours = error.detail if error.detail.endswith(".") else ""
    answer = _page(request, error.status_code, ours)
    answer.headers.update(error.headers or {})
    return answer


def _unreadable(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, RequestValidationError)
    # The names are those of our own parameters; what was given is a stranger's.
    wrong = sorted({str(one["loc"][-1]) for one in error.errors() if one["loc"]})
    return _page(request, 400, f"Cannot be used: {', '.join(wrong)}. Go back and correct it." if wrong else "")


def _failed(request: Request, error: Exception) -> HTMLResponse:
    if isinstance(error, ArtefactMissing):
        return _page(request, 404, "The store no longer has this file: it was deleted after its retention.")
    if isinstance(error, DependencyUnavailable):
        about = "The ledger's database" if error.detail.startswith("ledger") else "A server that this page needs"
        return _page(
            request, 503, f"{about} does not answer. `chancery status` tells more; then load the page again."
        )
    return _page(request, 500)


def unexpected(request: Request) -> HTMLResponse:
    """The page for an error that nobody foresaw, see `border.py`."""
    return _page(request, 500)
