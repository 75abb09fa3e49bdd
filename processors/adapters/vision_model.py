"""A model that reads page pictures behind an OpenAI-compatible endpoint on the site's own network, such as vLLM.

Nothing depends on it: whatever goes wrong is `DependencyUnavailable`, within a known time, and the page goes on
with what Tesseract read. Neither text nor key is ever logged, or part of an error.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from processors.adapters import vision_protocol
from processors.adapters.breaker import Breaker
from processors.config import Settings
from processors.errors import DependencyUnavailable
from processors.variables import SettingInvalid

#: Every error of httpx. Those that are no HTTPError are mistakes of ours; they too must hold up no page.
FAILURES: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
#: The server may be starting, or full: it is worth another try.
_PASSING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.RemoteProtocolError, httpx.ReadError)
_BUSY: Final = frozenset({429, 502, 503})
#: Seconds to connect: a server on the same network does so in milliseconds.
_CONNECT_SECONDS: Final = 5.0
#: Tries for one page, and the pause after the first; each later pause is twice as long.
_TRIES: Final = 4
_PAUSE: Final = 0.5
#: Pages in a row that got no answer after which nobody asks for a while, and for how many seconds.
OPEN_AFTER: Final = 3
OPEN_SECONDS: Final = 60.0


class _Busy(Exception):
    """The server asks to come back later."""

    def __init__(self, status: int, after: float) -> None:
        super().__init__(f"status {status}")
        #: seconds that it asks to wait; 0 where it does not say
        self.after = after


def translate(error: Exception) -> DependencyUnavailable:
    """The client's errors in our words; only the class is named, since a message may quote what was sent."""
    return DependencyUnavailable(f"vision model: {type(error).__name__}")


class VisionModel:
    """See `ports.VisionModel`. May be used from several threads, not from inside an event loop."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        seconds: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect to nothing yet.

        Args:
            url: of the endpoint, such as "http://gpu-1:8000/v1"
            model: its name there
            key: sent as a bearer token, where the endpoint asks for one
            seconds: in which one page must be answered, all tries and pauses together
            clock: seconds, never going back
            sleep: waits for so many seconds
        """
        self.name = f"vision {model.rstrip('/').rpartition('/')[2]}"
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        # Plain bytes only: a compressed answer could unpack to any size.
        self._headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._breaker = Breaker("vision model", OPEN_AFTER, OPEN_SECONDS, clock)
        # The machine's own authorities: a server inside the site has a certificate from the site.
        self._tls = ssl.create_default_context()

    def __repr__(self) -> str:
        return f"<VisionModel {self.name}>"

    def read(self, picture: bytes) -> str:
        """See `ports.VisionModel`.

        Raises:
            DependencyUnavailable: no answer in time, or none that can be used.
        """
        self._breaker.enter()
        try:
            untrusted_body = self._ask(picture)
        except DependencyUnavailable:
            self._breaker.failed()
            raise
        # It is alive, whatever it says: a page that it cannot read must not keep the next one from it.
        self._breaker.worked()
        return vision_protocol.answer(untrusted_body)

    def _ask(self, picture: bytes) -> bytes:
        """Ask, and again where that may help, until the time is up."""
        deadline = self._clock() + self._seconds
        question = vision_protocol.request(self._model, picture)
        pause = _PAUSE
        for tries_left in reversed(range(_TRIES)):
            left = deadline - self._clock()
            if left <= 0:
                break
            try:
                return asyncio.run(self._post(question, left))
            except _Busy as busy:
                failure, wait = DependencyUnavailable(f"vision model: {busy}"), max(pause, busy.after)
            except _PASSING as error:
                failure, wait = translate(error), pause
            except TimeoutError:
                break
            except FAILURES as error:
                # Not chained, here and below: the request in it holds the key and the picture.
                raise translate(error) from None
            if not tries_left or wait >= deadline - self._clock():
                raise failure from None
            self._sleep(wait)
            pause *= 2
        raise DependencyUnavailable(f"vision model: no answer in {self._seconds:g} s")

    async def _post(self, question: dict[str, object], seconds: float) -> bytes:
        """One try. The time is a bound on all of it: a timeout of httpx begins anew with each byte that comes."""
        async with (
            asyncio.timeout(seconds),
            # No proxy and no password file from the environment, no redirect: the page goes to this address only.
            httpx.AsyncClient(
                trust_env=False,
                follow_redirects=False,
                verify=self._tls,
                timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            ) as client,
            client.stream("POST", self._url, json=question, headers=self._headers) as response,
        ):
            if response.status_code in _BUSY:
                raise _Busy(response.status_code, retry_after(response.headers.get("Retry-After", "")))
            if response.status_code != httpx.codes.OK:
                raise DependencyUnavailable(f"vision model: status {response.status_code}")
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise DependencyUnavailable("vision model: its answer is compressed, though not asked for")
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > vision_protocol.MOST_BYTES:
                    raise DependencyUnavailable("vision model: its answer is too large")
            return bytes(body)


def retry_after(untrusted_value: str) -> float:
    """Seconds that a Retry-After header asks for, given as seconds or as a date; 0 where it says nothing usable."""
    if untrusted_value.isascii() and untrusted_value.isdecimal():
        return float(untrusted_value[:9])
    try:
        date = parsedate_to_datetime(untrusted_value)
    except (ValueError, OverflowError):
        return 0.0
    return max((date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)


def from_settings(settings: Settings) -> VisionModel | None:
    """The model that the settings name; None where they name none: then no page is escalated.

    Raises:
        SettingInvalid: one half is set without the other, or the address or key cannot be used.
    """
    if not settings.vision_url and not settings.vision_model:
        return None
    if not settings.vision_model:
        raise SettingInvalid("CHANCERY_VISION_MODEL", "", "set, because CHANCERY_VISION_URL is")
    if not settings.vision_url:
        raise SettingInvalid("CHANCERY_VISION_URL", "", "set, because CHANCERY_VISION_MODEL is")
    if not _usable(settings.vision_url):
        # The value is not shown: it may hold a password.
        wanted = "http:// or https:// with a host and a path, such as http://gpu-1:8000/v1, and no password in it"
        raise SettingInvalid("CHANCERY_VISION_URL", "…", wanted)
    if not all("!" <= letter <= "~" for letter in settings.vision_key):
        raise SettingInvalid("CHANCERY_VISION_KEY", "…", "printable ASCII without blanks")
    return VisionModel(
        settings.vision_url, settings.vision_model, key=settings.vision_key, seconds=settings.vision_seconds
    )


def _usable(url: str) -> bool:
    try:
        read = httpx.URL(url)
        read.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        return False
    addressed = read.scheme in ("http", "https") and bool(read.host) and 0 < (read.port or 80) < 65_536
    return addressed and not (read.userinfo or read.query or read.fragment)
