"""What is packed is the same each time, is told by standard tools, and lacks nothing in silence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from processors.audit.keys import public_pem
from processors.bundle import packing, writing
from processors.bundle.collecting import Collected
from processors.bundle.errors import BundleError
from processors.bundle.findings import Fault
from processors.bundle.gathered import Gathered
from processors.bundle.manifest import MANIFEST, MOST_PATH, SBOM, SIGNATURE
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted
from tests.unit.bundle import small
from tests.unit.bundle.small import KEY, WHEEL


def bill_of(bundle: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(dict(small.contents(bundle))[SBOM])
    return told


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first = small.pack(tmp_path / "first")
    os.utime(tmp_path / "first" / "sources" / "tool.whl", (1, 1))
    again = small.pack(tmp_path / "a folder with another name")
    assert first.read_bytes() == again.read_bytes()
    shutil.copy(first, tmp_path / "kept")
    (tmp_path / "first" / "sources" / "tool.whl").chmod(0o600)
    assert small.pack(tmp_path / "first").read_bytes() == (tmp_path / "kept").read_bytes()


def test_openssl_and_sha256sum_say_the_same(tmp_path: Path) -> None:
    folder = small.unpacked(small.pack(tmp_path))
    (tmp_path / "key.pub").write_bytes(public_pem(KEY.public_key()))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "key.pub"), "-rawin"]
    command += ["-in", MANIFEST, "-sigfile", SIGNATURE]
    sums = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    for one in (command, sums):
        subprocess.run(one, cwd=folder, check=True, capture_output=True)
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes() + b" ")
    (folder / WHEEL).write_bytes(b"x")
    for one in (command, sums):
        assert subprocess.run(one, cwd=folder, check=False, capture_output=True).returncode != 0


def test_the_bill_of_materials_fits_its_schema(tmp_path: Path) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    told = bill_of(small.pack(tmp_path))
    assert validator.validate_str(json.dumps(told)) is None
    told["components"][0]["type"] = "thing"
    assert validator.validate_str(json.dumps(told)) is not None


def test_the_bill_names_what_is_in_a_file_too(tmp_path: Path) -> None:
    told = bill_of(small.pack(tmp_path))
    assert told["specVersion"] == "1.6"
    assert {(one["name"], one["type"]) for one in told["components"]} == {
        ("tool", "library"),
        ("chancery/m.onnx", "machine-learning-model"),
        ("eng", "machine-learning-model"),
        ("minio", "library"),
        ("example.org/part", "library"),
        ("chancery/cpu:1.0", "container"),
    }
    tool = next(one for one in told["components"] if one["name"] == "tool")
    assert tool["licenses"] == [{"license": {"id": "MIT"}}]
    assert tool["purl"] == "pkg:pypi/tool@1.0"
    assert {"ref": "servers/bin/minio", "dependsOn": ["servers/bin/minio#example.org/part@v1"]} in told[
        "dependencies"
    ]


def test_what_is_missing_is_told_and_must_be_left_out_by_name() -> None:
    gaps = [Wanted(Part.IMAGES, "chancery/cpu:1.0"), Wanted(Part.LANGUAGES, "eng", "5")]
    with pytest.raises(BundleError) as told:
        packing.refuse_gaps(Collected(lacking=gaps), frozenset({"servers"}))
    assert "images: chancery/cpu:1.0\n  languages: eng 5\n" in str(told.value)
    assert "--without images,languages" in str(told.value)
    with pytest.raises(BundleError, match="languages: eng"):
        packing.refuse_gaps(Collected(lacking=gaps), frozenset({"chancery/cpu:1.0"}))
    packing.refuse_gaps(Collected(lacking=gaps), frozenset({"chancery/cpu:1.0", "languages"}))


def test_a_file_that_changes_while_it_is_packed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "x"
    source.write_bytes(b"before")
    real = writing.write

    def meanwhile(*arguments: Any) -> None:
        source.write_bytes(b"behind")
        real(*arguments)

    monkeypatch.setattr(packing, "write", meanwhile)
    with pytest.raises(BundleError, match="docs/x changed while it was packed"):
        small.pack(tmp_path, [Gathered("docs/x", source, Part.DOCS, "x")])
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("path", ["docs/a b", "docs/" + "x" * 251, "docs/ä"])
def test_a_name_that_no_bundle_can_hold_is_told(tmp_path: Path, path: str) -> None:
    with pytest.raises(BundleError, match="Rename the file"):
        small.pack(tmp_path, [Gathered(path, b"x", Part.DOCS, "x")])


def test_long_names_are_read_as_they_were_written(tmp_path: Path) -> None:
    names = [f"wheels/{'w' * many}.whl" for many in (88, 89, 90, 200, 244)]
    assert len(names[-1]) == MOST_PATH
    made = small.pack(tmp_path, [Gathered(name, b"x", Part.DOCS, "x") for name in names])
    report = small.checked(made)
    assert [one.fault for one in report.findings] == [Fault.NO_IMAGE]
    assert report.files == len(names) + 2
