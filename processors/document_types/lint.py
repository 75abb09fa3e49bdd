"""The lint of type files: everything that is wrong, each with its place and what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from processors.document_types.expressions import phrase
from processors.document_types.keywords import FIELD_KEYWORDS, TYPE_KEYWORDS, TYPE_WORDS
from processors.normalise import NORMALISERS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
#: Names that the pipeline uses itself.
RESERVED: Final = frozenset({"unknown"})


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a type file."""

    file: str
    #: JSON pointer into the file, or "line 3 column 7" where the file is no JSON
    place: str
    #: what is wrong and what to do
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place or '/'}: {self.message}"


def lint(folder: Path) -> list[Problem]:
    """All mistakes in the type files of a folder; empty when they can be used."""
    if not folder.is_dir():
        return [Problem(str(folder), "", "there is no such folder; name the folder that holds the type files")]
    files = sorted(folder.glob("*.json"))
    if not files:
        return [Problem(str(folder), "", "holds no *.json file; put one file per document type there")]
    return [problem for file in files for problem in lint_file(file)]


def lint_file(file: Path) -> list[Problem]:
    """All mistakes in one type file."""
    try:
        schema = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_no_twins)
    except json.JSONDecodeError as error:
        return [Problem(file.name, f"line {error.lineno} column {error.colno}", f"no JSON: {error.msg}")]
    except UnicodeDecodeError:
        return [Problem(file.name, "", "is not UTF-8; save it as UTF-8")]
    except _TwinsError as error:
        return [Problem(file.name, "", f"has the key {error.args[0]!r} twice in one object; keep one")]
    if not isinstance(schema, dict):
        return [Problem(file.name, "", "is not a JSON object; a type file is one object")]
    found = [*_name(file.stem), *_type(schema)]
    if not found:  # the finer checks rely on the coarse ones
        found = [*_fields(schema), *_examples(schema)]
    return [Problem(file.name, place, message) for place, message in found]


class _TwinsError(ValueError):
    """The same key twice in an object; JSON parsers silently keep the last."""


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise _TwinsError(key)
        seen[key] = value
    return seen


Found = Iterator[tuple[str, str]]


def _name(stem: str) -> Found:
    if not NAME.fullmatch(stem):
        yield "", f"the file name {stem!r} is no type name; use small letters, digits and _, a letter first"
    if stem in RESERVED:
        yield "", f"{stem!r} is a word of the pipeline; choose another file name"


def _type(schema: dict[str, Any]) -> Found:
    if schema.get("$schema") != DIALECT:
        yield "/$schema", f'must be "{DIALECT}"'
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        yield _pointer(error.absolute_path), f"is not valid JSON Schema 2020-12: {error.message}"
    for word in ("$id", "title", "description", "properties", "x-version", "x-release"):
        if word not in schema:
            yield f"/{word}", "is missing; every type needs it"
    if schema.get("type") != "object":
        yield "/type", 'must be "object"'
    if schema.get("additionalProperties") is not False:
        yield "/additionalProperties", "must be false, so that nothing else can be released"
    yield from _keywords(schema, TYPE_KEYWORDS, TYPE_WORDS, "")
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        return
    for index, name in enumerate(schema.get("required", ())):
        if name not in properties:
            yield f"/required/{index}", f"{name!r} is not in properties{_mean(str(name), properties)}"


def _fields(schema: dict[str, Any]) -> Found:
    required = set(schema.get("required", ()))
    for name, rule in schema["properties"].items():
        place = f"/properties/{name}"
        if not NAME.fullmatch(name):
            yield place, f"{name!r} is no field name; use small letters, digits and _, a letter first"
        if not isinstance(rule, dict):
            yield place, "must be an object with type and x-normaliser"
            continue
        if "x-normaliser" not in rule:
            yield f"{place}/x-normaliser", f"is missing; choose one of {', '.join(sorted(NORMALISERS))}"
        yield from _keywords(rule, FIELD_KEYWORDS, frozenset(), place)
        yield from _kind(rule, place, required=name in required)
        yield from _expressions(rule, place)


def _kind(rule: dict[str, Any], place: str, *, required: bool) -> Found:
    kind = rule.get("type")
    kinds = [kind] if isinstance(kind, str) else list(kind or ())
    plain = set(kinds) - {"null"}
    if plain not in ({"string"}, {"integer"}, {"array"}):
        yield f"{place}/type", 'must be string, integer or array (of strings), or such a type with "null"'
    if plain == {"array"} and rule.get("items", {}).get("type") != "string":
        yield f"{place}/items/type", 'must be "string"'
    if plain != {"array"} and required == ("null" in kinds):
        wanted = "must not allow null, being required" if required else 'must allow "null", not being required'
        yield f"{place}/type", wanted
    if rule.get("x-normaliser") == "integer" and plain != {"integer"}:
        yield f"{place}/type", 'must be "integer" where x-normaliser is integer'
    if "x-date-order" in rule and rule.get("x-normaliser") != "date":
        yield f"{place}/x-date-order", "has no effect without x-normaliser date; remove it"


def _expressions(rule: dict[str, Any], place: str) -> Found:
    phrases = [p for p in rule.get("x-phrases", ()) if isinstance(p, str)]
    patterns = [(f"{place}/{key}", rule[key]) for key in ("x-pattern", "x-not") if isinstance(rule.get(key), str)]
    for where, source in [*patterns, *((f"{place}/x-phrases/{i}", p) for i, p in enumerate(phrases))]:
        try:
            groups = (phrase if "x-phrases" in where else re.compile)(source).groupindex
        except re.error as error:
            yield where, f"does not compile: {error}; correct the regular expression"
            continue
        if "x-phrases" in where and not any(group.startswith("value") for group in groups):
            yield where, 'has no group named "value"; write (?P<value>…) around the value'


def _keywords(node: dict[str, Any], known: dict[str, Any], words: frozenset[str], place: str) -> Found:
    """Unknown keywords, and known ones with a content that does not fit; plain JSON Schema words pass on fields."""
    for key, content in node.items():
        if key in known:
            for error in Draft202012Validator(known[key]).iter_errors(content):
                yield f"{place}/{key}{_pointer(error.absolute_path)}", f"{error.message}; see the README beside it"
        elif key.startswith("x-") or (words and key not in words):
            yield f"{place}/{key}", f"is an unknown keyword{_mean(key, [*known, *words])}"


def _examples(schema: dict[str, Any]) -> Found:
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    for index, example in enumerate(schema.get("examples", ())):
        for error in checker.iter_errors(example):
            yield f"/examples/{index}{_pointer(error.absolute_path)}", f"does not fit the type: {error.message}"


def _pointer(path: Any) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _mean(word: str, known: Any) -> str:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else "; remove it, or add it to the README and the lint"
