"""From the checked content of a type file to its frozen fields and rules."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from processors.document_types import expressions
from processors.document_types.model import FieldRule
from processors.document_types.rules import Equal, OneOf, Order, RequiredIf, Rule, Sum


def fields_of(node: dict[str, Any]) -> tuple[FieldRule, ...]:
    """The fields of the type, or of one of its objects."""
    required = set(node.get("required", ()))
    return tuple(_field(name, rule, required=name in required) for name, rule in node["properties"].items())


def rule_of(content: dict[str, Any]) -> Rule:
    """A rule between fields."""
    name = content["name"]
    match content["kind"]:
        case "sum":
            return Sum(name, content["total"], tuple(content["of"]), Decimal(str(content.get("tolerance", 0))))
        case "order":
            return Order(name, tuple(content["fields"]), content.get("strict", False))
        case "required_if":
            return RequiredIf(name, content["field"], content["if"], tuple(content.get("equals", ())))
        case "equal":
            return Equal(name, tuple(content["fields"]))
        case _:
            return OneOf(name, tuple(content["fields"]))


def _field(name: str, rule: dict[str, Any], *, required: bool) -> FieldRule:
    kind = rule["type"]
    many = kind == "array" or "array" in kind
    node = rule.get("items", {}) if many else rule
    return FieldRule(
        name=name,
        description=rule.get("description", ""),
        required=required,
        many=many,
        normaliser=rule.get("x-normaliser", ""),
        fields=fields_of(node) if "properties" in node else (),
        labels=tuple(rule.get("x-labels", ())),
        phrases=tuple(expressions.phrase(p) for p in rule.get("x-phrases", ())),
        look=tuple(rule.get("x-look", FieldRule.look)),
        pattern=re.compile(rule["x-pattern"]) if "x-pattern" in rule else None,
        never=re.compile(rule["x-not"]) if "x-not" in rule else None,
        region=tuple(rule.get("x-region", FieldRule.region)),
        date_order=rule.get("x-date-order", FieldRule.date_order),
        lines=rule.get("x-lines", FieldRule.lines),
        last_page=rule.get("x-last-page", FieldRule.last_page),
        nth=rule.get("x-nth", FieldRule.nth),
        locale=rule.get("x-locale", FieldRule.locale),
        country=rule.get("x-country", FieldRule.country),
        id_kind=rule.get("x-id-kind", FieldRule.id_kind),
        name_order=rule.get("x-name-order", FieldRule.name_order),
    )
