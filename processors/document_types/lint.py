"""The lint of type files: everything that is wrong, each with its place and what to do about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from processors.document_types.keywords import TYPE_KEYWORDS, TYPE_WORDS
from processors.document_types.lint_fields import NAME, members
from processors.document_types.lint_rules import rules
from processors.document_types.lint_words import Found, keywords, mean, pointer

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
#: Names that the pipeline uses itself.
RESERVED: Final = frozenset({"unknown"})
_DIALECT: Final = Draft202012Validator(Draft202012Validator.META_SCHEMA)


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
        found = [*members(schema, ""), *_examples(schema)]
    if not found:
        found = [*rules(schema)]
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


def _name(stem: str) -> Found:
    if not NAME.fullmatch(stem):
        yield "", f"the file name {stem!r} is no type name; use small letters, digits and _, a letter first"
    if stem in RESERVED:
        yield "", f"{stem!r} is a word of the pipeline; choose another file name"


def _type(schema: dict[str, Any]) -> Found:
    if schema.get("$schema") != DIALECT:
        yield "/$schema", f'must be "{DIALECT}"'
    for error in _DIALECT.iter_errors(schema):
        yield pointer(error.absolute_path), f"is not valid JSON Schema 2020-12: {error.message}"
    for word in ("$id", "title", "description", "properties", "x-version", "x-release"):
        if word not in schema:
            yield f"/{word}", "is missing; every type needs it"
    if schema.get("type") != "object":
        yield "/type", 'must be "object"'
    if schema.get("additionalProperties") is not False:
        yield "/additionalProperties", "must be false, so that nothing else can be released"
    yield from keywords(schema, TYPE_KEYWORDS, TYPE_WORDS, "")
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        return
    for index, name in enumerate(schema.get("required", ())):
        if name not in properties:
            yield f"/required/{index}", f"{name!r} is not in properties{mean(str(name), properties)}"


def _examples(schema: dict[str, Any]) -> Found:
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    for index, example in enumerate(schema.get("examples", ())):
        for error in checker.iter_errors(example):
            yield f"/examples/{index}{pointer(error.absolute_path)}", f"does not fit the type: {error.message}"
