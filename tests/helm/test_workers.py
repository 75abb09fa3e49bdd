"""Workers: a set for each stage and lane, with slots that never meet, time to finish, and probes that can fail."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from processors import config
from processors.config import Limits
from processors.pipeline import STAGES
from processors.runtime.pulse import Pulse
from processors.telemetry.trace_settings import TraceSettings
from tests.helm.conftest import VARIANTS
from tests.helm.rendering import (
    Document,
    RefusedError,
    containers,
    documents,
    labels,
    of_kind,
    pod,
    selects,
    variables,
)
from tests.helm.rendering import text as rendered

#: a worker's command: stage and options
Call = tuple[str, dict[str, str]]


def workers(manifests: list[Document]) -> dict[str, tuple[Document, Call]]:
    found = {}
    for name, one in of_kind(manifests, "StatefulSet").items():
        command = pod(one)["containers"][0]["command"]
        if command[:2] == ["chancery", "worker"]:
            words = pod(one)["containers"][0]["args"]
            found[name] = (one, (command[2], dict(zip(words[::2], words[1::2], strict=True))))
    return found


def ordinals(one: Document) -> int:
    """The first slot of a set."""
    return int(one["spec"].get("ordinals", {}).get("start", 0))


def test_there_is_a_set_for_each_stage_and_for_the_others(manifests: list[Document]) -> None:
    kinds = {stage for _, (stage, _) in workers(manifests).values()}
    assert {*(row.name for row in STAGES), "record", "audit"} <= kinds <= {
        *(row.name for row in STAGES), "record", "audit", "refusals",
    }  # fmt: skip


def test_all_lanes_of_a_stage_are_read(manifests: list[Document]) -> None:
    lanes: dict[str, set[str]] = defaultdict(set)
    for _, (stage, options) in workers(manifests).values():
        lanes[stage].add(options.get("--lanes", "all"))
    for row in STAGES:
        # `reading` refuses a lane that the stage does not have.
        read = [topic for lane in lanes[row.name] for topic in row.reading(lane).reads]  # type: ignore[arg-type]
        assert sorted(read) == sorted(row.reads)


def test_a_slot_is_the_number_of_the_pod_and_no_two_workers_of_a_stage_share_one(manifests: list[Document]) -> None:
    most = {name: one["spec"]["maxReplicaCount"] for name, one in of_kind(manifests, "ScaledObject").items()}
    most |= {
        name: one["spec"]["maxReplicas"] for name, one in of_kind(manifests, "HorizontalPodAutoscaler").items()
    }
    taken: dict[str, set[int]] = defaultdict(set)
    for name, (one, (stage, options)) in workers(manifests).items():
        slot = variables(pod(one)["containers"][0])["WORKER_SLOT"]
        assert slot["fieldRef"]["fieldPath"] == "metadata.labels['apps.kubernetes.io/pod-index']"
        assert options["--slot"] == "$(WORKER_SLOT)"
        count = most.get(name) or one["spec"]["replicas"]
        slots = set(range(ordinals(one), ordinals(one) + count))
        assert not taken[stage] & slots
        taken[stage] |= slots


def test_slots_would_meet_if_there_could_be_more_workers() -> None:
    with pytest.raises(RefusedError, match="maximum: got 1,001, want 999"):
        rendered("large", "workers.ocr.max=1001")
    (first,) = {ordinals(one) for name, (one, _) in workers(documents("large")).items() if "reprocessing" in name}
    assert first == 1000


def test_all_of_a_set_start_and_stop_at_once_and_one_is_evicted_at_a_time(manifests: list[Document]) -> None:
    budgets = of_kind(manifests, "PodDisruptionBudget")
    for name, (one, _) in workers(manifests).items():
        assert one["spec"]["podManagementPolicy"] == "Parallel"
        covering = [b for b in budgets.values() if selects(b["spec"]["selector"], labels(one))]
        assert [b["spec"]["maxUnavailable"] for b in covering] == [1], name
        (spread,) = pod(one)["topologySpreadConstraints"]
        assert selects(spread["labelSelector"], labels(one))


def test_a_worker_may_finish_the_longest_piece_of_work_before_it_is_killed(manifests: list[Document]) -> None:
    for one, _ in workers(manifests).values():
        told = variables(pod(one)["containers"][0])
        work, finish = float(told["CHANCERY_WORK_SECONDS"]), float(told["CHANCERY_FINISH_SECONDS"])
        assert work < finish < pod(one)["terminationGracePeriodSeconds"]


def test_the_time_to_finish_grows_with_the_work() -> None:
    ocr, _ = workers(documents("small-cpu", "workSeconds=1800"))["ocr"]
    assert pod(ocr)["terminationGracePeriodSeconds"] > 1830


def test_the_memory_of_a_document_fits_into_its_worker(manifests: list[Document]) -> None:
    for one, (stage, _) in workers(manifests).values():
        if stage in {row.name for row in STAGES}:
            limit = pod(one)["containers"][0]["resources"]["limits"]["memory"]
            assert limit.endswith("Gi")
            assert int(limit.removesuffix("Gi")) * 1024**3 >= Limits.child_memory + 1024**3
            (home,) = (volume for volume in pod(one)["volumes"] if volume["name"] == "home")
            assert int(home["emptyDir"]["sizeLimit"].removesuffix("Gi")) * 1024**3 > Limits.scratch_bytes


def test_each_kind_signs_in_as_itself_with_a_secret_of_its_own() -> None:
    for name, (one, (stage, _)) in workers(documents("one-gpu")).items():
        told = variables(pod(one)["containers"][0])
        assert told["CHANCERY_KAFKA_USER"] == f"site-worker.{stage}"
        sources = next(v for v in pod(one)["volumes"] if v["name"] == "secrets")["projected"]["sources"]
        named = {source["secret"]["name"] for source in sources}
        assert f"site-worker.{stage}" in named, name
        others = {f"site-worker.{row.name}" for row in STAGES} - {f"site-worker.{stage}"}
        assert not named & {*others, "operator", "chancery-store-operator"}


def told(name: str, *changes: str) -> list[tuple[str, object]]:
    """The variables of a set's workers, each as often as it stands there."""
    one, _ = workers(documents("one-gpu", *changes))[name]
    (worker,) = pod(one)["containers"]
    return [(item["name"], item.get("value")) for item in worker["env"]]


def test_workers_of_reprocessing_runs_may_work_with_another_model_than_the_others() -> None:
    other = (
        'workers.extract.reprocessing.env.CHANCERY_LANGUAGE_MODEL="another"',
        'workers.extract.env.CHANCERY_LANGUAGE_AT_ONCE="3"',
    )
    apart, live = told("extract-reprocessing", *other), told("extract", *other)
    assert {
        ("CHANCERY_LANGUAGE_MODEL", "another"),
        ("CHANCERY_LANGUAGE_AT_ONCE", "3"),
    } <= set(apart)
    assert live == [*told("extract", 'workers.extract.env.CHANCERY_LANGUAGE_AT_ONCE="3"')]
    assert len({name for name, _ in apart}) == len(apart), "of two of a name one would be lost"
    assert ("CHANCERY_LANGUAGE_URL", dict(live)["CHANCERY_LANGUAGE_URL"]) in apart
    assert ("CHANCERY_LANGUAGE_MODEL", "another") not in told("classify-reprocessing", *other)


def test_a_candidate_stands_where_airflow_sees_it_and_where_somebody_tries_it() -> None:
    """Else its results would be published, or it would be said to be at work and be not."""
    candidate = 'CHANCERY_CANDIDATES="reader@4"'
    for place in ("workers.extract.reprocessing.env", "workers.extract.env"):
        with pytest.raises(RefusedError, match=f"{place} holds CHANCERY_CANDIDATES"):
            rendered("one-gpu", f"{place}.{candidate}")
    with pytest.raises(RefusedError, match=r"reprocessing\.enabled is false"):
        rendered("one-gpu", f"settings.{candidate}", "reprocessing.enabled=false")
    assert ("CHANCERY_CANDIDATES", "reader@4") in told("extract-reprocessing", f"settings.{candidate}")


def test_what_the_chart_sets_itself_those_workers_are_not_given_either() -> None:
    with pytest.raises(RefusedError, match="CHANCERY_KAFKA"):
        rendered("one-gpu", 'workers.extract.reprocessing.env.CHANCERY_KAFKA="elsewhere:9092"')


def test_the_audit_key_is_readable_for_its_owner_alone() -> None:
    audit, _ = workers(documents("small-cpu"))["audit"]
    (copying,) = pod(audit)["initContainers"]
    assert copying["command"][:3] == ["install", "-m", "0400"]
    worker = pod(audit)["containers"][0]
    assert variables(worker)["CHANCERY_AUDIT_KEY_FILE"] == copying["command"][-1]
    assert "given" not in {mount["name"] for mount in worker["volumeMounts"]}


def test_there_are_as_many_audit_workers_as_chains() -> None:
    audit, _ = workers(documents("large"))["audit"]
    assert audit["spec"]["replicas"] == 4
    assert variables(pod(audit)["containers"][0])["CHANCERY_AUDIT_CHAINS"] == "4"


@pytest.mark.parametrize("state", ["beating", "stopped", "loading"])
def test_the_probe_tells_a_worker_that_goes_round_from_one_that_hangs(tmp_path: Path, state: str) -> None:
    ocr, _ = workers(documents("small-cpu"))["ocr"]
    container = pod(ocr)["containers"][0]
    probes = {tuple(container[f"{kind}Probe"]["exec"]["command"]) for kind in ("startup", "liveness", "readiness")}
    (command,) = probes
    file = tmp_path / "pulse" / "ocr-0"
    stop = Pulse(file)
    if state != "loading":
        stop.is_set()
    if state == "stopped":
        os.utime(file, (file.stat().st_mtime - 600,) * 2)
    done = subprocess.run(
        command, env=os.environ | {"CHANCERY_HOME": str(tmp_path)}, capture_output=True, check=False
    )
    assert (done.returncode == 0) is (state == "beating")


def traces(manifests: list[Document]) -> dict[str, TraceSettings]:
    """What each set's workers read of their variables, by set; the file of authorities is not there."""
    found = {}
    for name, (one, _) in workers(manifests).items():
        told = variables(containers(one)[-1])
        said = {key: str(value) for key, value in told.items() if key.startswith("CHANCERY_TRACE")}
        said.pop("CHANCERY_TRACES_CA", None)
        if said:
            found[name] = config.load(said).traces
    return found


def test_the_work_of_every_stage_is_traced_where_a_collector_is_named_and_nothing_where_none_is() -> None:
    told = traces(documents("large"))
    assert {name.removesuffix("-reprocessing") for name in told} == {row.name for row in STAGES}
    assert {(one.url, one.share) for one in told.values()} == {("https://otlp.site.example:4318/v1/traces", 0.05)}
    silent = traces(documents("small-cpu"))
    assert {(one.url, one.folder) for one in silent.values()} == {("", None)}


@pytest.mark.parametrize("share", ["0", "0.00001", "1", "0.5"])
def test_a_share_that_the_chart_takes_the_worker_takes(share: str) -> None:
    told = traces(documents("large", f"traces.share={share}"))
    assert {one.share for one in told.values()} == {float(share)}


def test_a_worker_trusts_the_collectors_authority() -> None:
    intake, _ = workers(documents("large"))["intake"]
    file = variables(containers(intake)[-1])["CHANCERY_TRACES_CA"]
    (trust,) = (one["projected"]["sources"] for one in pod(intake)["volumes"] if one["name"] == "trust")
    mounted = {f"/etc/chancery/trust/{item['path']}" for one in trust for item in one["configMap"]["items"]}
    assert file in mounted


def test_gpu_workers_have_the_image_and_the_gpu() -> None:
    classify, _ = workers(documents("large"))["classify"]
    (container,) = containers(classify)
    assert container["image"].startswith("registry.site.example/mirror/chancery/gpu:")
    assert container["resources"]["limits"]["nvidia.com/gpu"] == 1


def test_without_the_stage_in_the_values_nothing_is_rendered() -> None:
    with pytest.raises(RefusedError, match="missing property 'extract'"):
        rendered("small-cpu", "workers.extract=null")
    assert "small-cpu" in VARIANTS
