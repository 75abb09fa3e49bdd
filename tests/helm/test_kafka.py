"""Topics, users and rights as resources say what the pipeline's table and its principals say."""

from __future__ import annotations

import pytest

from processors import principals, store_policies
from processors.adapters import kafka_admin
from processors.pipeline import RESULTS, TOPICS
from processors.principals import Rule
from tests.helm.rendering import (
    WORKLOADS,
    Document,
    RefusedError,
    containers,
    documents,
    notes,
    of_kind,
    pod,
    variables,
)

_RESOURCE = {"topic": "topic", "group": "group", "transactionalId": "transactional_id"}


def resources(manifests: list[Document], kind: str) -> dict[str, Document]:
    return {one["metadata"]["name"]: one["spec"] for one in manifests if one["kind"] == kind}


def rules(spec: Document) -> set[Rule]:
    """What a KafkaUser may do, as our own rules; where it reads or writes, "describe" follows from that."""
    found = set()
    for one in spec["authorization"]["acls"]:
        operations = {name.lower() for name in one["operations"]}
        follows = {"describe"} if operations & {"read", "write"} else set()
        assert follows <= operations
        resource = one["resource"]
        for operation in operations - follows:
            kind = _RESOURCE[resource["type"]]
            found.add(Rule(kind, resource["name"], operation, resource["patternType"] == "prefix"))  # type: ignore[arg-type]
    return found


def test_strimzi_makes_every_topic_with_its_partitions_and_our_settings() -> None:
    topics = resources(documents("one-gpu"), "KafkaTopic")
    wanted = {f"site-{topic.name}": topic.partitions for topic in TOPICS if topic.name != RESULTS}
    assert {name: spec["partitions"] for name, spec in topics.items()} == wanted
    for spec in topics.values():
        config = {name: str(value) for name, value in spec["config"].items()}
        assert config.items() >= kafka_admin._CONFIG.items()


def test_topics_have_no_more_partitions_than_the_installation_wants() -> None:
    topics = resources(
        documents("one-gpu", 'settings.CHANCERY_MOST_PARTITIONS="12"', "workers.ocr.max=12"), "KafkaTopic"
    )
    assert {spec["partitions"] for spec in topics.values()} == {1, 6, 12}


def test_a_site_may_want_other_numbers_and_whoever_makes_topics_is_told() -> None:
    wanted = r"kafka.partitions.pages\.requested=1584"
    topics = resources(documents("one-gpu", wanted), "KafkaTopic")
    assert topics["site-pages.requested"]["partitions"] == 1584
    assert topics["site-documents.classified"]["partitions"] == 24
    manifests = of_kind(documents("small-cpu", wanted), *WORKLOADS).values()
    told = [variables(one) for workload in manifests for one in containers(workload)]
    makers = [one for one in told if "CHANCERY_KAFKA" in one]
    assert makers
    assert {one["CHANCERY_PARTITIONS"] for one in makers} == {"pages.requested=1584"}


def test_who_wants_no_partitions_is_refused() -> None:
    with pytest.raises(RefusedError, match="minimum"):
        documents("one-gpu", r"kafka.partitions.pages\.requested=0")


def test_topics_stay_when_the_chart_goes() -> None:
    kept = [one for one in documents("one-gpu") if one["kind"] == "KafkaTopic"]
    assert kept
    assert all(one["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep" for one in kept)


def test_strimzi_lets_everybody_do_what_the_principals_say_and_nothing_else() -> None:
    users = resources(documents("one-gpu"), "KafkaUser")
    agencies = ("justice", "revenue", "land-registry")
    wanted = {
        one.name: set(one.rules)
        for one in (
            *principals.of_installation("site-"),
            *(principals.of_agency(agency, "site-") for agency in agencies),
        )
    }
    assert {name: rules(spec) for name, spec in users.items()} == wanted
    assert {spec["authentication"]["type"] for spec in users.values()} == {"scram-sha-512"}


def test_the_job_makes_whatever_strimzi_and_the_site_do_not() -> None:
    def asked(site: str, *changes: str) -> set[str]:
        job = of_kind(documents(site, *changes), "Job").get("set-up")
        return {word.partition("=")[0] for word in pod(job)["containers"][0]["args"]} if job else set()

    assert asked("small-cpu") == {"--topics", "--buckets", "--kafka-users", "--store-users"}
    assert asked("one-gpu") == {"--buckets", "--store-users"}
    assert asked("large") == {"--buckets"}
    assert asked("large", "store.buckets=false") == set()


def test_the_job_finds_the_secret_of_everybody_whom_it_makes() -> None:
    job = of_kind(documents("small-cpu", 'prefix="t1-"'), "Job")["set-up"]
    (users,) = (volume for volume in pod(job)["volumes"] if volume["name"] == "users")
    paths = {item["path"] for source in users["projected"]["sources"] for item in source["secret"]["items"]}
    in_kafka = {f"kafka/{one.name}" for one in principals.of_installation("t1-")}
    in_store = {f"store/{one.name}" for one in store_policies.of_workers("t1-")}
    assert paths == in_kafka | in_store
    assert variables(pod(job)["containers"][0])["CHANCERY_PREFIX"] == "t1-"


@pytest.mark.parametrize("name", ["set-up", "airflow-database"])
def test_the_jobs_run_before_what_they_are_for_and_may_speak(name: str) -> None:
    manifests = documents("small-cpu")

    def weight(one: Document) -> int:
        told = one["metadata"]["annotations"]
        assert told["helm.sh/hook"] == "pre-install,pre-upgrade"
        return int(told["helm.sh/hook-weight"])

    job, policy = of_kind(manifests, "Job")[name], of_kind(manifests, "NetworkPolicy")["early"]
    assert weight(policy) < weight(job)
    used = {v["configMap"]["name"] for v in pod(job)["volumes"] if "configMap" in v and "site-" in str(v)}
    for one in manifests:
        if one["kind"] == "ConfigMap" and one["metadata"]["name"] in used:
            assert weight(one) < weight(job)
    assert "serviceAccountName" not in pod(job), "the release's own account is made later"


@pytest.mark.parametrize(("site", "maker"), [("one-gpu", "strimzi"), ("small-cpu", "commands")])
def test_commands_in_pods_know_who_makes_kafkas_users(site: str, maker: str) -> None:
    scheduler = of_kind(documents(site), "StatefulSet")["airflow-scheduler"]
    told = variables(containers(scheduler)[0])
    assert told.get("CHANCERY_KAFKA_USERS", "commands") == maker


def test_the_notes_of_a_release_say_how_an_agency_is_added() -> None:
    ours, strimzis = notes("small-cpu"), notes("one-gpu")
    for said in (ours, strimzis):
        assert "chancery agency add justice" in said
    assert "put it into `agencies` and upgrade" in strimzis
    assert "put it into" not in ours
