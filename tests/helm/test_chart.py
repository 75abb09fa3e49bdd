"""The chart as a whole: it is well-formed for every site, and says at once what it is told wrongly."""

from __future__ import annotations

import json

import pytest
import yaml

from processors import chart, server_settings
from tests.helm import rendering
from tests.helm.conftest import VARIANTS
from tests.helm.rendering import CHART, RefusedError


def test_what_the_chart_knows_of_the_pipeline_is_up_to_date() -> None:
    assert chart.FILE.read_text(encoding="utf-8") == chart.text(), "run `make schemas`"


@pytest.mark.parametrize("site", rendering.SITES)
def test_it_passes_the_strict_lint(site: str) -> None:
    done = rendering.lint(site)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_manifest_fits_the_schema_of_its_kind(variant: str) -> None:
    manifests = rendering.text(*VARIANTS[variant])
    done = rendering.conform(manifests)
    assert done.returncode == 0, done.stdout + done.stderr
    count = len(rendering.documents(*VARIANTS[variant]))
    assert f"Summary: {count} resources found" in done.stdout
    assert f"Valid: {count}, Invalid: 0, Errors: 0, Skipped: 0" in done.stdout


@pytest.mark.parametrize(
    ("variant", "right", "wrong"),
    [
        ("small-cpu", "terminationGracePeriodSeconds", "terminationGraceSeconds"),
        ("small-cpu", "readOnlyRootFilesystem", "readonlyRootFilesystem"),
        ("small-cpu", "policyTypes", "policyType"),
        ("one-gpu", "maxReplicaCount", "maxReplicas"),
        ("one-gpu", "secretTargetRef", "secretTargetRefs"),
        ("one-gpu", "patternType", "pattern"),
        ("one-gpu", "partitions", "partition"),
        ("one-gpu", "podMetricsEndpoints", "podMetricsEndpoint"),
    ],
)
def test_a_name_with_a_letter_wrong_is_found(variant: str, right: str, wrong: str) -> None:
    manifests = rendering.text(*VARIANTS[variant])
    assert f"{right}:" in manifests
    done = rendering.conform(manifests.replace(f"{right}:", f"{wrong}:"))
    assert done.returncode != 0
    assert wrong in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ('kafka.bootstrap=""', "/kafka/bootstrap"),
        ('kafka.bootstrap="kafka.svc"', "/kafka/bootstrap"),
        ('kafka.securty="sasl_ssl"', "securty"),
        ('kafka.ca.secret="another"', "/kafka/ca"),
        ('store.endpoint="https://minio.svc:9000"', "/store/endpoint"),
        ('prefix="Test-"', "/prefix"),
        ('agencies=["Justice"]', "/agencies/0"),
        ("workers.ocr.max=1000", "/workers/ocr/max"),
        ("workers.ocr.min=0", "/workers/ocr/min"),
        ("workers.read={}", "read"),
        ('workers.ocr.resources.limits.memory="5 GB"', "/workers/ocr/resources/limits/memory"),
        ('settings={"CHANCERY_KAFKA_PASSWORD": "x"}', "CHANCERY_KAFKA_PASSWORD"),
        ('settings={"CHANCERY_WORK_SECONDS": "9"}', "CHANCERY_WORK_SECONDS"),
        ('workers.ocr.env={"PATH": "/tmp"}', "PATH"),
        ('airflow.env={"AIRFLOW__CORE__FERNET_KEY": "x"}', "AIRFLOW__CORE__FERNET_KEY"),
        ('airflow.authManager=""', "/airflow/authManager"),
        ('airflow.baseUrl="https://site.example/chancery"', "/airflow/baseUrl"),
        ('airflow.trustedProxies=["nginx.ingress.svc"]', "/airflow/trustedProxies/0"),
        ('sandbox.seccompProfile={"type": "Unconfined"}', "/sandbox/seccompProfile/type"),
        ('sandbox.seccompProfile={"type": "Localhost"}', "/sandbox/seccompProfile"),
        ('sandbox.appArmorProfile={"type": "Localhost"}', "/sandbox/appArmorProfile"),
        ('sandbox.appArmorProfile={"type": "Unconfined", "localhostProfile": "x"}', "/sandbox/appArmorProfile"),
        ('sandbox.procMount="Unmasked"', "/sandbox/hostUsers"),
        ('images.cpu="chancery/cpu:latest"', "/images/cpu"),
        ('images.cpu="chancery/cpu"', "/images/cpu"),
        ('network.kafka.to=[{"ipBlock": {"cidr": "0.0.0.0/0"}}]', "/network/kafka/to/0/ipBlock/cidr"),
        ('network.kafka.to=[{"ipBlock": {"cidr": "::/0"}}]', "/network/kafka/to/0/ipBlock/cidr"),
        ("network.kafka.to=[{}]", "/network/kafka/to/0"),
        ("network.kafka.to=[]", "/network/kafka/to"),
        ("language.server.enabled=true", "/language/model"),
        ('traces.endpoint="http://tempo.monitoring.svc:4318"', "/traces/endpoint"),
        ('traces.endpoint="http://user:word@tempo/v1/traces"', "/traces/endpoint"),
        ('traces.endpoint="http://tempo.monitoring.svc:4318/v1/traces"', "/network/traces/to"),
        ("traces.share=1.5", "/traces/share"),
        ('settings={"CHANCERY_TRACES": "http://tempo/v1/traces"}', "CHANCERY_TRACES"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_its_name(change: str, names: str) -> None:
    with pytest.raises(RefusedError, match="values don't meet the specifications of the schema") as told:
        rendering.text("small-cpu", change)
    assert names in str(told.value)


def test_the_values_of_the_chart_alone_name_what_a_site_must_say() -> None:
    with pytest.raises(RefusedError) as told:
        rendering.text("small-cpu", 'kafka.bootstrap=""', 'store.endpoint=""', 'airflow.baseUrl=""')
    for name in ("/kafka/bootstrap", "/store/endpoint", "/airflow/baseUrl"):
        assert name in str(told.value)


def test_every_key_of_the_values_is_described_in_the_schema_and_the_other_way_round() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))

    def resolved(node: dict[str, object]) -> dict[str, object]:
        reference = node.get("$ref")
        found = schema["$defs"][str(reference).rpartition("/")[2]] if reference else {}
        return found | {name: value for name, value in node.items() if not (name == "properties" and reference)}

    def walk(node: dict[str, object], value: object, path: str) -> None:
        node = resolved(node)
        assert node.get("description"), f"{path} has no description"
        members = node.get("properties")
        if not isinstance(members, dict) or not isinstance(value, dict):
            return
        assert node["additionalProperties"] is False, path
        optional = {"global"} | ({"reprocessing"} if path == "/workers/intake" else set())
        if path.endswith("Profile"):
            optional |= {"type", "localhostProfile"}
        assert set(members) - optional == set(value) - optional, path
        for name, member in members.items():
            if name in value:
                walk(member, value[name], f"{path}/{name}")

    walk(schema, values, "")


def test_no_secret_can_be_given_as_a_plain_setting() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    refused = set(schema["$defs"]["settings"]["propertyNames"]["not"]["enum"])
    assert {*server_settings.SECRETS, *(f"{name}_FILE" for name in server_settings.SECRETS)} <= refused
