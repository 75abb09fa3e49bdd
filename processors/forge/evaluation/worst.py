"""The worst of what was read: wrong values that were believed most. Nobody would have looked at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from processors.forge.evaluation.figures import by_type
from processors.forge.evaluation.judging import Judged, Value

#: for each type, so that one hard type does not fill the list
MOST = 4


def worst(judged: Sequence[Judged], most: int = MOST) -> list[dict[str, Any]]:
    """Some wrong values of each type, the surest first, as JSON."""
    found = []
    for mine in by_type(judged).values():
        wrong = [(value, one) for one in mine for value in one.values if value.right is False]
        found += sorted(wrong, key=lambda pair: (-pair[0].confidence, pair[1].document.name))[:most]
    return [_example(value, one) for value, one in found]


def _example(value: Value, one: Judged) -> dict[str, Any]:
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
    }
