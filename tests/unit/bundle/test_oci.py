"""Image archives are found by the name that their engine wrote, and must be whole."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from processors.bundle import oci
from processors.bundle.errors import BundleError

LAYER = "1" * 64
IMAGE = "2" * 64
CONFIG = "3" * 64


def archive(file: Path, name: str, without: str = "", **annotations: str) -> Path:
    """An OCI archive as engines write them."""
    labels = {"org.opencontainers.image.licenses": "Apache-2.0"}
    made: dict[str, Any] = {
        "oci-layout": {"imageLayoutVersion": "1.0.0"},
        "index.json": {
            "manifests": [
                {
                    "digest": f"sha256:{IMAGE}",
                    "annotations": {"org.opencontainers.image.ref.name": name} | annotations,
                }
            ]
        },
        f"blobs/sha256/{IMAGE}": {
            "config": {"digest": f"sha256:{CONFIG}"},
            "layers": [{"digest": f"sha256:{LAYER}"}],
        },
        f"blobs/sha256/{CONFIG}": {"config": {"Labels": labels}},
        f"blobs/sha256/{LAYER}": {},
    }
    made.pop(without, None)
    with tarfile.open(file, "w") as tar:
        for path, content in made.items():
            data = json.dumps(content).encode()
            header = tarfile.TarInfo(path)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return file


@pytest.mark.parametrize("name", ["chancery/cpu:1.0", "localhost/chancery/cpu:1.0", "docker.io/chancery/cpu:1.0"])
def test_an_archive_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    (found,) = oci.archives(archive(tmp_path / "x.tar", name).parent)
    assert found.licence == "Apache-2.0"
    assert found.holds("chancery/cpu:1.0")
    assert not found.holds("chancery/cpu:1.1")
    assert not found.holds("cpu:1.0:1.0")
    assert not found.holds("ancery/cpu:1.0")


def test_an_archive_without_a_name_is_known_by_its_file(tmp_path: Path) -> None:
    found = oci.read(archive(tmp_path / "chancery-cpu-1.0.oci.tar", "1.0"))
    assert found.holds("chancery/cpu:1.0")
    assert not found.holds("chancery/gpu:1.0")


def test_an_image_that_is_named_by_digest_is_that_one(tmp_path: Path) -> None:
    found = oci.read(archive(tmp_path / "x.tar", "vllm/vllm-openai:v1"))
    assert found.holds(f"vllm/vllm-openai@sha256:{IMAGE}")
    assert not found.holds(f"vllm/vllm-openai:v1@sha256:{LAYER}")


@pytest.mark.parametrize("lacking", ["index.json", f"blobs/sha256/{IMAGE}", f"blobs/sha256/{LAYER}"])
def test_an_archive_that_is_not_whole_is_told(tmp_path: Path, lacking: str) -> None:
    with pytest.raises(BundleError, match=r"x\.tar is no whole OCI archive"):
        oci.read(archive(tmp_path / "x.tar", "a:1", lacking))


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"no tar")
    with pytest.raises(BundleError, match="is no whole OCI archive"):
        list(oci.archives(tmp_path))
    with pytest.raises(BundleError, match="is no folder"):
        list(oci.archives(tmp_path / "none"))
