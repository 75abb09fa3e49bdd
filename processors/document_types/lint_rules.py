"""The lint of `x-rules`: kinds, members, and paths that lead to fields which can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from processors.document_types.keywords import RULE_KINDS
from processors.document_types.lint_words import Found, mean, unfit
from processors.document_types.loading_fields import fields_of, rule_of
from processors.document_types.model import FieldRule, nodes
from processors.document_types.paths import ENTRY
from processors.document_types.rules import Sum, common

_NUMBERS = frozenset({"amount", "integer"})
#: what may be ordered: dates among dates, numbers among numbers
_ORDERED = {"date": "dates", "amount": "numbers", "integer": "numbers"}


def rules(schema: dict[str, Any]) -> Found:
    """All mistakes in the rules of a type whose fields are right."""
    there = dict(nodes(fields_of(schema)))
    names: set[str] = set()
    for index, rule in enumerate(schema.get("x-rules", ())):
        place = f"/x-rules/{index}"
        kind = RULE_KINDS.get(rule["kind"]) if isinstance(rule["kind"], str) else None
        if kind is None:
            yield f"{place}/kind", f"{rule['kind']!r} is no kind of rule; choose one of {', '.join(RULE_KINDS)}"
            continue
        wrong = list(unfit(rule, kind, place))
        yield from wrong
        if wrong:
            continue
        if rule["name"] in names:
            yield f"{place}/name", f"{rule['name']!r} is the name of an earlier rule; choose another"
        names.add(rule["name"])
        yield from _paths(rule, there, place)


def _paths(rule: dict[str, Any], there: dict[str, FieldRule], place: str) -> Found:
    made = rule_of(rule)
    unknown = [path for path in made.paths if path not in there]
    for path in unknown:
        yield place, f"{path!r} is no path of this type{mean(path, there)}"
    if unknown:
        return
    ruled = (made.total,) if isinstance(made, Sum) else made.paths
    entry = common(ruled)
    for path in ruled:
        starred = path[: path.rfind(ENTRY) + 1]
        if not f"{entry}/".startswith(f"{starred}/" if starred else ""):
            yield place, f"{path!r} and {entry!r} lie in different arrays; a rule is about the entries of one"
    yield from ((place, message) for message in _misfits(rule["kind"], {path: there[path] for path in made.paths}))


def _misfits(kind: str, fields: dict[str, FieldRule]) -> Iterator[str]:
    """What is wrong with the fields for this kind of rule."""
    if kind in ("one_of", "required_if"):
        return
    for path, field in fields.items():
        if field.fields or (field.many and not path.endswith(ENTRY)):
            yield f"{path!r} is no single value; name one inside of it"
        elif kind == "sum" and field.normaliser not in _NUMBERS:
            yield f"{path!r} is no number; a sum needs x-normaliser amount or integer"
        elif kind == "order" and field.normaliser not in _ORDERED:
            yield f"{path!r} has no order; use x-normaliser date, amount or integer"
    if kind == "order" and len({_ORDERED.get(field.normaliser) for field in fields.values()}) > 1:
        yield "dates and numbers cannot be put in one order"
