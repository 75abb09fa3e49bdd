"""Printing to people and to programs.

Names and text from outside go through `safe` or `cell`: a file's name must not move the cursor, turn the line
around or pass for one of our own messages.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime, timedelta
from typing import Any

import typer
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

#: Controls, formats (bidi overrides, zero-width), surrogates, private and unassigned ones, line and paragraph ends.
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


#: columns of a table that goes to a file or a pipe, where nothing wraps
_PIPE_WIDTH = 160


def safe(untrusted: str, limit: int = 0) -> str:
    """The text with every character that could act on a terminal written as an escape; cut at `limit` if given."""
    text = "".join(_escape(c) if unicodedata.category(c) in _ESCAPED else c for c in untrusted)
    return text if not limit or len(text) <= limit else text[: limit - 1] + "…"


def short(untrusted: str, width: int) -> str:
    """The text, safe, in so many columns at most: cut in the middle, since a name's beginning and end both tell."""
    text = safe(untrusted)
    if cell_len(text) <= width:
        return text
    tail = text[-(width - 1) // 3 :] if width > 9 else ""
    room = width - 1 - cell_len(tail)
    return set_cell_size(text, room).rstrip() + "…" + tail if room > 0 else set_cell_size(text, width)


def counted(number: int, noun: str) -> str:
    """A number with its noun, such as "1 page" and "2 pages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def cell(untrusted: str, limit: int = 0, style: str = "") -> Text:
    """The text for a rich table: safe, and without any meaning as markup."""
    return Text(safe(untrusted, limit), style=style)


class _Console(Console):
    """Leaves a reader that went away to `processors.cli`, as plain printing does."""

    def on_broken_pipe(self) -> None:
        """Called in place of the error."""
        self.quiet = True
        raise BrokenPipeError


def out() -> Console:
    """Where results go. Made when it is needed: tests and pipes put other streams there."""
    console: Console = _Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _PIPE_WIDTH)
    return console


def err() -> Console:
    """Where progress and errors go."""
    return Console(stderr=True, highlight=False)


def line(value: Any) -> None:
    """One line of JSON on standard output; ASCII, so it is safe on any terminal."""
    typer.echo(json.dumps(value, default=_plain, separators=(",", ":")))


def age(since: datetime, now: datetime) -> str:
    """How long ago, in two units at most."""
    seconds = max(0, int((now - since) / timedelta(seconds=1)))
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts: list[str] = []
    for unit, size in units:
        count, seconds = divmod(seconds, size)
        if count or (parts and unit != "s"):
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _escape(character: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    code = ord(character)
    width = 2 if code < 0x100 else 4 if code < 0x10000 else 8
    return short or f"\\{'xuU'[(width > 2) + (width > 4)]}{code:0{width}x}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)
