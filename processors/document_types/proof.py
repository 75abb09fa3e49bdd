"""Whether a value follows from the words that are its evidence: the same for extraction and for release."""

from __future__ import annotations

from processors.document_types.model import FieldRule
from processors.normalise.spelling import spelled
from processors.normalise.text import clean

#: evidence with more characters is no proof of anything: an address has some hundred
_MOST = 4000


def unfit(text: str, rule: FieldRule) -> str:
    """Why the rule does not take this text, clean, as a value's; "" if it does."""
    if rule.pattern and not rule.pattern.fullmatch(text):
        return "pattern_differs"
    return "excluded" if rule.never and rule.never.fullmatch(text) else ""


def follows(value: object, printed: str, rule: FieldRule, *, anywhere: bool = False) -> bool:
    """Whether the rule makes this value of the words, or of them without what is glued to their ends.

    Args:
        value: of the field, not null
        printed: the words on the page, joined by blanks
        rule: of the field, no object
        anywhere: also where the words look otherwise than the type expects: a person pointed at them
    """
    text = clean(printed)
    if value is None or len(text) > _MOST:
        return False
    return any(
        (anywhere or not unfit(part, rule)) and _same(rule.normalise(part).value, value)
        for part in spelled(text, rule.normaliser)
    )


def _same(made: str | int | None, value: object) -> bool:
    """Equal, and of one kind: 1 is not "1", nor true."""
    return type(made) is type(value) and made == value
