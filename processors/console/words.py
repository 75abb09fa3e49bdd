"""How numbers and times are said on pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def moment(at: datetime | None) -> str:
    """A time to the second, in UTC as the ledger keeps it: "2026-01-02 03:04:05"."""
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def machine_time(at: datetime) -> str:
    """The same for `<time datetime>`."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def ago(at: datetime | None, now: datetime | None = None) -> str:
    """How long ago, in the largest unit that fits: "5 min"."""
    if at is None:
        return ""
    return duration((now or datetime.now(UTC)) - at)


def duration(span: timedelta) -> str:
    """A span of time in the largest unit that fits."""
    seconds = max(span.total_seconds(), 0.0)
    for unit, name in _STEPS:
        if seconds >= unit:
            return f"{int(seconds // unit)} {name}"
    return "0 s"


def short(text: str, most: int = 12) -> str:
    """The beginning of an id, or of a name with a mark that it goes on."""
    return text if len(text) <= most else text[: most - 1] + "…"


def size(number: int) -> str:
    """Bytes for people."""
    amount = float(number)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def percent(share: float | None, digits: int = 0) -> str:
    """A share of 1 as a percentage; a dash where there is none."""
    return "-" if share is None else f"{share * 100:.{digits}f} %"


def label(code: str) -> str:
    """A code of ours as words: "dead_letter" is "dead letter"."""
    return code.replace("_", " ")
