"""A malware scanner behind clamd's protocol: the file is sent (INSTREAM), a verdict comes back.

clamd answers "OK" also where it gave up at one of its limits, unless `AlertExceedsMax yes` stands in its settings;
`docs/door.md` has the settings to use, `chancery doctor` tries them. Whatever is no verdict, a scanner that is away
and signatures that nobody renewed are a dependency's fault: the document waits.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from processors.advisers import Verdict
from processors.config import Settings
from processors.errors import DependencyUnavailable

#: clamd's own limit on one file is 120 s by default (MaxScanTime); it answers then.
_SECONDS = 180.0
_PIECE = 1 << 18
_MOST_ANSWER = 4096
#: How long what the scanner said about its signatures is believed
_BELIEVED_SECONDS = 60.0
#: Signatures from the future are a wrong clock; a day is what time zones can make of it.
_AHEAD = timedelta(hours=24)
#: What clamd's signatures are called; anything else is not repeated
_SIGNATURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/\-]{0,127}")
#: "ClamAV 1.4.6/27450/Thu Nov 26 08:12:33 2026"
_VERSION = re.compile(r"ClamAV [^/\n]{1,60}/\d{1,9}/\w{3} (\w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})")
_LIMITS, _LOCKED = "Heuristics.Limits.Exceeded", "Heuristics.Encrypted"
_TOO_LARGE = "INSTREAM size limit exceeded"


class Clamd:
    """A `Scanner`."""

    def __init__(
        self,
        address: str,
        max_age_hours: int,
        *,
        seconds: float = _SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Connect to nothing yet.

        Args:
            address: path of a Unix socket, or host:port
            max_age_hours: of the signatures; 0 = any age
            seconds: in which one file must be scanned
            now: the clock, with a time zone
        """
        self._address, self._seconds, self._now = address, seconds, now
        self._max_age = timedelta(hours=max_age_hours) if max_age_hours else None
        self._fresh_until = 0.0
        self._lock = threading.Lock()
        self._open: socket.socket | None = None
        self._given_up = False

    def scan(self, untrusted_file: Path) -> Verdict:
        """See `Scanner.scan`."""
        if self._max_age is not None and time.monotonic() >= self._fresh_until:
            self.check_age()
            self._fresh_until = time.monotonic() + _BELIEVED_SECONDS
        with untrusted_file.open("rb") as stream:
            return self.scan_pieces(iter(lambda: stream.read(_PIECE), b""))

    def scan_pieces(self, pieces: Iterable[bytes]) -> Verdict:
        """The verdict on these bytes, none of the pieces empty.

        Raises:
            DependencyUnavailable: see `Scanner.scan`.
        """
        answer = self._ask(b"INSTREAM", pieces)
        if answer == "stream: OK":
            return Verdict()
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            name = answer.removeprefix("stream: ").removesuffix(" FOUND")
            if name.startswith((_LIMITS, _LOCKED)):
                return Verdict(_named(name), scanned=False)
            return Verdict(_named(name))
        if answer.startswith(_TOO_LARGE):
            raise DependencyUnavailable("clamd refuses files of this size: raise StreamMaxLength in its settings")
        raise DependencyUnavailable("clamd: an answer that is no verdict")

    def check_age(self) -> str:
        """When the signatures were made, in words.

        Raises:
            DependencyUnavailable: they are too old, or clamd does not say how old they are.
        """
        told = _VERSION.fullmatch(self._ask(b"VERSION"))
        try:
            # In the time zone of its machine, which must be ours.
            made = datetime.strptime(told[1], "%b %d %H:%M:%S %Y").astimezone() if told else None
        except ValueError:
            made = None
        if made is None:
            raise DependencyUnavailable("clamd does not say how old its signatures are: does freshclam run?")
        age = self._now() - made
        if self._max_age is not None and not -_AHEAD <= age <= self._max_age:
            hours = round(age.total_seconds() / 3600)
            raise DependencyUnavailable(f"clamd's signatures are {hours} hours old: does freshclam run?")
        return f"signatures of {made:%Y-%m-%d %H:%M}"

    def give_up(self) -> None:
        """End the call that is under way, and all that come; from another thread."""
        with self._lock:
            self._given_up = True
            if self._open is not None:
                with contextlib.suppress(OSError):
                    self._open.shutdown(socket.SHUT_RDWR)

    def _ask(self, command: bytes, pieces: Iterable[bytes] | None = None) -> str:
        """One command and its answer."""
        try:
            with self._connected() as connection:
                refused = None
                try:
                    connection.sendall(b"z" + command + b"\0")
                    for piece in pieces or ():
                        connection.sendall(struct.pack(">I", len(piece)) + piece)
                    if pieces is not None:
                        connection.sendall(struct.pack(">I", 0))
                except (BrokenPipeError, ConnectionResetError) as error:
                    refused = error  # it may have said why before it hung up
                answer = _read(connection)
                if refused is not None and not answer:
                    raise refused
        except OSError as error:
            raise DependencyUnavailable(f"clamd at {self._address}: {type(error).__name__}") from error
        if not answer.endswith(b"\0"):
            raise DependencyUnavailable("clamd: an answer that breaks off")
        return answer.decode("utf-8", "replace").removesuffix("\0")

    @contextlib.contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        made = _connect(self._address, self._seconds)
        try:
            with self._lock:
                if self._given_up:
                    raise DependencyUnavailable("clamd: the worker ends")
                self._open = made
            yield made
        finally:
            with self._lock:
                self._open = None
            made.close()


def _connect(address: str, seconds: float) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), seconds)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect(address)
    except OSError:
        made.close()
        raise
    return made


def _read(connection: socket.socket) -> bytes:
    """The answer up to its NUL; cut off where it does not end."""
    answer = b""
    while len(answer) < _MOST_ANSWER and not answer.endswith(b"\0"):
        try:
            piece = connection.recv(_MOST_ANSWER)
        except ConnectionResetError:
            break
        if not piece:
            break
        answer += piece
    return answer


def _named(untrusted: str) -> str:
    return untrusted if _SIGNATURE.fullmatch(untrusted) else "unnamed"


def from_settings(settings: Settings) -> Clamd | None:
    """The scanner of the settings; None where they name none."""
    return Clamd(settings.clamd, settings.clamd_max_age_hours) if settings.clamd else None
