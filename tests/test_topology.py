"""Table, events, schemas, AsyncAPI and documentation say the same."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker

from processors import config, events, schemas
from processors.acts import Act
from processors.document_types import lint
from processors.errors import EventInvalid
from processors.events import PUBLISHED, Event
from processors.local.plan import REPROCESSING_WORKERS
from processors.ocr.binding.remarks import Remark
from processors.pipeline import (
    ACTS,
    DEAD_LETTERS,
    DECIDED,
    HELD,
    NOTIFICATIONS,
    QUARANTINE,
    REFUSALS,
    RESUBMITTED,
    RESULTS,
    RUNS,
    STAGES,
    TOPICS,
    reprocessing_lane,
    topic_of,
)
from processors.reasons import QuarantineReason, Reason, ReviewReason
from processors.runtime.codec import decode, encode
from tests.example_events import DATA, EVENTS, any_event, envelope

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "schemas"
TYPES: list[str] = [data.TYPE for data in PUBLISHED]  # type: ignore[attr-defined]
NAMES = {topic.name for topic in TOPICS}
ASYNCAPI: dict[str, Any] = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8"))


def _doc(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _schema(event_type: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / "events" / f"{event_type}.json").read_text(encoding="utf-8"))
    return found


def _error_codes() -> dict[str, str]:
    """The code of every error class, wherever it is defined, with the first line of its docstring."""
    found = {}
    for file in (ROOT / "processors").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                for line in node.body:
                    match line:
                        case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                            found[code] = (ast.get_docstring(node) or "").splitlines()[0]
    return found


# The table


@pytest.mark.parametrize("row", STAGES, ids=lambda row: row.name)
def test_a_stage_reads_and_writes_topics_that_exist(row: Any) -> None:
    assert {*row.reads, *row.writes} <= NAMES


def test_each_topic_is_written_by_someone_and_each_internal_one_is_read() -> None:
    written = {name for row in STAGES for name in row.writes}
    # MinIO writes the notifications; people resubmit and reprocess, and commands say what people do; a process
    # gathers what was refused; the scheduler reports its runs; any stage may set aside or give up.
    people = {RESUBMITTED, DECIDED, reprocessing_lane("pages.requested"), ACTS}
    assert written | people | {NOTIFICATIONS, REFUSALS, RUNS, QUARANTINE, DEAD_LETTERS} == NAMES
    read = {topic for row in STAGES for topic in row.reads}
    ends = {RESULTS, "reviews.requested", QUARANTINE, DEAD_LETTERS}
    # What only the ledger and the audit chain read.
    assert NAMES - read - ends == {"documents.arrived", "pages.recognised", HELD, ACTS, REFUSALS, RUNS}


def test_each_published_event_has_one_topic() -> None:
    assert set(TYPES) == {topic.event.TYPE for topic in TOPICS if topic.event}  # type: ignore[attr-defined]
    assert topic_of(next(e.data for e in EVENTS if isinstance(e.data, events.ResultReleased))) == (
        "results.justice.receipt"
    )


@pytest.mark.parametrize("row", STAGES, ids=lambda row: row.name)
def test_what_is_reprocessed_takes_the_least_urgent_lane_of_its_own(row: Any) -> None:
    if row.name == "intake":
        return
    kind = next(topic.event for topic in TOPICS if topic.name == row.reads[0])
    live: Any = next(event.data for event in EVENTS if type(event.data) is kind)
    again = live.model_copy(update={"document": live.document.model_copy(update={"run_id": "re-1"})})
    assert (topic_of(live), topic_of(again)) == (row.reads[0], row.reads[-1])
    assert row.reads[-1] == reprocessing_lane(row.reads[0])


@pytest.mark.parametrize("row", STAGES, ids=lambda row: row.name)
def test_workers_of_live_documents_and_of_reprocessing_runs_read_all_of_a_stage_between_them(row: Any) -> None:
    assert row.reading("all") == row
    if row.name == "intake":
        with pytest.raises(ValueError, match="intake has no lane of reprocessing runs"):
            row.reading("reprocessing")
        return
    assert row.reading("live").reads + row.reading("reprocessing").reads == row.reads
    assert row.reading("reprocessing").reads == (reprocessing_lane(row.reads[0]),)


def test_each_stage_that_has_a_lane_of_reprocessing_runs_has_a_worker_for_it() -> None:
    assert set(REPROCESSING_WORKERS) == {row.name for row in STAGES} - {"intake"}


# Schemas


def test_written_files_are_up_to_date_and_none_is_left_over() -> None:
    wanted = schemas.files()
    there = [f"events/{file.name}" for file in (SCHEMAS / "events").iterdir()] + ["asyncapi.yaml"]
    assert sorted(there) == sorted(wanted), "run `make schemas`"
    assert [path for path, text in wanted.items() if (SCHEMAS / path).read_text("utf-8") != text] == []


def test_writing_removes_what_is_no_more(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "chancery.gone.v1.json").write_text("{}")
    schemas.write(tmp_path)
    assert sorted(file.stem for file in (tmp_path / "events").iterdir()) == sorted(TYPES)


@pytest.mark.parametrize("event_type", TYPES)
def test_a_schema_is_valid_named_described_and_open(event_type: str) -> None:
    schema = _schema(event_type)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"chancery:events/{event_type}"
    for part in [schema, *schema["$defs"].values()]:
        assert part["description"]
        assert part.get("additionalProperties", True) is True
        assert [name for name, member in part["properties"].items() if not member.get("description")] == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_what_is_written_fits_its_schema(event: Event[Any]) -> None:
    written = json.loads(encode(event))
    Draft202012Validator(_schema(event.type), format_checker=FormatChecker()).validate(written)
    written["data"]["later"] = written["later"] = 1
    Draft202012Validator(_schema(event.type)).validate(written)
    assert decode(json.dumps(written).encode()) == event


def test_there_is_an_example_of_each_type() -> None:
    assert {type(data) for data in DATA} == set(PUBLISHED)


# The codec


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(any_event())
def test_what_is_written_reads_the_same(event: Event[Any]) -> None:
    written = encode(event)
    assert decode(written) == event
    Draft202012Validator(_schema(event.type)).validate(json.loads(written))


def test_a_dead_letter_without_a_document_reads_the_same() -> None:
    letter = next(data for data in DATA if isinstance(data, events.DeadLettered))
    event = envelope(letter.model_copy(update={"document": None}))
    assert decode(encode(event)) == event


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b"{}",
        b'{"type": 1}',
        b'{"type": []}',
        b'{"type": "chancery.unknown.v1"}',
        b'{"type": "chancery.object.created.v1"}',
        b'{"type": "chancery.document.arrived.v2"}',
        b'{"type": "chancery.document.arrived.v1", "data": {}}',
        b"[" * 100_000,
    ],
    ids=lambda value: str(value[:50]),
)
def test_what_is_no_event_of_ours_is_invalid(value: bytes) -> None:
    with pytest.raises(EventInvalid):
        decode(value)


def test_an_invalid_event_is_not_quoted() -> None:
    with pytest.raises(EventInvalid) as caught:
        decode(b'{"type": "chancery.document.arrived.v1", "data": "secret"}')
    assert "secret" not in str(caught.value)


# AsyncAPI


def test_asyncapi_fits_its_specification() -> None:
    specification = json.loads((ROOT / "tests/asyncapi/asyncapi-3.0.0.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(specification).iter_errors(ASYNCAPI)] == []


def test_asyncapi_names_each_topic_with_its_parameters_and_partitions() -> None:
    channels = {channel["address"]: channel for channel in ASYNCAPI["channels"].values()}
    partitions = {address: channel["bindings"]["kafka"]["partitions"] for address, channel in channels.items()}
    assert partitions == {topic.name.replace("<", "{").replace(">", "}"): topic.partitions for topic in TOPICS}
    for address, channel in channels.items():
        assert set(re.findall(r"\{(\w+)\}", address)) == set(channel.get("parameters", {}))


def test_asyncapi_references_lead_somewhere() -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            here = [node["$ref"]] if "$ref" in node else []
            return here + [ref for child in node.values() for ref in references(child)]
        return [ref for child in node for ref in references(child)] if isinstance(node, list) else []

    for reference in references(ASYNCAPI):
        if reference.startswith("#/"):
            node: Any = ASYNCAPI
            for step in reference[2:].split("/"):
                node = node[step]
        else:
            assert (SCHEMAS / reference).is_file()
    assert len({one for one in references(ASYNCAPI) if one.startswith("./events/")}) == len(PUBLISHED)


# Documentation


@pytest.mark.parametrize("name", sorted({*NAMES, *(row.name for row in STAGES)}))
def test_architecture_names_each_topic_and_stage(name: str) -> None:
    assert f"`{name}`" in _doc("ARCHITECTURE.md")


def test_architecture_names_the_rooms_that_exist() -> None:
    named = set(re.findall(r"`(?:processors/)?([a-z_]+)/`", _doc("ARCHITECTURE.md")))
    there = {f.name for f in (ROOT / "processors").iterdir() if f.is_dir() and list(f.glob("*.py"))}
    assert there - named == set()
    assert {room for room in named - there if not (ROOT / room).is_dir()} == set()


@pytest.mark.parametrize("reason", [*QuarantineReason, *ReviewReason], ids=lambda reason: reason.value)
def test_reasons_are_documented_with_their_meaning(reason: Reason) -> None:
    assert f"| `{reason.value}` | {reason.meaning} |" in _doc("docs/reasons.md")


@pytest.mark.parametrize("remark", [*Remark], ids=lambda remark: remark.value)
def test_notes_on_outputs_are_documented_with_their_meaning(remark: Remark) -> None:
    assert f"| `{remark.value}` | {remark.meaning} |" in _doc("docs/reasons.md")


@pytest.mark.parametrize(("code", "meaning"), sorted(_error_codes().items()))
def test_error_codes_are_documented_with_their_meaning(code: str, meaning: str) -> None:
    assert f"| `{code}` | {meaning} |" in _doc("docs/reasons.md")


@pytest.mark.parametrize("act", [*Act], ids=lambda act: act.value)
def test_acts_are_documented_with_their_meaning(act: Act) -> None:
    assert f"| `{act.value}` | {act.meaning} |" in _doc("docs/audit.md")


def test_documented_reasons_exist() -> None:
    known = {*(reason.value for reason in [*QuarantineReason, *ReviewReason]), *_error_codes()}
    told, _, _ = _doc("docs/reasons.md").partition("\n## Notes")
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == known


def test_settings_are_documented_and_documented_settings_exist() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "processors").rglob("*.py"))
    read = set(re.findall(r'"(CHANCERY_\w+)"', Path(config.__file__).read_text(encoding="utf-8")))
    named = set(re.findall(r"`(CHANCERY_\w+)`", _doc("docs/settings.md")))
    assert read - named == set()
    # NAME_FILE is read where NAME is a secret, or is a setting of its own.
    spelt = {name for name in named if f'"{name}"' in code or f'"{name.removesuffix("_FILE")}"' in code}
    assert named - spelt == set()


def test_the_examples_of_the_readme_hold(tmp_path: Path) -> None:
    result, permit = re.findall(r"^```json\n(.+?)^```", _doc("README.md"), re.MULTILINE | re.DOTALL)
    (tmp_path / "permit.json").write_text(permit, encoding="utf-8")
    assert lint(tmp_path) == []
    event = json.loads(result)
    schema = _schema(event["type"])
    for part in [schema, *schema["$defs"].values()]:
        del part["required"]  # the example is shortened
        part["additionalProperties"] = False
    Draft202012Validator(schema).validate(event)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "ARCHITECTURE.md",
        "GLOSSARY.md",
        "CHANGELOG.md",
        *map(str, [f.relative_to(ROOT) for f in sorted((ROOT / "docs").rglob("*.md"))]),
    ],
)
def test_links_lead_somewhere(path: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", _doc(path)):
        assert ((ROOT / path).parent / target).exists(), target
