"""How many workers there are follows from the lines before them: of the right group, in the right topics."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from processors.pipeline import STAGES, TOPICS, stage
from tests.helm.conftest import VARIANTS
from tests.helm.rendering import CHART, SITES, Document, RefusedError, documents, of_kind, pod, text

PREFIX = {"one-gpu": "site-", "large": "prod-"}


def triggers(scaled: Document) -> list[dict[str, Any]]:
    return [trigger["metadata"] for trigger in scaled["spec"]["triggers"]]


def lanes(manifests: list[Document]) -> dict[str, tuple[str, str]]:
    """Stage and lane of each set of a stage's workers, as its command says."""
    found = {}
    for name, one in of_kind(manifests, "StatefulSet").items():
        container = pod(one)["containers"][0]
        if "--lanes" in container.get("args", []):
            found[name] = (container["command"][2], container["args"][-1])
    return found


@pytest.mark.parametrize("site", ["one-gpu", "large"])
def test_each_set_is_scaled_by_the_lines_that_its_workers_read(site: str) -> None:
    manifests, prefix = documents(site), PREFIX[site]
    scaled = of_kind(manifests, "ScaledObject")
    sets = lanes(manifests)
    assert set(scaled) == {*sets, "language"}
    for name, (kind, lane) in sets.items():
        row = stage(kind).reading(lane)  # type: ignore[arg-type]
        told = triggers(scaled[name])
        assert [one["topic"] for one in told] == [f"{prefix}{topic}" for topic in row.reads]
        assert {one["consumerGroup"] for one in told} == {f"{prefix}{kind}"}
        assert {one["offsetResetPolicy"] for one in told} == {"earliest"}
        target = scaled[name]["spec"]["scaleTargetRef"]
        assert (target["kind"], target["name"]) == ("StatefulSet", f"site-{name}")


def test_reprocessing_workers_and_servers_with_a_gpu_go_to_none() -> None:
    scaled = of_kind(documents("one-gpu"), "ScaledObject")
    resting = {name for name, one in scaled.items() if one["spec"]["minReplicaCount"] == 0}
    behind = {f"{row.name}-reprocessing" for row in STAGES if row.name != "intake"}
    assert resting == {*behind, "language"}
    scaled = of_kind(documents("large"), "ScaledObject")
    assert scaled["classify"]["spec"]["minReplicaCount"] == 0


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_scaled_has_no_number_of_its_own_and_what_is_not_has_one(variant: str) -> None:
    manifests = documents(*VARIANTS[variant])
    scaled = {*of_kind(manifests, "ScaledObject"), *of_kind(manifests, "HorizontalPodAutoscaler")}
    for name, one in of_kind(manifests, "StatefulSet", "Deployment").items():
        assert ("replicas" in one["spec"]) is (name not in scaled), name


@pytest.mark.parametrize("site", SITES)
def test_there_are_never_more_workers_than_partitions_to_read(site: str) -> None:
    values = yaml.safe_load((CHART / "sites" / f"{site}.yaml").read_text())
    partitions = {topic.name: topic.partitions for topic in TOPICS} | values["kafka"].get("partitions", {})
    manifests = documents(site, 'scaling.mode="keda"')
    for name, one in of_kind(manifests, "ScaledObject").items():
        if name != "language":
            most = max(partitions[told["topic"].removeprefix(PREFIX.get(site, ""))] for told in triggers(one))
            assert one["spec"]["maxReplicaCount"] <= most, name


def test_workers_who_would_have_nothing_to_read_are_refused_with_what_to_do() -> None:
    with pytest.raises(RefusedError, match=r"workers\.ocr\.max is 97, and its topics have 96 .* kafka\.partitions"):
        documents("one-gpu", "workers.ocr.max=97")
    assert documents("one-gpu", "workers.ocr.max=97", r"kafka.partitions.pages\.requested=97")


def test_keda_signs_in_as_the_workers_whose_line_it_reads() -> None:
    manifests = documents("one-gpu")
    proofs = of_kind(manifests, "TriggerAuthentication")
    people = {one["metadata"]["name"]: one["data"] for one in manifests if one["kind"] == "ConfigMap"}
    for one in of_kind(manifests, "ScaledObject").values():
        for trigger in one["spec"]["triggers"]:
            proof = proofs[trigger["authenticationRef"]["name"].removeprefix("site-")]["spec"]
            told = {one["parameter"]: people[one["name"]][one["key"]] for one in proof["configMapTargetRef"]}
            group = trigger["metadata"]["consumerGroup"].removeprefix("site-")
            assert told == {"sasl": "scram_sha512", "tls": "enable", "username": f"site-worker.{group}"}
            secrets = {one["parameter"]: one["name"] for one in proof["secretTargetRef"]}
            assert secrets == {"password": f"site-worker.{group}", "ca": "kafka-cluster-ca-cert"}


def test_without_keda_the_processor_scales_and_nothing_starts_from_none() -> None:
    manifests = documents(*VARIANTS["hpa"])
    scaled = of_kind(manifests, "HorizontalPodAutoscaler")
    assert set(scaled) == {row.name for row in STAGES}
    assert of_kind(manifests, "ScaledObject") == {}
    for name in (f"{row.name}-reprocessing" for row in STAGES if row.name != "intake"):
        assert of_kind(manifests, "StatefulSet")[name]["spec"]["replicas"] == 1


def test_where_numbers_are_fixed_nothing_scales() -> None:
    manifests = text("small-cpu")
    assert "ScaledObject" not in manifests
    assert "HorizontalPodAutoscaler" not in manifests
