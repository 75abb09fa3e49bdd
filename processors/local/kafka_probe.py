"""Asks a Kafka broker, over a plain socket, whether it serves: one metadata request, no client library.

An open port is not enough: it says nothing about the broker behind it. One that names itself in its answer to a
metadata request is registered, unfenced and can create topics.
"""

from __future__ import annotations

import socket
import struct

_METADATA = 3
#: the oldest version that Kafka 4 still documents without caveats; its answer begins with throttle time and brokers
_VERSION = 4
_CLIENT = b"chancery-probe"
#: correlation id, throttle milliseconds, number of brokers: the only part of the answer that is read
_HEAD = struct.Struct(">iii")


def serves(host: str, port: int, seconds: float = 2.0) -> bool:
    """Whether the broker answers a metadata request within `seconds` and knows at least one broker."""
    try:
        with socket.create_connection((host, port), timeout=seconds) as connection:
            connection.settimeout(seconds)
            connection.sendall(_request())
            length = int.from_bytes(_read(connection, 4), "big")
            if length < _HEAD.size:
                return False
            _, _, brokers = _HEAD.unpack(_read(connection, _HEAD.size))
            return bool(brokers > 0)
    except OSError:
        return False


def _request() -> bytes:
    header = struct.pack(">hhih", _METADATA, _VERSION, 1, len(_CLIENT)) + _CLIENT
    # An empty array of topics asks for none, and auto-creation is off.
    body = header + struct.pack(">ib", 0, 0)
    return struct.pack(">i", len(body)) + body


def _read(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        chunk = connection.recv(size - len(received))
        if not chunk:
            raise ConnectionError("the broker closed the connection")
        received += chunk
    return received
