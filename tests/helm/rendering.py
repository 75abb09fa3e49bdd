"""What the chart makes of some values, as documents; and how to find things in them."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests import tools
from tests.helm import fetching

CHART = Path(__file__).parents[2] / "helm" / "chancery"
SITES = tuple(sorted(file.stem for file in (CHART / "sites").glob("*.yaml")))
RELEASE = "site"
WORKLOADS = ("StatefulSet", "Deployment", "Job")

Document = dict[str, Any]


@cache
def text(site: str, *changes: str) -> str:
    """All manifests of a site, with some values changed as after `--set-json`.

    Raises:
        RefusedError: Helm does not render these values; the text is what it said.
    """
    done = _helm("template", RELEASE, str(CHART), "--values", str(CHART / "sites" / f"{site}.yaml"), *_set(changes))
    if done.returncode != 0:
        raise RefusedError(done.stderr)
    return done.stdout


def notes(site: str, *changes: str) -> str:
    """What Helm says after an install."""
    told = ["--values", str(CHART / "sites" / f"{site}.yaml"), *_set(changes)]
    done = _helm("install", RELEASE, str(CHART), "--dry-run=client", "--hide-secret", "--no-hooks", *told)
    if done.returncode != 0:
        raise RefusedError(done.stderr)
    return done.stdout.partition("\nNOTES:\n")[2]


def lint(site: str, *changes: str) -> subprocess.CompletedProcess[str]:
    """`helm lint --strict`."""
    return _helm("lint", "--strict", str(CHART), "--values", str(CHART / "sites" / f"{site}.yaml"), *_set(changes))


@cache
def _parsed(site: str, *changes: str) -> list[Document]:
    # The loader in C: some thousand lines take the other one a second.
    return [one for one in yaml.load_all(text(site, *changes), Loader=yaml.CSafeLoader) if one]


class RefusedError(Exception):
    """Helm refused the values."""


def documents(site: str, *changes: str) -> list[Document]:
    """The manifests as documents; whoever changes one changes it for nobody else."""
    return copy.deepcopy(_parsed(site, *changes))


def of_kind(manifests: list[Document], *kinds: str) -> dict[str, Document]:
    """Those of some kinds by name, without the release's."""
    return {one["metadata"]["name"].removeprefix(f"{RELEASE}-"): one for one in manifests if one["kind"] in kinds}


def pod(workload: Document) -> Document:
    """The spec of a workload's pods."""
    found: Document = workload["spec"]["template"]["spec"]
    return found


def labels(workload: Document) -> dict[str, str]:
    """The labels of a workload's pods."""
    found: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return found


def containers(workload: Document) -> list[Document]:
    """All containers of a workload's pods."""
    return [*pod(workload).get("initContainers", []), *pod(workload)["containers"]]


def variables(container: Document) -> dict[str, Any]:
    """Its variables; a reference where there is no value."""
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container.get("env", [])}


def selects(selector: Mapping[str, Any], found: Mapping[str, str]) -> bool:
    """Whether a label selector of a policy, budget or service covers these labels."""
    return all(found.get(name) == value for name, value in selector.get("matchLabels", selector).items())


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in a document, with its path."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield from leaves(child, f"{path}.{name}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from leaves(child, f"{path}[{number}]")
    else:
        yield path, node


def conform(manifests: str) -> subprocess.CompletedProcess[str]:
    """What kubeconform says of manifests."""
    where = f"{fetching.schema_folder()}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"
    command = [str(tools.program("kubeconform")), "-strict", "-summary", "-schema-location", where, "-"]
    return subprocess.run(command, input=manifests, capture_output=True, text=True, check=False, timeout=120)


def _helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(tools.program("helm")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def _set(changes: tuple[str, ...]) -> list[str]:
    return [word for change in changes for word in ("--set-json", change)]
