"""What the chart gives to Prometheus and Grafana: whom to ask, alerts with a site's numbers, dashboards."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helm.rendering import (
    CHART,
    WORKLOADS,
    Document,
    RefusedError,
    containers,
    documents,
    labels,
    of_kind,
    pod,
    selects,
)
from tests.helm.rendering import text as rendered
from tests.tools import program

THRESHOLDS: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))["monitoring"][
    "rules"
]["thresholds"]
DOCS = 'monitoring.docsUrl="https://docs.site.example/chancery/"'


def ports(workload: Document) -> dict[str, int]:
    return {one["name"]: one["containerPort"] for c in pod(workload)["containers"] for one in c.get("ports", [])}


def asked(manifests: list[Document]) -> set[str]:
    """The workloads that Prometheus asks for figures."""
    found = set()
    for monitor in of_kind(manifests, "PodMonitor").values():
        for name, workload in of_kind(manifests, *WORKLOADS).items():
            wanted = {one["port"] for one in monitor["spec"]["podMetricsEndpoints"]}
            if selects(monitor["spec"]["selector"], labels(workload)) and wanted & set(ports(workload)):
                found.add(name)
    return found


def telling(manifests: list[Document]) -> set[str]:
    """The workloads whose processes are told to tell theirs; and the language server, which does so unasked."""
    return {
        name
        for name, workload in of_kind(manifests, *WORKLOADS).items()
        if any(one["name"] == "CHANCERY_METRICS" for c in containers(workload) for one in c.get("env", []))
    } | ({"language"} & set(of_kind(manifests, "Deployment")))


@pytest.mark.parametrize("site", ["one-gpu", "large"])
def test_prometheus_asks_everybody_who_tells_figures_and_may_reach_them(site: str) -> None:
    manifests = documents(site)
    assert asked(manifests) == telling(manifests) >= {"ocr", "record", "audit", "observe", "language"}
    policies = of_kind(manifests, "NetworkPolicy").values()
    prometheus = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    for name in asked(manifests):
        workload = of_kind(manifests, *WORKLOADS)[name]
        port = ports(workload).get("metrics", 8000)
        open_ = [
            rule
            for policy in policies
            if selects(policy["spec"]["podSelector"], labels(workload))
            for rule in policy["spec"].get("ingress", [])
            if rule["from"] == prometheus and any(one["port"] == port for one in rule["ports"])
        ]
        assert open_, name


def test_whoever_is_not_asked_would_be_found() -> None:
    manifests = documents("one-gpu")
    del labels(of_kind(manifests, "StatefulSet")["ocr"])["chancery/metrics"]
    assert telling(manifests) - asked(manifests) == {"ocr"}


def jobs(manifests: list[Document]) -> dict[str, str]:
    """The job under which Prometheus keeps the figures of each workload that it asks."""
    found = {}
    for monitor in of_kind(manifests, "PodMonitor").values():
        for name, workload in of_kind(manifests, *WORKLOADS).items():
            if selects(monitor["spec"]["selector"], labels(workload)):
                found[name] = labels(workload)[monitor["spec"]["jobLabel"]]
    return found


def test_whoever_tells_figures_at_once_has_the_job_that_rules_look_for_and_nobody_else() -> None:
    assert 'up{job="chancery"} == 0' in (CHART / "rules" / "processes.yaml").read_text(encoding="utf-8")
    found = jobs(documents("one-gpu"))
    # Weights are loaded for many minutes before the language server answers anything.
    assert found.pop("language") == "language"
    assert set(found) == telling(documents("one-gpu")) - {"language"}
    assert set(found.values()) == {"chancery"}


def test_without_monitoring_nothing_of_it_is_there() -> None:
    manifests = documents("small-cpu")
    assert of_kind(manifests, "PodMonitor", "PrometheusRule") == {}
    assert not [name for name in of_kind(manifests, "ConfigMap") if "dashboard" in name]


def groups(*changes: str) -> dict[str, Any]:
    """The rules that a site gets, group by group."""
    found = of_kind(documents("large", *changes), "PrometheusRule").values()
    return {group["name"]: group["rules"] for one in found for group in one["spec"]["groups"]}


def written() -> dict[str, Any]:
    """The rules as they lie in the chart."""
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted((CHART / "rules").glob("*.yaml"))]
    return {group["name"]: group["rules"] for file in files for group in file["groups"]}


def test_a_site_that_says_nothing_gets_the_rules_as_they_lie_there() -> None:
    assert groups() == written()


@pytest.mark.parametrize("name", THRESHOLDS)
def test_a_site_sets_each_threshold_and_nothing_else_changes(name: str) -> None:
    value = 0.37 if THRESHOLDS[name] < 1 else 4711
    changed = groups(f"monitoring.rules.thresholds.{name}={value}")
    before, after = (yaml.safe_dump(one).count(str(value)) for one in (groups(), changed))
    assert before == 0
    assert after >= 1
    comment = f"{THRESHOLDS[name]:g} # threshold {name}"
    back = json.loads(json.dumps(changed).replace(f"{value} # threshold {name}", comment))
    assert back == written()


def test_a_threshold_that_cannot_be_meant_is_refused() -> None:
    for wrong in ("quarantineShare=20", "oldestSeconds=5", "oldest=3600"):
        with pytest.raises(RefusedError, match="thresholds"):
            rendered("large", f"monitoring.rules.thresholds.{wrong}")


def test_promtool_reads_what_a_site_gets(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    told = groups("monitoring.rules.thresholds.oldestSeconds=1800", DOCS)
    file.write_text(
        yaml.safe_dump({"groups": [{"name": n, "rules": r} for n, r in told.items()]}), encoding="utf-8"
    )
    command = [str(program("promtool")), "check", "rules", "--lint=all", "--lint-fatal", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_links_lead_to_where_the_site_keeps_the_documentation() -> None:
    urls = [
        rule["annotations"]["runbook_url"] for rules in groups(DOCS).values() for rule in rules if "alert" in rule
    ]
    assert urls
    assert all(url.startswith("https://docs.site.example/chancery/runbooks/") for url in urls)
    for page in dashboards(DOCS).values():
        for panel in page["panels"]:
            for link in panel.get("links", []):
                assert link["url"].startswith("https://docs.site.example/chancery/monitoring.md#")


def dashboards(*changes: str) -> dict[str, Any]:
    """The dashboards that a site gets, by file."""
    maps = of_kind(documents("large", *changes), "ConfigMap")
    return {
        file: json.loads(text)
        for name, one in maps.items()
        if name.startswith("dashboard-")
        for file, text in one["data"].items()
    }


def test_the_sidecar_finds_every_dashboard_as_it_lies_there() -> None:
    lying = {
        f"chancery-{file.name}": json.loads(file.read_text("utf-8")) for file in (CHART / "dashboards").iterdir()
    }
    assert dashboards() == lying
    maps = of_kind(documents("large", 'monitoring.dashboards.labels={"show": "me"}'), "ConfigMap")
    found = [one for name, one in maps.items() if name.startswith("dashboard-")]
    assert len(found) == len(lying)
    assert all(one["metadata"]["labels"]["show"] == "me" for one in found)


def test_monitors_and_rules_carry_the_labels_by_which_a_prometheus_chooses() -> None:
    manifests = documents("large", 'monitoring.labels={"release": "site-prometheus"}')
    chosen = of_kind(manifests, "PodMonitor", "PrometheusRule").values()
    assert len(chosen) > 3
    assert all(one["metadata"]["labels"]["release"] == "site-prometheus" for one in chosen)


def documented() -> str:
    return (CHART.parents[1] / "docs" / "monitoring.md").read_text(encoding="utf-8")


def test_the_documentation_lists_each_threshold_with_its_default_and_its_alert() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \| \[(\w+)\]", documented(), re.MULTILINE)
    assert {name: float(value) for name, value, _ in rows} == THRESHOLDS
    rules = {rule["alert"]: rule["expr"] for group in written().values() for rule in group if "alert" in rule}
    for name, _, alert in rows:
        assert f"# threshold {name}" in rules[alert]


def test_the_values_that_the_documentation_shows_are_taken() -> None:
    (shown,) = (
        yaml.safe_load(one) for one in re.findall(r"^```yaml\n(monitoring:.*?)^```", documented(), re.M | re.S)
    )
    changes = [f"{name}={json.dumps(value)}" for name, value in shown.items()]
    monitors = of_kind(documents("small-cpu", *changes), "PodMonitor").values()
    assert [one["metadata"]["labels"]["release"] for one in monitors] == ["kube-prometheus-stack"]
