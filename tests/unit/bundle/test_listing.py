"""What is listed follows from the lock, the chart's values, the setup and the server programs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from processors.bundle import checkout, licences, listing, locked, servers, site
from processors.bundle.errors import BundleError
from processors.bundle.listing import Site, of_part
from processors.bundle.parts import Part
from processors.digests import file_sha256
from processors.local import cache

ROOT = Path(__file__).parents[3]


def test_a_site_without_a_gpu_needs_no_model_server() -> None:
    here = checkout.find(ROOT)
    sites = ROOT / "helm/chancery/sites"
    small = listing.wanted(here, Site((sites / "small-cpu.yaml",)))
    assert [one.name for one in of_part(small, Part.IMAGES)] == ["chancery/airflow:0.1.0", "chancery/cpu:0.1.0"]
    assert of_part(small, Part.WEIGHTS) == []
    large = listing.wanted(here, Site((sites / "large.yaml",)))
    assert [one.name for one in of_part(large, Part.IMAGES)] == [
        "chancery/cpu:0.1.0",
        "chancery/gpu:0.1.0",
        "vllm/vllm-openai:v0.12.0",
    ]
    (weights,) = of_part(large, Part.WEIGHTS)
    assert weights.name == "mistral-small-3_2"
    assert len(weights.digests[0]) == 64
    models = {one.name: one.digests for one in of_part(large, Part.WHEELS) if one.name.startswith("chancery/")}
    encoder = ROOT / "processors/models/classifier/encoder.onnx"
    assert models["chancery/classifier/encoder.onnx"] == (file_sha256(encoder),)
    assert [one.name for one in of_part(large, Part.LANGUAGES)] == "eng fra deu spa ita por nld osd".split()


def test_values_are_laid_over_each_other_as_helm_does(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("a: {b: 1, c: 2}\nd: [1]\ne: 1\n")
    (tmp_path / "site.yaml").write_text("a: {b: 3}\nd: [2]\ne: null\n")
    assert site.values(tmp_path, [tmp_path / "site.yaml"]) == {"a": {"b": 3, "c": 2}, "d": [2]}


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "\tx"])
def test_values_that_are_none_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "values.yaml").write_text("a: 1\n")
    (tmp_path / "site.yaml").write_text(text)
    with pytest.raises(BundleError, match=r"site\.yaml"):
        site.values(tmp_path, [tmp_path / "site.yaml"])
    with pytest.raises(BundleError, match=r"none\.yaml cannot be read"):
        site.values(tmp_path, [tmp_path / "none.yaml"])


def test_packages_are_those_of_the_lock_with_the_digests_of_their_wheels() -> None:
    base = {one.name: one for one in locked.packages(ROOT, ())}
    assert base["pydantic"].digests
    assert not {"torch", "transformers", "apache-airflow", "fastapi", "pytest"} & base.keys()
    assert {"fastapi", "uvicorn"} <= {one.name for one in locked.packages(ROOT, ("console",))}
    with pytest.raises(BundleError, match="with these extras"):
        list(locked.packages(ROOT, ("none-such",)))


def test_a_folder_that_is_no_checkout_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"is no checkout of Chancery \(there is no uv\.lock\)"):
        checkout.find(tmp_path)


def test_every_jar_of_the_broker_has_coordinates() -> None:
    jars = list(servers.jars(cache.kafka()))
    assert ("org.apache.kafka:kafka_2.13", cache.KAFKA_VERSION) in {(one.name, one.version) for one in jars}
    assert len(jars) == len(list(cache.kafka().glob("*.jar")))
    assert {one.licence for one in jars if one.name.startswith("org.apache.")} == {"Apache-2.0"}
    # What Maven keeps beside the jars, where it still does, says the same.
    kept = Path.home() / ".m2" / "repository"
    for one in jars:
        group, _, artefact = one.name.partition(":")
        if list(kept.rglob(f"{artefact}-{one.version}.jar")):
            assert (kept / group.replace(".", "/") / artefact / one.version).is_dir(), one.name


def test_minio_tells_the_modules_that_go_tells() -> None:
    found = {(one.name, one.version) for one in servers.modules(cache.minio())}
    go = shutil.which("go")
    assert go, "MinIO was built with it"
    told = subprocess.run([go, "version", "-m", str(cache.minio())], capture_output=True, text=True, check=True)
    wanted: list[tuple[str, str]] = []
    for line in told.stdout.splitlines():
        words = line.strip().split("\t")
        if words[0] == "=>":
            wanted.pop()
        if words[0] in ("dep", "=>"):
            wanted.append((words[1], words[2]))
    assert found == set(wanted)
    assert len(found) > 100


def test_a_program_that_tells_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"\x7fELF")
    with pytest.raises(BundleError, match="does not tell what it was built of"):
        servers.modules(tmp_path / "program")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("Apache License Version 2.0, January 2004", "Apache-2.0"),
        ("http://www.opensource.org/licenses/mit-license.php", "MIT"),
        ("https://opensource.org/licenses/BSD-2-Clause", "BSD-2-Clause"),
        ("All rights reserved", ""),
    ],
)
def test_usual_licences_are_known(words: str, name: str) -> None:
    assert licences.spdx(words) == name
