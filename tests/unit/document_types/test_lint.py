"""Every mistake in a type file has its message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from processors.config import SCHEMAS
from processors.document_types import DocumentTypesInvalid, keywords, lint, load
from processors.document_types.__main__ import main
from processors.document_types.expressions import phrase as phrase_of

Change = Callable[[dict[str, Any]], object]


def permit() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://chancery.example/permit.json",
        "title": "Permit",
        "description": "A building permit.",
        "x-version": "1.0",
        "x-release": {"threshold": 0.9},
        "type": "object",
        "additionalProperties": False,
        "required": ["number"],
        "properties": {
            "number": {"type": "string", "x-normaliser": "identifier", "x-labels": ["Permit No."]},
            "issued": {"type": ["string", "null"], "format": "date", "x-normaliser": "date"},
            "owners": {"type": "array", "items": {"type": "string"}, "x-normaliser": "name"},
        },
    }


def field(name: str, **changes: object) -> Change:
    return lambda t: t["properties"][name].update({k.replace("_", "-"): v for k, v in changes.items()})


MISTAKES: list[tuple[Change, str, str]] = [
    (lambda t: t.pop("title"), "/title", "is missing"),
    (lambda t: t.pop("$id"), "/$id", "is missing"),
    (lambda t: t.pop("description"), "/description", "is missing"),
    (lambda t: t.pop("x-version"), "/x-version", "is missing"),
    (lambda t: t.pop("x-release"), "/x-release", "is missing"),
    (lambda t: t.update({"$schema": "http://json-schema.org/draft-07/schema"}), "/$schema", "2020-12"),
    (lambda t: t.update(type="array"), "/type", 'must be "object"'),
    (lambda t: t.pop("additionalProperties"), "/additionalProperties", "must be false"),
    (lambda t: t.update({"x-version": "one"}), "/x-version", "does not match"),
    (lambda t: t.update({"x-release": {"threshold": 1.5}}), "/x-release/threshold", "greater than the maximum"),
    (
        lambda t: t.update({"x-retention": {"days": 0, "basis": "law"}}),
        "/x-retention/days",
        "less than the minimum",
    ),
    (lambda t: t.update({"x-retension": {}}), "/x-retension", "did you mean 'x-retention'"),
    (lambda t: t.update(tittle="x"), "/tittle", "did you mean 'title'"),
    (lambda t: t.update(required=["nummer"]), "/required/0", "did you mean 'number'"),
    (
        lambda t: t["properties"].update(number={"type": "strin"}),
        "/properties/number/type",
        "not valid JSON Schema",
    ),
    (lambda t: t["properties"].update(Number=t["properties"]["issued"]), "/properties/Number", "no field name"),
    (lambda t: t["properties"].update(number=True), "/properties/number", "must be an object"),
    (lambda t: t["properties"]["number"].pop("x-normaliser"), "/properties/number/x-normaliser", "choose one of"),
    (field("number", x_normaliser="idd"), "/properties/number/x-normaliser", "is not one of"),
    (field("number", x_lable=["No."]), "/properties/number/x-lable", "did you mean 'x-labels'"),
    (field("number", x_look=["left"]), "/properties/number/x-look/0", "is not one of"),
    (field("number", x_nth=0), "/properties/number/x-nth", "should not be valid"),
    (field("number", x_pattern="(["), "/properties/number/x-pattern", "does not compile"),
    (field("number", x_phrases=["(?P<value>["]), "/properties/number/x-phrases/0", "does not compile"),
    (field("number", x_phrases=["No. [0-9]+"]), "/properties/number/x-phrases/0", 'no group named "value"'),
    (field("number", x_date_order="MDY"), "/properties/number/x-date-order", "has no effect"),
    (field("number", x_locale="de"), "/properties/number/x-locale", "has no effect without x-normaliser amount or"),
    (field("issued", x_locale="xx"), "/properties/issued/x-locale", "'xx' is no language of CLDR"),
    (field("issued", x_locale="German"), "/properties/issued/x-locale", "does not match"),
    (field("number", x_normaliser="phone", x_country="XX"), "/properties/number/x-country", "no country code"),
    (field("number", x_normaliser="phone", x_country="us"), "/properties/number/x-country", "does not match"),
    (field("number", x_country="US"), "/properties/number/x-country", "has no effect"),
    (field("number", x_normaliser="registered_id"), "/properties/number/x-id-kind", "is missing"),
    (
        field("number", x_normaliser="registered_id", x_id_kind="us.eim"),
        "/properties/number/x-id-kind",
        "python-stdnum",
    ),
    (
        field("number", x_normaliser="registered_id", x_id_kind="zz.ein"),
        "/properties/number/x-id-kind",
        "python-stdnum",
    ),
    (
        field("number", x_normaliser="registered_id", x_id_kind="numdb"),
        "/properties/number/x-id-kind",
        "python-stdnum",
    ),
    (field("number", x_name_order="given_first"), "/properties/number/x-name-order", "has no effect"),
    (field("number", x_normaliser="person", x_name_order="x"), "/properties/number/x-name-order", "is not one of"),
    (lambda t: t.update({"x-readers": []}), "/x-readers", "should be non-empty"),
    (lambda t: t.update({"x-readers": ["gpt"]}), "/x-readers/0", "is not one of"),
    (lambda t: t.update({"x-readers": ["labels", "labels"]}), "/x-readers", "non-unique"),
    (lambda t: t["x-release"].update(agreement="yes"), "/x-release/agreement", "is not of type 'boolean'"),
    (lambda t: t["x-release"].update(agrement=True), "/x-release", "'agrement' was unexpected"),
    (field("number", type=["string", "null"]), "/properties/number/type", "must not allow null"),
    (field("issued", type="string"), "/properties/issued/type", 'must allow "null"'),
    (
        field("issued", type=["number", "null"]),
        "/properties/issued/type",
        "must be string, integer, object or array",
    ),
    (field("issued", type=["object", "null"]), "/properties/issued/properties", "is missing"),
    (field("issued", x_normaliser="integer"), "/properties/issued/type", 'must be "integer"'),
    (field("owners", items={"type": "object"}), "/properties/owners/items/properties", "is missing"),
    (field("owners", items={"type": "array"}), "/properties/owners/items/type", 'must be "string" or "object"'),
    (lambda t: t.update(examples=[{"number": 5}]), "/examples/0/number", "does not fit the type"),
]


@pytest.mark.parametrize(
    ("change", "place", "message"), MISTAKES, ids=[place + " " + m for _, place, m in MISTAKES]
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, change: Change, place: str, message: str) -> None:
    content = permit()
    change(content)
    (tmp_path / "permit.json").write_text(json.dumps(content))
    problems = lint(tmp_path)
    assert any(p.place == place and message in p.message for p in problems), problems
    assert all(p.file == "permit.json" for p in problems)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("permit.json", '{\n"title": }', "line 2 column 10: no JSON"),
        ("permit.json", "[]", "is not a JSON object"),
        ("permit.json", '{"title": "a", "title": "b"}', "has the key 'title' twice"),
        ("Permit-1.json", json.dumps(permit()), "is no type name"),
        ("unknown.json", json.dumps(permit()), "is a word of the pipeline"),
    ],
)
def test_a_file_that_cannot_be_a_type_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content)
    assert message in "\n".join(map(str, lint(tmp_path)))


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "permit.json").write_bytes(b"\xff\xfe{}")
    assert "is not UTF-8" in str(lint(tmp_path)[0])


def test_an_empty_or_missing_folder_is_a_problem(tmp_path: Path) -> None:
    assert "holds no *.json" in str(lint(tmp_path)[0])
    assert "no such folder" in str(lint(tmp_path / "gone")[0])


def test_a_correct_file_loads(tmp_path: Path) -> None:
    (tmp_path / "permit.json").write_text(json.dumps(permit()))
    types = load(tmp_path)
    kind = types["permit"]
    assert (kind.version, kind.threshold, [f.name for f in kind.fields]) == (
        "1.0",
        0.9,
        ["number", "issued", "owners"],
    )
    assert kind.fields[0].required and kind.fields[2].many
    assert kind.field("owners/3") is kind.fields[2]
    assert kind.field("owners") is None and kind.field("number/0") is None and kind.field("owners/x") is None
    with pytest.raises(TypeError):
        types["permit"] = kind  # type: ignore[index]


def test_the_conventions_of_a_field_reach_its_normaliser(tmp_path: Path) -> None:
    content = permit()
    content["properties"] |= {
        "fee": {"type": ["string", "null"], "x-normaliser": "amount", "x-locale": "de"},
        "tax_id": {"type": ["string", "null"], "x-normaliser": "registered_id", "x-id-kind": "us.ein"},
        "phone": {"type": ["string", "null"], "x-normaliser": "phone", "x-country": "US"},
        "applicant": {"type": ["string", "null"], "x-normaliser": "person", "x-name-order": "family_first"},
        "until": {"type": ["string", "null"], "x-normaliser": "date", "x-date-order": "DMY"},
    }
    (tmp_path / "permit.json").write_text(json.dumps(content))
    kind = load(tmp_path)["permit"]
    printed = {
        "fee": ("1.234", "1234.00"),
        "tax_id": ("91-1144442", "911144442"),
        "phone": ("(202) 514-2000", "+12025142000"),
        "applicant": ("Cristina Antelo", "Antelo, Cristina"),
        "until": ("03/04/21", "2021-04-03"),
    }
    for name, (text, value) in printed.items():
        rule = kind.field(name)
        assert rule and rule.normalise(text).value == value


def test_load_raises_with_every_problem(tmp_path: Path) -> None:
    content = permit()
    del content["title"], content["x-version"]
    (tmp_path / "permit.json").write_text(json.dumps(content))
    with pytest.raises(DocumentTypesInvalid) as raised:
        load(tmp_path)
    assert {p.place for p in raised.value.problems} == {"/title", "/x-version"}


def test_the_command_prints_problems_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "holds no *.json" in capsys.readouterr().out
    assert main([]) == 0
    assert "no problems" in capsys.readouterr().out


def test_a_space_in_a_phrase_is_any_white_space() -> None:
    phrase = phrase_of(r"State of (?P<value>[A-Z][A-Za-z ]+),? dated")
    match = phrase.search("the State\nof  New York dated")
    assert match and match["value"] == "New York"


def test_the_shipped_types_have_examples_and_no_problem() -> None:
    assert lint(SCHEMAS / "documents") == []
    types = load(SCHEMAS / "documents")
    assert {"fara_amendment", "fara_dissemination_report", "fara_short_form", "fcc_political_ad_buy"} <= set(types)
    assert {"nda_contract", "receipt", "letter", "other"} <= set(types)
    assert all(kind.schema["examples"] and kind.retention_days for kind in types.values())
    assert not any(rule.required for rule in types["other"].fields)


def test_the_readme_explains_every_keyword() -> None:
    text = (SCHEMAS / "documents" / "README.md").read_text(encoding="utf-8")
    known = {**keywords.TYPE_KEYWORDS, **keywords.FIELD_KEYWORDS}
    assert [word for word in known if f"`{word}`" not in text] == []
