"""Walls: whoever parses documents is given what they need, and is asked for them; nobody else is either."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from processors.pipeline import STAGES
from processors.runtime import sandbox
from tests.helm.rendering import (
    CHART,
    WORKLOADS,
    Document,
    conform,
    containers,
    documents,
    of_kind,
    pod,
    text,
    variables,
)

ROOT = CHART.parents[1]
PROFILE = CHART / "files" / "seccomp-walls.json"
#: all that docs/sandbox.md says walls need of a pod
WALLS = (
    'sandbox.mode="on"',
    "sandbox.hostUsers=false",
    'sandbox.procMount="Unmasked"',
    'sandbox.seccompProfile={"type": "Localhost", "localhostProfile": "profiles/walls.json"}',
    'sandbox.appArmorProfile={"type": "Localhost", "localhostProfile": "walls"}',
)
#: The console in Airflow's server draws pages of documents.
PARSING = {row.name for row in STAGES if row.untrusted} | {"airflow-api-server"}


def walled(workload: Document) -> bool:
    """Whether its pods have what walls need."""
    spec = pod(workload)
    context = spec["securityContext"]
    return (
        spec.get("hostUsers") is False
        and context["seccompProfile"] == {"type": "Localhost", "localhostProfile": "profiles/walls.json"}
        and context["appArmorProfile"] == {"type": "Localhost", "localhostProfile": "walls"}
        and {one["securityContext"].get("procMount") for one in containers(workload)} == {"Unmasked"}
    )


def untouched(workload: Document) -> bool:
    """Whether its pods have nothing of it."""
    spec = pod(workload)
    context = spec["securityContext"]
    named = {"hostUsers", "appArmorProfile"} & {*spec, *context}
    profile = context["seccompProfile"] == {"type": "RuntimeDefault"}
    return profile and not named and all("procMount" not in one["securityContext"] for one in containers(workload))


@pytest.mark.parametrize("site", ["small-cpu", "one-gpu", "large"])
def test_whoever_parses_documents_is_asked_for_walls_and_has_them_and_nobody_else_is(site: str) -> None:
    found = of_kind(documents(site, *WALLS), *WORKLOADS)
    for name, one in found.items():
        parsing = name.removesuffix("-reprocessing") in PARSING
        assert (walled(one), untouched(one)) == (parsing, not parsing), name
        asked = {told["CHANCERY_SANDBOX"] for c in containers(one) if "CHANCERY_SANDBOX" in (told := variables(c))}
        assert asked <= ({"on"} if parsing else {"auto"}), name
    assert {name for name in found if name.removesuffix("-reprocessing") in PARSING} >= {"ocr", "intake"}
    done = conform(text(site, *WALLS))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_site_that_says_nothing_asks_for_what_its_nodes_can_do(manifests: list[Document]) -> None:
    for name, one in of_kind(manifests, *WORKLOADS).items():
        assert untouched(one), name
        told = [variables(container) for container in containers(one)]
        assert {one["CHANCERY_SANDBOX"] for one in told if "CHANCERY_SANDBOX" in one} <= {"auto"}


def test_off_is_off_for_everybody() -> None:
    for one in of_kind(documents("one-gpu", 'sandbox.mode="off"'), *WORKLOADS).values():
        told = [variables(container) for container in containers(one)]
        assert {one["CHANCERY_SANDBOX"] for one in told if "CHANCERY_SANDBOX" in one} <= {"off"}


def test_the_image_of_whoever_parses_documents_holds_what_walls_are_made_of() -> None:
    images = ROOT / "images"
    groups = re.findall(r"^(\w+)  +(\S+)$", (images / "system-packages").read_text("utf-8"), re.MULTILINE)
    for file in ("cpu", "gpu", "airflow"):
        (told,) = re.findall(r"install-system ([a-z ]+)", (images / f"{file}.Containerfile").read_text("utf-8"))
        packages = {package for group, package in groups if group in told.split()}
        assert {"bubblewrap", "libseccomp2"} <= packages, file


def levels_under(profile: Path) -> dict[str, object]:
    """What parsers can be shut in with, as `levels` tells, in a pod with users of its own and this profile."""
    # As `hostUsers: false`, `runAsUser: 10001` and `allowPrivilegeEscalation: false` have it: no capability.
    bare = ["unshare", "--user", "--map-user=10001", "--map-group=10001", "setpriv", "--no-new-privs"]
    trial = [sys.executable, "-m", "processors.runtime.levels"]
    command = [*bare, sys.executable, "-m", "tests.helm.under_profile", str(profile), *trial]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not sandbox.works(), reason="this machine makes no namespaces")
def test_walls_stand_under_the_profile_that_the_chart_brings_and_not_under_the_usual_one(tmp_path: Path) -> None:
    assert levels_under(PROFILE)["namespaces"] is True
    assert levels_under(PROFILE)["filter"] is True
    usual = json.loads(PROFILE.read_text(encoding="utf-8"))
    bubblewraps = usual["syscalls"].pop()
    assert "bubblewrap" in bubblewraps["comment"]
    # As runtimes have it: threads and processes, and no namespace.
    namespaces = {"index": 0, "value": 0x7E020000, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    usual["syscalls"].append({"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [namespaces]})
    file = tmp_path / "usual.json"
    file.write_text(json.dumps(usual), encoding="utf-8")
    assert levels_under(file)["namespaces"] is False
    assert levels_under(file)["filter"] is True


def test_the_profile_lets_through_nothing_else_that_needs_a_right() -> None:
    profile = json.loads(PROFILE.read_text(encoding="utf-8"))
    allowed = {name for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]}
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert not allowed & {
        *("bpf", "setns", "clone3", "perf_event_open", "open_by_handle_at", "kexec_load", "init_module", "reboot"),
        *(
            "io_uring_setup",
            "keyctl",
            "add_key",
            "userfaultfd",
            "fsopen",
            "fsmount",
            "move_mount",
            "chroot",
            "iopl",
        ),
    }
