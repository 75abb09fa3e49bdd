"""Whether a value was cut out of a longer one, told by what is printed directly before and behind it.

A reader may hand on "12 Feb 20" of "12 Feb 20 18", "100.00" of "2 100.00", "four months" of "twenty four months",
"$5" of "$5 million": each reads well by itself.
"""

from __future__ import annotations

import re
from typing import Final

from processors.normalise import duration, short_years

#: normalisers whose values may be cut out of longer ones
ASKED: Final = frozenset({"amount", "date", "duration", "integer"})
#: thousands, of which recognition lost the comma or put a blank behind it
_THOUSANDS: Final = re.compile(r"(?:^|[\s$€£(-])\d{1,3}[.,'’]?\s$", re.ASCII)  # noqa: RUF001
_HUNDREDS: Final = re.compile(r"\d{3}(?!\d)", re.ASCII)
#: credit, and the words for a thousand and more
_LARGER: Final = re.compile(
    r"\s(?:[CcDd][Rr]|[kKM]|[Mm](?:il|io|n|rd|illions?|illiarden?)|[Bb](?:n|illions?)|[Tt]housand|[Tt]r(?:n|illions?))\b",
    re.ASCII,
)


def cut_out(text: str, normaliser: str, before: str, behind: str) -> str:
    """The note of a value that is a part of a longer one; "" where nothing says so.

    Args:
        text: the value's words, clean
        normaliser: of the field
        before: what is printed close before the words; a blank at its end where it is a word of its own
        behind: the same behind them, a blank at its beginning
    """
    match normaliser:
        case "date" if short_years.cut(text, behind):
            return "date_ambiguous"
        case "amount" if (_THOUSANDS.search(before) and _HUNDREDS.match(text)) or _LARGER.match(behind):
            return "amount_ambiguous"
        case "duration" if duration.goes_on_before(before):
            return "duration_ambiguous"
    return ""
