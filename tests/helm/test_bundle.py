"""What a bundle would bring for a site is what the chart asks for there, and its archive is a chart."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from processors.bundle import chart_archive, checkout, site
from tests import tools
from tests.helm.rendering import CHART, RELEASE, SITES, WORKLOADS, containers, documents, of_kind, text

#: values that bring an image in, or take it out
CHANGES: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in SITES},
    "without Airflow": ("small-cpu", "airflow.enabled=false"),
    "reading on a GPU": ("small-cpu", 'workers.ocr.image="gpu"'),
    "by digest": ("small-cpu", f'images.cpu="chancery/cpu@sha256:{"5" * 64}"'),
    "without a mirror": ("one-gpu", 'images.registry=""'),
}


def rendered(*values: str) -> set[str]:
    """The images of every container that the chart makes."""
    workloads = of_kind(documents(*values), *WORKLOADS).values()
    return {container["image"] for workload in workloads for container in containers(workload)}


def listed(folder: Path, name: str, *changes: str) -> set[str]:
    """The images that a bundle brings, under the names of the site."""
    over = folder / "over.yaml"
    over.write_text(yaml.safe_dump(_nested(changes)), "utf-8")
    told = site.values(CHART, (CHART / "sites" / f"{name}.yaml", over))
    registry = told["images"]["registry"]
    return {f"{registry}/{one.name}" if registry else one.name for one in site.images(told)}


def _nested(changes: tuple[str, ...]) -> dict[str, object]:
    made: dict[str, object] = {}
    for change in changes:
        path, _, value = change.partition("=")
        inner: object = yaml.safe_load(value)
        for step in reversed(path.split(".")[1:]):
            inner = {step: inner}
        made[path.split(".")[0]] = inner
    return made


@pytest.mark.parametrize("values", CHANGES.values(), ids=CHANGES)
def test_a_bundle_brings_the_images_that_the_chart_names(tmp_path: Path, values: tuple[str, ...]) -> None:
    assert listed(tmp_path, *values) == rendered(*values)


def test_the_archive_renders_as_the_folder_does(tmp_path: Path) -> None:
    here = checkout.find(CHART.parents[1])
    file = tmp_path / chart_archive.name(here)
    file.write_bytes(chart_archive.pack(here))
    assert chart_archive.pack(here) == file.read_bytes()
    values = str(CHART / "sites" / "one-gpu.yaml")
    command = [str(tools.program("helm")), "template", RELEASE, str(file), "--values", values]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == text("one-gpu")
