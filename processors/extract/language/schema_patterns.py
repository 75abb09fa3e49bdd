"""What a JSON Schema says of the text of a value, as expressions that match all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: `format` of a value that no normaliser makes: it must stand on the page as it is
_FORMATS: Final = {
    "date": r"\d{4}-\d{2}-\d{2}",
    "time": r"\d{2}:\d{2}(:\d{2})?([Zz]|[+-]\d{2}:\d{2})?",
    "email": r"[^\s@]+@[^\s@]+\.[^\s@]+",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+",
}


def printed_patterns(schema: Mapping[str, Any], normaliser: str) -> tuple[str, ...]:
    """What the text as it stands on the page must match; `pattern` and `format` speak of the value."""
    if "x-pattern" in schema:
        return (schema["x-pattern"],)
    if normaliser:
        return ()
    found = []
    if "pattern" in schema:
        text = schema["pattern"]
        # an expression of JSON Schema may match anywhere
        open_left = "" if text.startswith("^") else r"[^\n]*"
        open_right = "" if text.endswith("$") and not text.endswith(r"\$") else r"[^\n]*"
        found.append(
            f"{open_left}(?:{text.removeprefix('^').removesuffix('$' if not open_right else '')}){open_right}"
        )
    if schema.get("format") in _FORMATS:
        found.append(_FORMATS[schema["format"]])
    return tuple(found)
