r"""Phrases of type files: regular expressions in which a space stands for any white space, line ends too.

Running text breaks its lines anywhere; without this rule every phrase would be a row of `\s+`. Spaces inside a
character class mean themselves.
"""

from __future__ import annotations

import re
from typing import Final

_PART: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]| (?P<counted>[?*+{])?", re.DOTALL)


def phrase(source: str) -> re.Pattern[str]:
    """Compile a phrase.

    Raises:
        re.error: it is no regular expression.
    """
    return re.compile(_PART.sub(_space, source), re.MULTILINE)


def _space(part: re.Match[str]) -> str:
    if not part[0].startswith(" "):
        return part[0]
    return r"\s" + (part["counted"] or "+")
