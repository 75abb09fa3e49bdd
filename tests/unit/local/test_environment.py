"""The environment that children get."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import certifi
import pytest

from processors import config
from processors.audit.settings import AuditSettings
from processors.config import Limits, S3Settings, Settings
from processors.local import environment
from processors.local.plan import WORKERS, Plan
from processors.refusals.settings import RefusalSettings
from processors.server_settings import KafkaSecurity
from processors.telemetry.settings import TelemetrySettings
from processors.telemetry.trace_settings import TraceSettings

#: a file of certificates that is there wherever the tests run
CA = Path(certifi.where()).resolve()

UNUSUAL = Settings(
    kafka="k1:1,k2:2",
    s3=S3Settings("s:3", "key", "geheim", secure=True, region="eu-west-1", ca=CA),
    kafka_security=KafkaSecurity("sasl_ssl", "worker.ocr", "kafka-password", CA, "strimzi"),
    database="postgresql+psycopg://u:p@h/d",
    home=Path("/srv/home"),
    agencies=("a1", "b2"),
    prefix="t1-",
    most_partitions=3,
    partitions=(("documents.arrived", 2), ("pages.requested", 12)),
    notification_arns=("arn:minio:sqs::T1:kafka",),
    languages="eng+fra",
    tessdata="/tessdata",
    ocr_engine="pytesseract",
    policies=Path("/policies"),
    console_users=Path("/console-users.json"),
    second_look=0.25,
    vision_url="http://gpu:8000/v1",
    vision_model="mistral",
    vision_key="vision-key",
    vision_ca=CA,
    vision_seconds=9.0,
    escalate_below=0.25,
    language_url="http://gpu:8001/v1",
    language_model="mistral",
    language_key="language-key",
    language_ca=CA,
    language_seconds=8.0,
    language_at_once=3,
    language_weights=Path("/language"),
    language_digest="5" * 64,
    sandbox="on",
    document_types=Path("/types"),
    models=Path("/models"),
    candidates=(("reader", 4), ("classifier", 3)),
    clamd="/run/clamd.ctl",
    clamd_max_age_hours=8,
    encoder_weights=Path("/weights"),
    lock_days=9,
    lock_mode="COMPLIANCE",
    audit=AuditSettings(Path("/audit/key"), 2, 3, 4, 5, "COMPLIANCE"),
    refusals=RefusalSettings("127.0.0.1:5", "refusals-token", Path("/pem"), Path("/kafka.log"), 6),
    telemetry=TelemetrySettings("127.0.0.1:7", 0.05, 1.25),
    traces=TraceSettings("https://tempo:4318/v1/traces", 0.25, CA),
    limits=Limits(max_bytes=5, max_pages=6, child_memory=2**30, work_seconds=7.0, finish_seconds=8.0),
    fail_points="ocr:sent:0.5",
)


def test_settings_that_are_passed_on_are_read_as_they_were() -> None:
    assert config.load(environment.of_settings(UNUSUAL)) == UNUSUAL


def test_every_field_of_the_settings_is_passed_on() -> None:
    # A field added to Settings must get its variable here too, or workers would run with its default.
    plain = config.load({})
    same = {f.name for f in dataclasses.fields(Settings) if getattr(UNUSUAL, f.name) == getattr(plain, f.name)}
    assert same == set(), "give these fields an unusual value above"


def test_a_worker_gets_our_settings_whatever_is_set_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANCERY_KAFKA", "elsewhere:1")
    monkeypatch.setenv("CHANCERY_S3_SECRET_KEY_FILE", "/nowhere")
    monkeypatch.setenv("LANG_OF_THE_HOUSE", "la")
    made = environment.for_worker(UNUSUAL)
    assert config.load(made) == UNUSUAL
    assert made["LANG_OF_THE_HOUSE"] == "la"
    assert made["OMP_THREAD_LIMIT"] == "1"


def test_a_prefix_can_be_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIO_BATCH", "10")
    assert "MINIO_BATCH" in environment.inherited()
    assert "MINIO_BATCH" not in environment.inherited("MINIO_", "KAFKA_")


def test_the_cache_folder_is_chosen_by_the_most_particular_variable(tmp_path: Path) -> None:
    assert environment.cache_folder({"CHANCERY_CACHE": str(tmp_path), "XDG_CACHE_HOME": "/x"}) == tmp_path
    assert environment.cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "chancery"
    assert environment.cache_folder({}) == Path.home().resolve() / ".cache" / "chancery"


def test_a_server_of_others_is_one_that_is_named() -> None:
    assert environment.external("CHANCERY_S3", {"CHANCERY_S3": "h:1"}) == "h:1"
    assert environment.external("CHANCERY_S3", {"CHANCERY_S3": ""}) is None
    assert environment.external("CHANCERY_S3", {}) is None


def test_a_plan_survives_the_command_line() -> None:
    plan = Plan("k:1", 2, "s:3", "t", external_s3=True, workers={"ocr": 2, "record": 1})
    assert Plan.from_json(plan.to_json()) == plan
    assert plan.slots() == [("ocr", 0), ("ocr", 1), ("record", 0)]
    assert plan.command("ocr", 1)[-6:] == ["worker", "ocr", "--slot", "1", "--lanes", "all"]


def test_where_some_read_reprocessing_runs_alone_the_others_leave_those_to_them() -> None:
    plan = Plan("k:1", 2, "s:3", "t", workers={"ocr": 2, "record": 1}, reprocessing_workers={"ocr": 1})
    assert Plan.from_json(plan.to_json()) == plan
    assert [(stage, slot, plan.lanes(stage, slot)) for stage, slot in plan.slots()] == [
        ("ocr", 0, "live"),
        ("ocr", 1, "live"),
        ("ocr", 2, "reprocessing"),
        ("record", 0, "all"),
    ]


def test_every_stage_has_a_worker_by_default() -> None:
    from processors.pipeline import STAGES

    assert {row.name for row in STAGES} | {"record", "audit", "observe"} == set(WORKERS)
