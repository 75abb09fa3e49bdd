"""Durations and places on a time axis, in words."""

from __future__ import annotations

from datetime import UTC, datetime

_NS = 1_000_000_000
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
#: seconds between two ticks that read well
_STEPS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800),
    *(3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800),
)


def lasted(ns: int) -> str:
    """How long, in two units at most: "0.4 ms", "12 ms", "1.23 s", "2 min 5 s", "3 d 4 h"."""
    seconds = ns / _NS
    if seconds < 0.0095:
        return f"{seconds * 1000:.1f} ms" if ns else "0"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    left = round(seconds)
    parts: list[str] = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}")
    return " ".join(part for part in parts[:2] if not part.startswith("0 "))


def at(ns: int) -> str:
    """A moment, in UTC."""
    return datetime.fromtimestamp(ns / _NS, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def step(ns_per_tick: float) -> int:
    """How far apart two ticks are, in ns, that are at least so far apart."""
    seconds = next((one for one in _STEPS if one * _NS >= ns_per_tick), _STEPS[-1])
    while seconds * _NS < ns_per_tick:
        seconds *= 2
    return round(seconds * _NS)
