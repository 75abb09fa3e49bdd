"""The lint of fields, at any depth: values, objects, arrays of either."""

from __future__ import annotations

import re
from typing import Any, Final

from processors.document_types.expressions import phrase
from processors.document_types.keywords import FIELD_KEYWORDS, OBJECT_KEYWORDS
from processors.document_types.lint_words import Found, keywords, mean
from processors.normalise import NORMALISERS
from processors.normalise.known import is_country, is_id_kind, is_locale

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_VALUES: Final = frozenset({"string", "integer"})
#: keyword -> the normalisers that heed it
_HEEDED: Final = {
    "x-date-order": ("date",),
    "x-locale": ("amount", "currency", "date", "integer"),
    "x-country": ("address", "currency", "phone"),
    "x-id-kind": ("registered_id",),
    "x-name-order": ("person",),
}
#: normaliser -> the keyword that it cannot do without
_NEEDED: Final = {"registered_id": "x-id-kind"}


def members(node: dict[str, Any], place: str) -> Found:
    """All mistakes in the fields of an object: of the type itself, or of one of its objects."""
    required = set(node.get("required", ()))
    for name, rule in node["properties"].items():
        here = f"{place}/properties/{name}"
        if not NAME.fullmatch(name):
            yield here, f"{name!r} is no field name; use small letters, digits and _, a letter first"
        if not isinstance(rule, dict):
            yield here, "must be an object with type and x-normaliser"
            continue
        yield from _field(rule, here, required=name in required)


def kinds(rule: dict[str, Any]) -> frozenset[str]:
    """The JSON types of a field, "null" included."""
    kind = rule.get("type")
    return frozenset([kind] if isinstance(kind, str) else kind or ())


def _field(rule: dict[str, Any], place: str, *, required: bool) -> Found:
    plain = kinds(rule) - {"null"}
    if plain == {"array"}:
        items = rule.get("items", {})
        if not isinstance(items, dict) or items.get("type") not in ("string", "object"):
            yield f"{place}/items/type", 'must be "string" or "object"'
        elif items["type"] == "object":
            yield from _object(items, f"{place}/items")
            yield from keywords(rule, OBJECT_KEYWORDS, frozenset(), place)
        else:
            yield from _value(rule, place)
    elif plain == {"object"}:
        yield from _object(rule, place)
        yield from keywords(rule, OBJECT_KEYWORDS, frozenset(), place)
    else:
        if len(plain) != 1 or not plain <= _VALUES:
            yield f"{place}/type", 'must be string, integer, object or array, or such a type with "null"'
        yield from _value(rule, place)
    if plain != {"array"} and required == ("null" in kinds(rule)):
        wanted = "must not allow null, being required" if required else 'must allow "null", not being required'
        yield f"{place}/type", wanted


def _object(node: dict[str, Any], place: str) -> Found:
    properties = node.get("properties")
    if not isinstance(properties, dict) or not properties:
        yield f"{place}/properties", "is missing; an object needs its fields"
        return
    if node.get("additionalProperties") is not False:
        yield f"{place}/additionalProperties", "must be false, so that nothing else can be released"
    for index, name in enumerate(node.get("required", ())):
        if name not in properties:
            yield f"{place}/required/{index}", f"{name!r} is not in properties{mean(str(name), properties)}"
    yield from members(node, place)


def _value(rule: dict[str, Any], place: str) -> Found:
    normaliser = rule.get("x-normaliser")
    if normaliser is None:
        yield f"{place}/x-normaliser", f"is missing; choose one of {', '.join(sorted(NORMALISERS))}"
    yield from keywords(rule, FIELD_KEYWORDS, frozenset(), place)
    if normaliser == "integer" and kinds(rule) - {"null"} != {"integer"}:
        yield f"{place}/type", 'must be "integer" where x-normaliser is integer'
    for keyword, heeding in _HEEDED.items():
        if keyword in rule and normaliser not in heeding:
            yield f"{place}/{keyword}", f"has no effect without x-normaliser {' or '.join(heeding)}; remove it"
    needed = _NEEDED.get(str(normaliser))
    if needed and needed not in rule:
        yield f"{place}/{needed}", f"is missing; x-normaliser {normaliser} needs it"
    yield from _known(rule, place)
    yield from _expressions(rule, place)


def _known(rule: dict[str, Any], place: str) -> Found:
    """Codes that the libraries must know."""
    for keyword, knows, what in (
        ("x-locale", is_locale, "no language of CLDR, such as de or en_US"),
        ("x-country", is_country, "no country code of ISO 3166, such as US"),
        ("x-id-kind", is_id_kind, "no number format of python-stdnum, such as us.ein or iban"),
    ):
        code = rule.get(keyword)
        if isinstance(code, str) and not knows(code):
            yield f"{place}/{keyword}", f"{code!r} is {what}; correct it"


def _expressions(rule: dict[str, Any], place: str) -> Found:
    listed = rule.get("x-phrases", ())
    phrases = [p for p in listed if isinstance(p, str)] if isinstance(listed, list) else []
    patterns = [(f"{place}/{key}", rule[key]) for key in ("x-pattern", "x-not") if isinstance(rule.get(key), str)]
    for where, source in [*patterns, *((f"{place}/x-phrases/{i}", p) for i, p in enumerate(phrases))]:
        try:
            groups = (phrase if "x-phrases" in where else re.compile)(source).groupindex
        except re.error as error:
            yield where, f"does not compile: {error}; correct the regular expression"
            continue
        if "x-phrases" in where and not any(group.startswith("value") for group in groups):
            yield where, 'has no group named "value"; write (?P<value>…) around the value'
