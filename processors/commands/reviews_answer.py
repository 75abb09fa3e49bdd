"""A decision from the options of `chancery reviews decide`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from processors.batch.reviews.answers import Answer, read_answer
from processors.batch.reviews.errors import ReviewError

#: PATH, then words of a page, a text, or both
_SET = re.compile(r"(?P<path>[^=@]+)(?:@(?P<page>\d{1,6}):(?P<words>\d+(?:,\d+)*))?(?:=(?P<text>.*))?", re.DOTALL)


def of(
    values: Sequence[str],
    absent: Sequence[str],
    accept: Sequence[str],
    kind: str,
    aside: str,
    cuts: Sequence[int] = (),
) -> Answer:
    """The answer that these options mean.

    Raises:
        ReviewError: they do not go together, or cannot be read.
    """
    if bool(kind) + bool(aside) + bool(cuts) + bool(values or absent or accept) > 1:
        raise ReviewError("Correct values, tell a type, cut a packet, or set the document aside: one of the four.")
    changes: dict[str, Any] = {}
    for given in values:
        path, change = _change(given)
        if path in changes:
            raise ReviewError(f"{path} is given twice.")
        changes[path] = change
    for path in absent:
        if path in changes:
            raise ReviewError(f"{path} is given twice.")
        changes[path] = {"absent": True}
    says = "type" if kind else "set_aside" if aside else "cut" if cuts else "values"
    whole = {"says": says, "changes": changes, "accept_rules": list(accept), "type": kind, "reason": aside}
    return read_answer(json.dumps(whole | {"cuts": list(cuts)}))


def _change(given: str) -> tuple[str, dict[str, Any]]:
    found = _SET.fullmatch(given)
    if found is None or (found["page"] is None and found["text"] is None):
        raise ReviewError(
            f"--set {given!r} cannot be read: write PATH=TEXT, PATH@PAGE:WORDS or PATH@PAGE:WORDS=TEXT."
        )
    change: dict[str, Any] = {"text": found["text"] or ""}
    if found["page"] is not None:
        change |= {"page": int(found["page"]), "words": [int(word) for word in found["words"].split(",")]}
    return found["path"], change
