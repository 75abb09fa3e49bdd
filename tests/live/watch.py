"""Writes down every packet that leaves through a device, with where it goes and which program sent it."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import psutil

_ALL: Final = 0x0003
_OUTGOING: Final = 4
_IP4, _IP6, _ARP = 0x0800, 0x86DD, 0x0806
_ICMP6, _TCP, _UDP = 58, 6, 17
_OPTIONS6: Final = 0
#: of ICMPv6: who is a neighbour, which routers are there, which groups are listened to. The kernel says these by
#: itself when a device comes up; they carry nothing of any program's.
_NEIGHBOURS: Final = frozenset({130, 131, 132, 133, 134, 135, 136, 143})
_NAMES: Final = 53


@dataclass(frozen=True)
class Packet:
    """Something that would have left."""

    #: where it would have gone
    to: str
    #: "tcp", "udp", or the number of another protocol
    protocol: str
    port: int = 0
    #: the name that was asked for, where a name server was asked
    asks: str = ""
    #: the command that sent it, where it was still there to be asked
    sender: str = ""


#: what was seen so far, for whoever waits for it in the same process
SEEN: list[Packet] = []


class Watch:
    """Sees what leaves while it is entered."""

    def __init__(self, device: str) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024 * 1024)
        self._socket.bind((device, _ALL))
        self._socket.settimeout(0.2)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.packets = SEEN

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        """End, once what was sent has been seen."""
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while True:
            try:
                frame, address = self._socket.recvfrom(65_536)
            except TimeoutError:
                if self._ended.is_set():
                    return
                continue
            if address[2] == _OUTGOING:
                self.packets.extend(_told(frame))


def _told(frame: bytes) -> Iterator[Packet]:
    kind = struct.unpack("!H", frame[12:14])[0]
    packet = frame[14:]
    if kind == _ARP:
        return
    if kind == _IP4:
        protocol, to, rest = packet[9], ipaddress.ip_address(packet[16:20]), packet[(packet[0] & 15) * 4 :]
    elif kind == _IP6:
        protocol, to, rest = packet[6], ipaddress.ip_address(packet[24:40]), packet[40:]
        if protocol == _OPTIONS6:
            protocol, rest = rest[0], rest[(rest[1] + 1) * 8 :]
        if protocol == _ICMP6 and rest[0] in _NEIGHBOURS:
            return
    else:
        yield Packet(f"something of the kind {kind:#06x}", "")
        return
    if protocol not in (_TCP, _UDP):
        yield Packet(str(to), str(protocol))
        return
    here, port = struct.unpack("!HH", rest[:4])
    asks = _question(rest[8:]) if protocol == _UDP and port == _NAMES else ""
    yield Packet(str(to), "tcp" if protocol == _TCP else "udp", port, asks, _sender(here))


def _question(message: bytes) -> str:
    """The name in a question to a name server."""
    labels, place = [], 12
    while place < len(message) and message[place]:
        labels.append(message[place + 1 : place + 1 + message[place]].decode("ascii", "replace"))
        place += 1 + message[place]
    return ".".join(labels)


def _sender(port: int) -> str:
    with contextlib.suppress(psutil.Error):
        for one in psutil.net_connections("inet"):
            if one.laddr and one.laddr.port == port and one.pid:
                return " ".join(psutil.Process(one.pid).cmdline())[:200]
    return ""
