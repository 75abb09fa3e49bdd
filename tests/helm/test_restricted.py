"""Nothing of the release runs as root, writes its own image, or holds a secret in the open."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.helm.rendering import WORKLOADS, Document, containers, documents, leaves, of_kind, pod, text

#: names of variables, members and arguments behind which a secret could stand
_SECRET = re.compile(r"(password|secret|token|fernet|jwt|api_?key|access_?key|_conn$)", re.IGNORECASE)


def faults(workload: Document) -> list[str]:
    """What Kubernetes' profile "restricted" refuses, and what we ask besides."""
    spec = pod(workload)
    found = []
    context = spec.get("securityContext", {})
    if not (context.get("runAsNonRoot") and context.get("runAsUser", 0) > 0 and context.get("runAsGroup", 0) > 0):
        found.append("root")
    if context.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        found.append("seccomp")
    if spec.get("automountServiceAccountToken") is not False:
        found.append("token")
    if any(spec.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")):
        found.append("host")
    allowed = {"emptyDir", "projected", "secret", "configMap", "persistentVolumeClaim", "name"}
    found += [f"volume {volume['name']}" for volume in spec.get("volumes", []) if set(volume) - allowed]
    found += [
        f"unbounded {volume['name']}"
        for volume in spec.get("volumes", [])
        if "emptyDir" in volume and not volume["emptyDir"].get("sizeLimit")
    ]
    for container in containers(workload):
        context = container.get("securityContext", {})
        found += [
            f"{container['name']}: {fault}"
            for fault, holds in {
                "writes": context.get("readOnlyRootFilesystem") is True,
                "escalates": context.get("allowPrivilegeEscalation") is False,
                "capabilities": context.get("capabilities", {}) == {"drop": ["ALL"]},
                "privileged": not context.get("privileged"),
                "user": "runAsUser" not in context,
                "requests": {"cpu", "memory"} <= set(container.get("resources", {}).get("requests", {})),
                "limits": {"cpu", "memory"} <= set(container.get("resources", {}).get("limits", {})),
                "latest": not container["image"].endswith(":latest"),
            }.items()
            if not holds
        ]
    return found


def test_every_pod_is_restricted(manifests: list[Document]) -> None:
    workloads = of_kind(manifests, *WORKLOADS)
    assert workloads
    assert {name: found for name, one in workloads.items() if (found := faults(one))} == {}


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("root", lambda spec: spec["securityContext"].update(runAsUser=0)),
        ("seccomp", lambda spec: spec["securityContext"].pop("seccompProfile")),
        ("token", lambda spec: spec.pop("automountServiceAccountToken")),
        ("host", lambda spec: spec.update(hostNetwork=True)),
        ("volume", lambda spec: spec["volumes"].append({"name": "disk", "hostPath": {"path": "/"}})),
        ("unbounded", lambda spec: spec["volumes"].append({"name": "disk", "emptyDir": {}})),
        ("writes", lambda spec: spec["containers"][0]["securityContext"].pop("readOnlyRootFilesystem")),
        ("escalates", lambda spec: spec["containers"][0]["securityContext"].pop("allowPrivilegeEscalation")),
        ("capabilities", lambda spec: spec["containers"][0]["securityContext"]["capabilities"].update(add=["A"])),
        ("limits", lambda spec: spec["containers"][0]["resources"].pop("limits")),
    ],
)
def test_a_pod_that_is_not_restricted_is_found(fault: str, change: Any) -> None:
    workload = of_kind(documents("small-cpu"), "StatefulSet")["ocr"]
    change(pod(workload))
    assert any(fault in one for one in faults(workload))


def told_secrets(manifests: list[Document]) -> list[str]:
    """Literal values in places where a secret would stand."""
    found = [f"Secret {one['metadata']['name']}" for one in manifests if one["kind"] == "Secret"]
    for one in manifests:
        for workload in [one] if one["kind"] in WORKLOADS else []:
            for container in containers(workload):
                found += [
                    variable["name"]
                    for variable in container.get("env", [])
                    if _SECRET.search(variable["name"]) and "value" in variable and not _is_place(variable)
                ]
        words = (value for _, value in leaves(one) if isinstance(value, str))
        found += [word for word in words if "://" in word and "@" in word.partition("://")[2].partition("/")[0]]
    return found


def _is_place(variable: dict[str, str]) -> bool:
    """A file that holds the secret, or the name of whoever signs in."""
    is_file = variable["name"].endswith("_FILE") and variable["value"].startswith("/etc/chancery/")
    return is_file or variable["name"] == "CHANCERY_S3_ACCESS_KEY"


def test_no_manifest_holds_a_secret(manifests: list[Document]) -> None:
    assert told_secrets(manifests) == []


@pytest.mark.parametrize(
    "change",
    [
        'airflow.env={"AIRFLOW__SMTP__SMTP_PASSWORDS": "hunter2"}',
        'settings={"CHANCERY_OTHER": "postgresql://chancery:hunter2@db/chancery"}',
    ],
)
def test_a_secret_in_a_manifest_is_found(change: str) -> None:
    assert "hunter2" in text("small-cpu", change)
    assert told_secrets(documents("small-cpu", change))
