"""What is signed is not believed for that alone: names, bill of materials, images. Each guard is what sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from processors.bundle import bill, manifest, verifying
from processors.bundle.findings import Fault
from processors.bundle.manifest import MANIFEST, SBOM, SIGNATURE
from tests.unit.bundle import small
from tests.unit.bundle.small import KEY, OTHER, WHEEL, Packed, checked, found, rewritten, signed_anew


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return small.pack(tmp_path)


def renamed(new: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({new: files.pop(WHEEL)})


@pytest.mark.parametrize(
    "name",
    [
        "../out.whl",
        "/etc/passwd",
        "wheels//x.whl",
        "wheels/./x.whl",
        "a\nb",
        "x" * 256,
        "docs/AIRGAP.md",
        "Manifest.JSON",
        "wheels/requirements.txt/x",
        "wheels/\u202ex",
    ],
)
def test_a_signed_manifest_names_nothing_that_could_land_elsewhere(bundle: Path, name: str) -> None:
    assert found(signed_anew(bundle, files=renamed(name))) == [(Fault.INVALID, MANIFEST)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda told: told["files"].append(told["files"][0]),
        lambda told: told.update(format="chancery-bundle/2"),
        lambda told: told.update(more=1),
        lambda told: told["files"][0].update(size=-1),
        lambda told: told["files"][0].update(sha256="x"),
        lambda told: told.pop("files"),
    ],
)
def test_a_signed_manifest_that_cannot_be_followed_is_told(bundle: Path, wrong: Callable[[Any], Any]) -> None:
    assert found(signed_anew(bundle, wrong)) == [(Fault.INVALID, MANIFEST)]


def test_a_manifest_that_names_another_key_is_told(bundle: Path) -> None:
    named = signed_anew(bundle, lambda told: told.update(key="5" * 64))
    assert found(named) == [(Fault.OTHER_KEY, MANIFEST)]


def of_bill(change_it: Callable[[list[dict[str, Any]]], Any]) -> Callable[[dict[str, bytes]], None]:
    def harm(files: dict[str, bytes]) -> None:
        told = json.loads(files[SBOM])
        change_it(told["components"])
        files[SBOM] = json.dumps(told).encode()

    return harm


def without_wheel(components: list[dict[str, Any]]) -> None:
    components[:] = [one for one in components if one["name"] != "tool"]


def other_digest(components: list[dict[str, Any]]) -> None:
    next(one for one in components if one["name"] == "tool")["hashes"][0]["content"] = "5" * 64


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (of_bill(without_wheel), [(Fault.NOT_IN_SBOM, WHEEL)]),
        (of_bill(other_digest), [(Fault.NOT_IN_SBOM, WHEEL)]),
        (lambda files: files.pop(WHEEL), [(Fault.ONLY_IN_SBOM, WHEEL)]),
        (lambda files: files.update({SBOM: b"[]"}), [(Fault.NO_SBOM, SBOM)]),
        (lambda files: files.pop(SBOM), [(Fault.NO_SBOM, SBOM)]),
    ],
)
def test_bill_and_bundle_must_say_the_same(
    bundle: Path, harm: Callable[[dict[str, bytes]], Any], told: list[tuple[Fault, str]]
) -> None:
    assert found(signed_anew(bundle, files=harm)) == told


def test_an_image_that_the_chart_needs_is_there_or_left_out_by_name(bundle: Path) -> None:
    forgotten = signed_anew(bundle, lambda told: told.update(left_out=[]))
    assert found(forgotten) == [(Fault.NO_IMAGE, "vllm/vllm-openai:v1")]
    both = {"part": "images", "name": "chancery/cpu:1.0"}
    claimed = signed_anew(bundle, lambda told: told["left_out"].append(both))
    assert found(claimed) == [(Fault.STILL_THERE, "images/cpu.oci.tar")]


# Without the guard


def forged(before: list[Packed]) -> list[Packed]:
    return [(name, content[::-1] if name == SIGNATURE else content) for name, content in before]


@pytest.mark.parametrize(
    ("module", "guard", "off", "harm"),
    [
        (verifying, "_is_signed", lambda *_: True, lambda at: rewritten(at, forged)),
        (manifest, "check_paths", lambda _: None, lambda at: signed_anew(at, files=renamed("../out.whl"))),
        (bill, "faults", lambda *_: [], lambda at: signed_anew(at, files=of_bill(without_wheel))),
        (verifying, "_images", lambda _: [], lambda at: signed_anew(at, lambda told: told.update(left_out=[]))),
    ],
)
def test_each_guard_is_what_sees_it(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, module: Any, guard: str, off: Any, harm: Callable[[Path], Path]
) -> None:
    harmed = harm(bundle)
    assert not checked(harmed).ok
    monkeypatch.setattr(module, guard, off)
    left = [fault for fault, _ in found(harmed)]
    # A name that leads out of the bundle is then only told by the bill, which has the old name.
    assert set(left) <= {Fault.NOT_IN_SBOM, Fault.ONLY_IN_SBOM} if guard == "check_paths" else left == []


def test_the_packer_is_who_has_the_key(tmp_path: Path) -> None:
    assert checked(small.pack(tmp_path, key=OTHER), OTHER).ok
    assert not checked(tmp_path / "out" / "chancery-bundle-1.0.tar", KEY).ok
