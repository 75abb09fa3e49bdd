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
from processors.bundle.manifest import MANIFEST, MOST_PATH, SBOM
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


def test_what_the_documentation_says_to_do_without_chancery_does_it(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "airgap.md").read_text("utf-8")
    block = next(each for each in text.split("```") if "openssl" in each).strip().splitlines()
    unpack, signature, tie, sums = (line.replace("chancery-bundle-0.1.0", "chancery-bundle-1.0") for line in block)
    folder = small.pack(tmp_path).parent / "bundle"
    folder.mkdir()
    (folder.parent / "packer.pem.pub").write_bytes(public_pem(KEY.public_key()))

    def does(command: str) -> tuple[bool, str]:
        done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stdout.strip()

    assert does(unpack) == (True, "")
    assert does(signature) == (True, "Signature Verified Successfully")
    assert does(tie) == (True, "True")
    assert does(sums) == (True, "")
    (folder / WHEEL).write_bytes(b"x")
    assert not does(sums)[0]
    (folder / "SHA256SUMS").write_bytes(b"")
    assert does(tie) == (True, "False")
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes() + b" ")
    assert not does(signature)[0]


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
