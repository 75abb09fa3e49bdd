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
#: credit or crore, debit in capitals alone ("Dr." is a title), and what stands for a thousand and more
_LARGER: Final = re.compile(
    r"\s(?:C[Rr]|cr|DR|[kKM]|MM|mm|[MmBb]n|Mia\.|"
    r"(?i:mil|mille|mio|mln|mrd|mlrd|bln|trn|tsd|hundred|thousand|tausend|la(?:kh|c)s?|crores?|"
    r"(?:m|b|tr)il(?:l?i[oó]n(?:s|en|es|i|e)?|l[oó]n(?:es)?|h(?:ão|ao|ões|oes)|jo(?:en|n|ner))|"
    r"mil(?:l?iard(?:s|en|i|o)?|jard(?:er)?)))(?!\w)"
)
#: billions; behind cents it marks a tax
_BILLIONS: Final = re.compile(r"\sB(?!\w)")
_CENTS: Final = re.compile(r"\d[.,]\d\d$", re.ASCII)


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
        case "amount" if (_THOUSANDS.search(before) and _HUNDREDS.match(text)) or _is_larger(text, behind):
            return "amount_ambiguous"
        case "duration" if duration.goes_on_before(before):
            return "duration_ambiguous"
    return ""


def _is_larger(text: str, behind: str) -> bool:
    billions = _BILLIONS.match(behind) and not _CENTS.search(text)
    return bool(_LARGER.match(behind) or billions)
