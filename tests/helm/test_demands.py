"""What a site must make before it installs: the documentation lists what pods wait for, with the right keys."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet

from tests.helm.rendering import CHART, SITES, WORKLOADS, Document, containers, documents, of_kind, pod

_PAGE = (CHART.parents[1] / "docs" / "cluster.md").read_text(encoding="utf-8")
#: name -> keys; of a Secret, ConfigMap or volume claim
Demands = dict[str, set[str]]


def documented() -> Demands:
    """What the page's tables list; the first cell of a row has its names, the second its keys."""
    page = _PAGE.partition("## Secrets")[2].partition("## Install")[0]
    found: Demands = {}
    for names, keys in re.findall(r"^\| (`.+?) \| (.*?) ?\|", page, re.MULTILINE):
        # Behind the names may stand which value names it, and which example.
        for name in re.findall(r"`([^`]+)`", re.sub(r", as .+|in `[^`]+`", "", names)):
            found[name] = set(re.findall(r"`([^`]+)`", keys))
    return found


def demanded(manifests: list[Document], prefix: str) -> Demands:
    """What the release's pods, routes and scalers wait for and the release does not bring itself."""
    found: dict[str, set[str]] = defaultdict(set)
    own = {one["metadata"]["name"] for one in manifests if one["kind"] == "ConfigMap"}
    listed = documented()

    def take(name: str, *keys: str) -> None:
        if name not in own:
            # Only users have the prefix in front; the example's happens to be the beginning of another name.
            found[name if name in listed else name.removeprefix(prefix)].update(keys)

    def of_source(source: dict[str, Any]) -> None:
        for kind, name in (("secret", "secretName"), ("secret", "name"), ("configMap", "name")):
            if isinstance(one := source.get(kind), dict) and name in one:
                take(one[name], *(item["key"] for item in one.get("items", [])))

    for workload in of_kind(manifests, *WORKLOADS).values():
        for one in pod(workload).get("imagePullSecrets", []):
            take(one["name"], ".dockerconfigjson")
        for volume in pod(workload).get("volumes", []):
            of_source(volume)
            for source in volume.get("projected", {}).get("sources", []):
                of_source(source)
            if claim := volume.get("persistentVolumeClaim"):
                take(claim["claimName"])
        for container in containers(workload):
            for one in container.get("env", []):
                if place := one.get("valueFrom", {}).get("secretKeyRef"):
                    take(place["name"], place["key"])
    for route in of_kind(manifests, "Ingress").values():
        for one in route["spec"].get("tls", []):
            take(one["secretName"], "tls.crt", "tls.key")
    for proof in of_kind(manifests, "TriggerAuthentication").values():
        for one in proof["spec"]["secretTargetRef"]:
            take(one["name"], one["key"])
    return found


def of_site(site: str) -> Demands:
    """What one of the examples wants."""
    values = yaml.safe_load((CHART / "sites" / f"{site}.yaml").read_text(encoding="utf-8"))
    return demanded(documents(site), values.get("prefix", ""))


#: Files of these are mounted as they are; what reads them names the keys.
_WHOLE: Demands = {"chancery-refusals": {"token", "refusals.pem"}, "chancery-console-users": {"console-users.json"}}


@pytest.mark.parametrize("site", SITES)
def test_whoever_makes_what_the_page_lists_waits_for_nothing(site: str) -> None:
    listed = documented()
    for name, keys in of_site(site).items():
        assert name in listed, f"{name} is not listed"
        assert (keys or _WHOLE.get(name, set())) == listed[name], name


def test_nothing_is_listed_that_no_site_waits_for() -> None:
    wanted = {name for site in SITES for name in of_site(site)}
    assert set(documented()) == wanted


def test_a_secret_that_is_not_listed_would_be_found() -> None:
    manifests = documents("small-cpu")
    observe = of_kind(manifests, "Deployment")["observe"]
    pod(observe)["volumes"].append({"name": "more", "secret": {"secretName": "more"}})
    assert set(demanded(manifests, "")) - set(documented()) == {"more"}


def test_the_keys_that_the_page_makes_are_taken(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```\n(python3 .+?)^```", _PAGE, re.MULTILINE | re.DOTALL)
    commands = [line for line in block.splitlines() if line.startswith("python3")]
    for command in commands:
        mine = command.replace("python3", sys.executable, 1)
        subprocess.run(["sh", "-ec", mine], cwd=tmp_path, check=True, timeout=60)
    made = {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()}
    assert set(made) == documented()["chancery-airflow"]
    Fernet(made.pop("fernet-key"))
    assert all(len(text) >= 64 for text in made.values())
    # As the page had it: random, and nothing else.
    with pytest.raises(ValueError, match="32 url-safe"):
        Fernet(made["session-key"])
