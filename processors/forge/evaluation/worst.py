"""The worst of what was read: wrong values that were believed most. Nobody would have looked at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from processors.forge.evaluation.figures import by_type
from processors.forge.evaluation.judging import Judged, Value
from processors.forge.evaluation.pictures import crop
from processors.forge.evaluation.reading import Case
from processors.pages import read_pages

#: for each type, so that one hard type does not fill the list
MOST = 4


def worst(judged: Sequence[Judged], cases: Mapping[str, Case], most: int = MOST) -> list[dict[str, Any]]:
    """Some wrong values of each type, the surest first, as JSON; with a picture of those among `cases`."""
    found = []
    for mine in by_type(judged).values():
        wrong = [(value, one) for one in mine for value in one.values if value.right is False]
        found += sorted(wrong, key=lambda pair: (-pair[0].confidence, pair[1].document.name))[:most]
    return [_example(value, one, cases.get(one.document.name)) for value, one in found]


def _example(value: Value, one: Judged, case: Case | None) -> dict[str, Any]:
    rule = one.document.document_type.field(value.path)
    labels = (one.document.wanted(rule) if rule else None) or []
    return {
        "document": one.document.name,
        "type": one.type,
        "path": value.path,
        "read": value.value,
        "labels": labels,
        "confidence": round(value.confidence, 4),
        "released": value.sure,
        "page": value.page,
        "boxes": [list(box) for box in value.boxes],
        "picture": _picture(value, case) if case else "",
    }


def _picture(value: Value, case: Case) -> str:
    """The piece of the page as a `data:` URI; "" where the value has no place."""
    page = next((one for one in read_pages(case.pages) if one.number == value.page), None)
    return crop(page, value.boxes, case.original) if page and value.boxes else ""
