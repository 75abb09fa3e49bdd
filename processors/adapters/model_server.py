"""The HTTP client for models behind an OpenAI-compatible endpoint on the site's own network, such as vLLM.

Whatever goes wrong is `DependencyUnavailable`, within a known time. What is asked, what is answered and the key are
never logged, nor part of an error.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import httpx

from processors.adapters.breaker import Breaker
from processors.errors import DependencyUnavailable
from processors.telemetry.models import asking

#: Every error of httpx. Those that are no HTTPError are mistakes of ours; they too must not end a worker.
FAILURES: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
#: The server may be starting, or full: it is worth another try.
_PASSING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.RemoteProtocolError, httpx.ReadError)
_BUSY: Final = frozenset({429, 502, 503})
#: What a server that is well says to a question that it cannot answer: too long, or one that its engine fails at.
_REFUSED: Final = frozenset({400, 413, 422, 500})
#: Seconds to connect: a server on the same network does so in milliseconds.
_CONNECT_SECONDS: Final = 5.0
#: Tries for one question, and the pause after the first; each later pause is twice as long.
_TRIES: Final = 4
_PAUSE: Final = 0.5
#: Calls in a row that got no answer after which nobody asks for a while, and for how many seconds.
OPEN_AFTER: Final = 3
OPEN_SECONDS: Final = 60.0


class Unusable(DependencyUnavailable):
    """The server answered, with nothing that can be used: the trouble may lie with this one question."""


class _Busy(Exception):
    """The server asks to come back later."""

    def __init__(self, status: int, after: float) -> None:
        super().__init__(f"status {status}")
        #: seconds that it asks to wait; 0 where it does not say
        self.after = after


@dataclass(frozen=True)
class Asked:
    """One request."""

    #: below the endpoint, such as "chat/completions"
    path: str
    #: JSON to be posted; None = a GET
    body: Mapping[str, Any] | None
    #: bytes of the answer at most
    most_bytes: int


class ModelServer:
    """Asks one server. May be used from several threads, not from inside an event loop."""

    def __init__(
        self,
        what: str,
        url: str,
        *,
        key: str = "",
        ca: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Connect to nothing yet.

        Args:
            what: names it in errors, such as "vision model"
            url: of the endpoint, such as "http://gpu-1:8000/v1"
            key: sent as a bearer token, where the endpoint asks for one
            ca: PEM file of the authorities that may vouch for it; None = this machine's
            clock: seconds, never going back
            sleep: waits for so many seconds
        """
        self.what = what
        self._url = url.rstrip("/")
        # Plain bytes only: a compressed answer could unpack to any size.
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        }
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._calls: set[tuple[asyncio.AbstractEventLoop, asyncio.Future[list[bytes]]]] = set()
        self._given_up = False
        self._breaker = Breaker(what, OPEN_AFTER, OPEN_SECONDS, clock)
        # With authorities of its own, no other vouches for it.
        self._tls = ssl.create_default_context(cafile=ca)

    def __repr__(self) -> str:
        return f"<ModelServer {self.what}>"

    def ask(self, questions: Sequence[Asked], *, seconds: float, at_once: int = 1) -> list[bytes]:
        """The bodies of the answers, in order. One that is missing makes all of them missing.

        Args:
            questions: what to ask
            seconds: in which all must be answered, all tries and pauses together
            at_once: questions that are under way at the same time

        Raises:
            Unusable: the server answered one of them with nothing that can be used.
            DependencyUnavailable: it did not answer in time, or nobody asks it for a while.
        """
        self._breaker.enter()
        try:
            bodies = asyncio.run(self._until_given_up(questions, seconds, at_once))
        except asyncio.CancelledError:
            # No word on how the server is.
            raise self._away("given up") from None
        except DependencyUnavailable:
            self._breaker.failed()
            raise
        # It is alive, whatever it says: what it cannot do with one question must not keep the next one from it.
        self._breaker.worked()
        return bodies

    def give_up(self) -> None:
        """End all calls, also those that come: the process is about to end, and nobody waits for answers."""
        with self._lock:
            self._given_up = True
            for loop, task in self._calls:
                loop.call_soon_threadsafe(task.cancel)

    async def _until_given_up(self, questions: Sequence[Asked], seconds: float, at_once: int) -> list[bytes]:
        call = asyncio.get_running_loop(), asyncio.ensure_future(self._all(questions, seconds, at_once))
        with self._lock:
            self._calls.add(call)
            if self._given_up:
                call[1].cancel()
        try:
            return await call[1]
        finally:
            with self._lock:
                self._calls.remove(call)

    async def _all(self, questions: Sequence[Asked], seconds: float, at_once: int) -> list[bytes]:
        deadline, slots = self._clock() + seconds, asyncio.Semaphore(at_once)
        # No proxy and no password file from the environment, no redirect: this address, and no other.
        async with httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            verify=self._tls,
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=at_once),
        ) as client:

            async def one(question: Asked) -> bytes:
                async with slots:
                    with asking(self.what, question.path) as answered:
                        return answered(await self._answer(client, question, deadline, seconds))

            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(one(question)) for question in questions]
            except* DependencyUnavailable as failures:
                # The group ended the others when the first of them failed; its own envelope says nothing more.
                failure = failures.exceptions[0]
            else:
                return [task.result() for task in tasks]
        raise failure

    async def _answer(self, client: httpx.AsyncClient, question: Asked, deadline: float, seconds: float) -> bytes:
        """Ask, and again where that may help, until the time is up."""
        pause = _PAUSE
        for tries_left in reversed(range(_TRIES)):
            left = deadline - self._clock()
            if left <= 0:
                break
            try:
                return await self._send(client, question, left)
            except _Busy as busy:
                failure, wait = self._away(str(busy)), max(pause, busy.after)
            except _PASSING as error:
                failure, wait = self._away(type(error).__name__), pause
            except TimeoutError:
                break
            except FAILURES as error:
                # Only the class is named, since a message may quote what was sent. Not chained, here and below: the
                # request in it holds the key and the document.
                raise self._away(type(error).__name__) from None
            if not tries_left or wait >= deadline - self._clock():
                raise failure from None
            await self._sleep(wait)
            pause *= 2
        raise self._away(f"no answer in {seconds:g} s")

    async def _send(self, client: httpx.AsyncClient, question: Asked, seconds: float) -> bytes:
        """One try. The time is a bound on all of it: a timeout of httpx begins anew with each byte that comes."""
        body = question.body
        # JSON may hold half a surrogate pair, which UTF-8 cannot.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        method, url = "GET" if body is None else "POST", f"{self._url}/{question.path}"
        async with (
            asyncio.timeout(seconds),
            client.stream(method, url, content=content, headers=self._headers) as response,
        ):
            if response.status_code in _BUSY:
                raise _Busy(response.status_code, retry_after(response.headers.get("Retry-After", "")))
            if response.status_code in _REFUSED:
                raise self.unusable(f"status {response.status_code}")
            if response.status_code != httpx.codes.OK:
                raise self._away(f"status {response.status_code}")
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise self.unusable("its answer is compressed, though not asked for")
            received = bytearray()
            async for part in response.aiter_raw():
                received += part
                if len(received) > question.most_bytes:
                    raise self.unusable("its answer is too large")
            return bytes(received)

    def unusable(self, why: str) -> Unusable:
        """The error for an answer that cannot be used, in words of ours."""
        return Unusable(f"{self.what}: {why}")

    def _away(self, why: str) -> DependencyUnavailable:
        return DependencyUnavailable(f"{self.what}: {why}")


def retry_after(untrusted_value: str) -> float:
    """Seconds that a Retry-After header asks for, given as seconds or as a date; 0 where it says nothing usable."""
    if untrusted_value.isascii() and untrusted_value.isdecimal():
        return float(untrusted_value[:9])
    try:
        date = parsedate_to_datetime(untrusted_value)
    except (ValueError, OverflowError):
        return 0.0
    return max((date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)
