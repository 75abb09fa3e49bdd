"""Whom each pod may speak to: what it needs, and nobody else."""

from __future__ import annotations

from typing import Any

from tests.helm.rendering import WORKLOADS, Document, documents, labels, of_kind, selects, variables

#: what each kind of pod reaches, besides names (DNS); a stage's set is called like the stage
REACHES = {
    "intake": {"kafka", "store"},
    "ocr": {"kafka", "store"},
    "classify": {"kafka", "store"},
    "extract": {"kafka", "store"},
    "publish": {"kafka", "store"},
    "record": {"kafka", "database"},
    "audit": {"kafka", "store"},
    "refusals": {"kafka"},
    "observe": {"kafka", "database"},
    "language": {"store"},
    "set-up": {"kafka", "store", "database"},
    "airflow-database": {"kafka", "store", "database"},
    "airflow-api-server": {"kafka", "store", "database", "airflow"},
    "airflow-scheduler": {"kafka", "store", "database", "airflow"},
    "airflow-dag-processor": {"kafka", "store", "database", "airflow"},
    "airflow-triggerer": {"kafka", "store", "database", "airflow"},
}


def policies(manifests: list[Document], workload: Document, way: str) -> dict[str, Document]:
    """The policies that cover a workload's pods in this direction, "Ingress" or "Egress"."""
    return {
        name: one
        for name, one in of_kind(manifests, "NetworkPolicy").items()
        if way in one["spec"]["policyTypes"] and selects(one["spec"]["podSelector"], labels(workload))
    }


def reached(manifests: list[Document], workload: Document) -> set[str]:
    """What a workload's pods may speak to: the names of policies that let them, and what the early one lists."""
    found = set()
    for name, one in policies(manifests, workload, "Egress").items():
        if one["spec"].get("egress"):
            found |= {"kafka", "store", "database"} if name == "early" else {name}
    return found - {"dns"}


def expected(name: str, site: str) -> set[str]:
    wanted = set(REACHES[name.removesuffix("-reprocessing")])
    if site == "one-gpu" and name.removesuffix("-reprocessing") in ("extract", "ocr"):
        wanted |= {"language"}
    if site == "large" and name.startswith("extract"):
        wanted |= {"language"}
    if site == "large" and name == "intake":
        wanted |= {"scanner"}
    if site != "large" and name == "airflow-api-server":
        wanted |= {"sign-in"}
    return wanted


def test_every_pod_is_denied_all_and_then_allowed_what_it_needs() -> None:
    for site in ("small-cpu", "one-gpu", "large"):
        manifests = documents(site)
        for name, workload in of_kind(manifests, *WORKLOADS).items():
            assert "deny" in policies(manifests, workload, "Ingress")
            assert "deny" in policies(manifests, workload, "Egress")
            assert reached(manifests, workload) == expected(name, site), f"{site}: {name}"


def test_a_pod_that_no_policy_covers_would_be_found(manifests: list[Document]) -> None:
    workload = next(iter(of_kind(manifests, "StatefulSet").values()))
    labels(workload)["app.kubernetes.io/instance"] = "another"
    assert policies(manifests, workload, "Egress") == {}
    assert policies(manifests, workload, "Ingress") == {}


def open_ends(manifests: list[Document]) -> list[str]:
    """Rules that let everybody in or out, or through all ports."""
    found = []
    for name, one in of_kind(manifests, "NetworkPolicy").items():
        for way, ends in (("ingress", "from"), ("egress", "to")):
            for rule in one["spec"].get(way, []):
                peers: list[dict[str, Any]] = rule.get(ends, [])
                closed = peers and all(peer and all(peer.values()) for peer in peers)
                if not closed or not rule.get("ports") or any("0/0" in str(peer) for peer in peers):
                    found.append(f"{name}: {way}")
    return found


def test_no_rule_is_open_to_everybody(manifests: list[Document]) -> None:
    assert open_ends(manifests) == []


def test_a_rule_that_is_open_to_everybody_is_found() -> None:
    open_peers: list[dict[str, Any]] = [
        {},
        {"to": []},
        {"to": [{"namespaceSelector": {}}]},
        {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},
    ]
    for rule in open_peers:
        manifests = documents("small-cpu")
        of_kind(manifests, "NetworkPolicy")["kafka"]["spec"]["egress"] = [{"ports": [{"port": 9093}], **rule}]
        assert open_ends(manifests) == ["kafka: egress"]


def test_nobody_comes_in_but_where_something_listens() -> None:
    manifests = documents("one-gpu")
    entered = {
        name
        for name, workload in of_kind(manifests, *WORKLOADS).items()
        if any(one["spec"].get("ingress") for one in policies(manifests, workload, "Ingress").values())
    }
    telling = {
        name
        for name, workload in of_kind(manifests, *WORKLOADS).items()
        if labels(workload).get("chancery/metrics") == "yes"
    }
    assert {"ocr", "ocr-reprocessing", "record", "audit", "refusals", "observe", "airflow-api-server"} <= telling
    assert entered == telling | {
        *("language", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"),
    }


def test_metrics_are_told_at_one_port_to_those_who_may_ask() -> None:
    manifests = documents("one-gpu")
    policy = of_kind(manifests, "NetworkPolicy")["to-metrics"]
    (rule,) = policy["spec"]["ingress"]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert rule["ports"] == [{"protocol": "TCP", "port": 9100}]
    for name, workload in of_kind(manifests, *WORKLOADS).items():
        told = labels(workload).get("chancery/metrics") == "yes"
        (first, *_) = workload["spec"]["template"]["spec"]["containers"]
        assert ({"name": "metrics", "containerPort": 9100} in first.get("ports", [])) is told, name
        assert (variables(first).get("CHANCERY_METRICS") == "0.0.0.0:9100") is told, name
    # Where nobody is named, nobody comes in.
    assert "to-metrics" not in of_kind(documents("small-cpu"), "NetworkPolicy")


def test_who_observes_is_one_and_signs_in_as_itself() -> None:
    for site in ("small-cpu", "one-gpu", "large"):
        observe = of_kind(documents(site), "Deployment")["observe"]
        assert (observe["spec"]["replicas"], observe["spec"]["strategy"]["type"]) == (1, "Recreate")
        (container,) = observe["spec"]["template"]["spec"]["containers"]
        assert container["command"] == ["chancery", "observe"]
    told = variables(
        of_kind(documents("one-gpu"), "Deployment")["observe"]["spec"]["template"]["spec"]["containers"][0]
    )
    assert told["CHANCERY_KAFKA_USER"] == "site-worker.observe"
    priced = documents("small-cpu", 'observe.env={"CHANCERY_PRICE_GPU_HOUR": "1.5"}')
    told = variables(of_kind(priced, "Deployment")["observe"]["spec"]["template"]["spec"]["containers"][0])
    assert told["CHANCERY_PRICE_GPU_HOUR"] == "1.5"


def test_what_is_listened_on_can_be_reached_where_it_is_named() -> None:
    manifests = documents("one-gpu")
    services = of_kind(manifests, "Service")
    workloads = of_kind(manifests, *WORKLOADS)
    for name, service in services.items():
        covered = [one for one in workloads.values() if selects(service["spec"]["selector"], labels(one))]
        assert covered, f"{name} leads nowhere"
        for port in service["spec"].get("ports", []):
            for workload in covered:
                ports = [
                    one
                    for container in workload["spec"]["template"]["spec"]["containers"]
                    for one in container.get("ports", [])
                ]
                known = {value for one in ports for value in (one["name"], one["containerPort"])}
                assert port["targetPort"] in known, f"{name} leads to a port that nobody has"
