"""Free ports on the loopback address."""

from __future__ import annotations

import random
import socket
from collections.abc import Sequence

LOOPBACK = "127.0.0.1"
#: Below Linux' ephemeral ports (32768 and up). A client that reconnects to a stopped server's ephemeral port can be
#: given that very port as its own source: it connects to itself, and the server cannot come back.
_RANGE = range(20_000, 32_000)
_ATTEMPTS = 200


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        # As servers do it: connections that linger after a close (TIME_WAIT) do not count, listeners do.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose(preferred: Sequence[int | None], *, chance: random.Random | None = None) -> list[int]:
    """One distinct port for each entry: the preferred one where it is free, else a random free one.

    Raises:
        OSError: no free port was found.
    """
    dice = chance or random.Random()  # noqa: S311 - not a secret; collisions between test runs are what matters
    taken: list[int] = []
    for port in preferred:
        if port is not None and port not in taken and is_free(port):
            taken.append(port)
            continue
        candidates = (dice.choice(_RANGE) for _ in range(_ATTEMPTS))
        found = next((c for c in candidates if c not in taken and c not in preferred and is_free(c)), None)
        if found is None:
            raise OSError(f"No free port among {_RANGE.start} to {_RANGE.stop} of {LOOPBACK}: stop some servers.")
        taken.append(found)
    return taken


def answers(endpoint: str, seconds: float = 1.0) -> bool:
    """Whether something listens at "host:port"; of several joined by commas, the first counts."""
    host, _, port = endpoint.split(",", maxsplit=1)[0].rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=seconds).close()
    except (OSError, ValueError):
        return False
    return True
