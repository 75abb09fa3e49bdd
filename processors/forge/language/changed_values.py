"""Other values in the place of those that a document has, in the same look: a model must learn where, not which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

#: kinds of values that keep their look and change their digits and letters
_CODES: Final = frozenset({"identifier", "registered_id", "phone", "integer", "amount"})
#: kinds whose texts are words: one of another document, or a made one, does as well
_WORDED: Final = frozenset({"name", "person", "address", "text", ""})
_MONTHS: Final = "January February March April May June July August September October November December".split()
_MONTH: Final = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?P<rest>[a-z]*)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")
_SYLLABLES: Final = (
    "al an ar ba be bel ber bo bra ca chen co dan de den do el en er fa fer ga gar go gra ha han hol in is ja jo "
    "ka kel ken ki la lan le len li lo lor ma man mar me men mi mon na nel ni no nor o or pa par pe pol ra ran re "
    "ri ro ros sa san se sen si so son sta ta tan te ter ti to ton tri u va van ve ver vi wa we wil yan ye yo za"
).split()
_ENDINGS: Final = "Inc. LLC Ltd. Corp. Company Group Trust Agency L.P. Partners Committee Bhd Enterprise".split()
#: letters and digits that recognition takes for one another
_MISREAD: Final = {
    "0": "O",
    "O": "0",
    "1": "l",
    "l": "1",
    "I": "l",
    "5": "S",
    "S": "5",
    "e": "c",
    "c": "e",
    "m": "rn",
}


def another(random: Random, text: str, normaliser: str, pool: Sequence[str]) -> str:
    """Another value of a kind, as long as the old one at most about twice.

    Args:
        random: the dice
        text: the old value, as the document has it
        normaliser: the kind of the field
        pool: texts of the same field in other documents
    """
    if normaliser == "date":
        return _date(random, text)
    if normaliser in _CODES:
        return _code(random, text)
    if normaliser not in _WORDED:
        return text
    new = random.choice(pool) if pool and random.random() < 0.5 else _words(random, len(text.split()))
    return new.upper() if text.isupper() else new


def renumbered(random: Random, word: str, known: dict[str, str]) -> str:
    """A word with other digits, the same for the same word; one with few digits stays: it is of a label."""
    if len(word) < 3 or sum(map(str.isdigit, word)) < 3:
        return word
    if word not in known:
        known[word] = _code(random, word) if "/" not in word else _date(random, word)
    return known[word]


def misread(random: Random, word: str, rate: float) -> str:
    """A word as poor recognition may read it: each character with this probability another, doubled or lost."""
    if random.random() >= 1 - (1 - rate) ** len(word):
        return word
    # at least one, or the rate would be lower than asked for
    chosen = random.randrange(len(word))
    made = []
    for at, c in enumerate(word):
        if at != chosen and random.random() >= rate:
            made.append(c)
        elif (draw := random.random()) < 0.5:
            made.append(_MISREAD.get(c, c))
        elif draw < 0.75:
            made.append(random.choice("abcdefghiklmnoprstuvw.,'"))
    return "".join(made) or word


def pools(documents: Mapping[str, Sequence[Mapping[str, Sequence[str]]]]) -> dict[str, list[str]]:
    """By "type/field" the texts of all documents of a type."""
    found: dict[str, dict[str, None]] = {}
    for kind, some in documents.items():
        for fields in some:
            for name, texts in fields.items():
                found.setdefault(f"{kind}/{name}", {}).update(dict.fromkeys(texts))
    return {key: list(texts) for key, texts in found.items()}


def _code(random: Random, text: str) -> str:
    """Each digit another; letters stay, since "RM" and "No" are no part of what varies."""
    made, first = [], True
    for c in text:
        if c.isdigit() and c.isascii():
            made.append(random.choice("123456789" if first and c != "0" else "0123456789"))
        else:
            made.append(c)
        first = not (c.isdigit() or (c in ".," and not first))
    return "".join(made)


def _date(random: Random, text: str) -> str:
    return _NUMBER.sub(
        lambda found: _number(random, found[0]), _MONTH.sub(lambda found: _month(random, found), text)
    )


def _month(random: Random, found: re.Match[str]) -> str:
    name = random.choice(_MONTHS)
    name = name if len(found["rest"]) > 1 or found[0].lower() == "may" else name[:3]
    return name.upper() if found[0].isupper() else name


def _number(random: Random, digits: str) -> str:
    """A day, a month or a year that fits where the old one stood."""
    if len(digits) == 4:
        return str(random.randint(1985, 2026))
    if len(digits) > 2:
        return digits
    new = random.randint(1, 12) if int(digits) <= 12 else random.randint(13, 28)
    return f"{new:0{len(digits)}}"


def _words(random: Random, count: int) -> str:
    made = [
        "".join(random.choices(_SYLLABLES, k=random.randint(2, 3))).capitalize() for _ in range(max(count - 1, 1))
    ]
    return " ".join([*made, random.choice(_ENDINGS)] if random.random() < 0.6 and count > 1 else made)
