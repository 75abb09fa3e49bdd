"""Wheels come through pip, and only those that the lock holds."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from processors.bundle import locked, wheels
from processors.bundle.checkout import Checkout
from processors.bundle.errors import BundleError
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a wheel, and a lock that names it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    wheel = folder / "Some_Tool-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        told = "Metadata-Version: 2.1\nName: Some_Tool\nVersion: 1.0\n"
        packed.writestr(
            "Some_Tool-1.0.dist-info/METADATA", told + "Classifier: License :: OSI Approved :: MIT License\n"
        )
        packed.writestr(
            "Some_Tool-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr("Some_Tool-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock(monkeypatch, digest)
    return folder


def lock(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    monkeypatch.setattr(locked, "requirements", lambda *_: f"some-tool==1.0 --hash=sha256:{digest}\n")
    monkeypatch.setattr(locked, "packages", lambda *_: [Wanted(Part.WHEELS, "some-tool", "1.0", (digest,))])


def fetched(shelf: Path) -> list[tuple[str, str, str]]:
    checkout = Checkout(shelf, "1.0", "", 0)
    return [
        (one.path, one.version, one.licence) for one in wheels.download(checkout, (), shelf, True, lambda _: None)
    ]


def test_a_wheel_of_the_lock_is_taken(shelf: Path) -> None:
    assert fetched(shelf) == [("wheels/Some_Tool-1.0-py3-none-any.whl", "1.0", "MIT")]


def test_a_wheel_with_other_bytes_is_refused(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock(monkeypatch, "5" * 64)
    with pytest.raises(BundleError, match="DO NOT MATCH THE HASHES"):
        fetched(shelf)


def test_a_wheel_that_nobody_can_bring_is_told(shelf: Path) -> None:
    next(shelf.glob("*.whl")).unlink()
    with pytest.raises(BundleError, match="some-tool"):
        fetched(shelf)


def test_a_wheel_that_pip_took_and_the_lock_does_not_name_is_refused(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locked, "packages", lambda *_: [Wanted(Part.WHEELS, "some-tool", "1.0", ("5" * 64,))])
    with pytest.raises(BundleError, match=r"holds no wheel of some-tool that uv\.lock names"):
        fetched(shelf)


def test_pip_goes_where_uv_goes() -> None:
    index = "https://mirror.example/simple"
    assert wheels._index({"UV_DEFAULT_INDEX": f"site={index}"})["PIP_INDEX_URL"] == index
    assert wheels._index({"UV_INDEX_URL": index, "PIP_INDEX_URL": "own"})["PIP_INDEX_URL"] == "own"
    assert "PIP_INDEX_URL" not in wheels._index({})
