"""When a value is what its label says, by the field's type: this is the measure that Chancery decides by.

Dates and amounts count by value, identifiers by their letters and digits, names and texts by the words they share.
Labels often come from a register or a form's file name, so a name need not be written as on the page.
"""

from __future__ import annotations

import re
import unicodedata

from processors.document_types import FieldRule

#: names count as the same from this share of common words on; OCR and labels write "L.L.C." and "LLC"
ALIKE = 0.8
_SHORT = {"incorporated": "inc", "corporation": "corp", "company": "co", "limited": "ltd"}
_WORD = re.compile(r"[^\W_]+")
#: registers add the office in parentheses, "Acme LLC (Washington, DC)"; forms do not print it
_NOTE = re.compile(r"\s*\([^()]*\)$")
#: fields whose label is words, not a value
_WORDED = ("name", "text", "address", "person")


def same(rule: FieldRule, read: object, label: str, *, month_only: bool = False) -> bool:
    """Whether a value is what the label says.

    Args:
        rule: of the field
        read: the normalised value
        label: as the data set gives it; "_" may stand for a blank
        month_only: the label's day is not known
    """
    label = label.replace("_", " ")
    if rule.normaliser in _WORDED:
        return max(alike(str(read), label), alike(str(read), _NOTE.sub("", label))) >= ALIKE
    if rule.normaliser == "identifier":
        return bare(str(read)) == bare(label)
    if month_only and rule.normaliser == "date":
        return str(read)[:7] == label[:7]
    return read is not None and str(read) == plain(rule, label)


def plain(rule: FieldRule, label: str) -> str:
    """A label in the form that values of the field have; as it is where the normaliser makes nothing of it."""
    label = label.replace("_", " ")
    wanted = normal(rule, label)
    return str(wanted if wanted is not None else label)


def normal(rule: FieldRule, text: str) -> str | int | None:
    """What the field's normaliser makes of a text; None where it makes nothing."""
    return rule.normalise(text).value


def alike(a: str, b: str) -> float:
    """Share of common words (F1), without accents and letter case; "L.L.C." is "llc"."""
    left, right = words(a), words(b)
    common = sum(min(left.count(w), right.count(w)) for w in set(left))
    return 2 * common / max(len(left) + len(right), 1)


def words(text: str) -> list[str]:
    """The words of a name, folded: no accents, case or apostrophes, legal forms short, initials together."""
    folded = fold(text).replace("&", " and ").replace("'", "").replace("’", "")  # noqa: RUF001
    found = _WORD.findall(re.sub(r"\b(\w)[.]\s?(?=\w\b)", r"\1", folded))
    return [_SHORT.get(word, word) for word in found]


def fold(text: str) -> str:
    """Without accents and letter case."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def bare(text: str) -> str:
    """Letters and digits alone, without accents and letter case."""
    return "".join(c for c in fold(text) if c.isalnum())
