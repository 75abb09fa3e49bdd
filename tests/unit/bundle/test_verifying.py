"""Each way in which a bundle can be another than the one that was signed is seen, and told as what it is."""

from __future__ import annotations

import os
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from processors.bundle import verifying
from processors.bundle.errors import BundleError
from processors.bundle.findings import Fault
from processors.bundle.gathered import Gathered
from processors.bundle.manifest import MANIFEST, MOST_MANIFEST, SBOM, SIGNATURE
from processors.bundle.parts import Part
from tests.unit.bundle import small
from tests.unit.bundle.small import OTHER, WHEEL, Packed, checked, found, rewritten, unpacked


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return small.pack(tmp_path)


def change(name: str, how: Callable[[bytes], bytes]) -> Callable[[list[Packed]], list[Packed]]:
    return lambda before: [(one, how(content) if one == name else content) for one, content in before]


def flipped(content: bytes) -> bytes:
    return content[:100] + bytes([content[100] ^ 1]) + content[101:]


def test_what_was_packed_is_well_as_archive_and_as_folder(bundle: Path) -> None:
    for place in (bundle, unpacked(bundle)):
        report = checked(place)
        assert report.ok, report.findings
        assert report.files == 8
        assert report.manifest is not None
        assert [one.name for one in report.manifest.left_out] == ["vllm/vllm-openai:v1"]


# What happens on the way


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (change(WHEEL, flipped), [(Fault.CHANGED, WHEEL)]),
        (change(WHEEL, lambda content: content + b"x"), [(Fault.RESIZED, WHEEL)]),
        (lambda before: [one for one in before if one[0] != WHEEL], [(Fault.MISSING, WHEEL)]),
        (lambda before: [*before, ("wheels/more.whl", b"x")], [(Fault.EXTRA, "wheels/more.whl")]),
        (lambda before: [*before, (WHEEL, b"another")], [(Fault.TWICE, WHEEL)]),
        (lambda before: [*before, (MANIFEST, b"{}")], [(Fault.TWICE, MANIFEST)]),
        (lambda before: [*before, ("../../etc/passwd", b"x")], [(Fault.EXTRA, "../../etc/passwd")]),
        (lambda before: [*before, ("/etc/passwd", b"x")], [(Fault.EXTRA, "/etc/passwd")]),
        (lambda before: [*before, (WHEEL.upper(), b"x")], [(Fault.EXTRA, WHEEL.upper())]),
        (change(MANIFEST, lambda told: told.replace(b'"1.0"', b'"1.1"', 1)), [(Fault.FORGED, MANIFEST)]),
        (change(SIGNATURE, lambda _: OTHER.sign(b"x")), [(Fault.FORGED, MANIFEST)]),
        (change(SIGNATURE, lambda _: b"short"), [(Fault.FORGED, MANIFEST)]),
        (change(SBOM, flipped), [(Fault.CHANGED, SBOM), (Fault.NO_SBOM, SBOM)]),
        (lambda before: before[1:], [(Fault.NO_MANIFEST, MANIFEST)]),
        (lambda before: [before[0], *before[2:]], [(Fault.NO_MANIFEST, SIGNATURE)]),
        (lambda _: [], [(Fault.NO_MANIFEST, MANIFEST)]),
    ],
)
def test_harm_to_an_archive_is_named(
    bundle: Path, harm: Callable[[list[Packed]], list[Packed]], told: list[tuple[Fault, str]]
) -> None:
    assert found(rewritten(bundle, harm)) == told


def test_nothing_of_a_manifest_is_believed_without_the_right_key(bundle: Path) -> None:
    report = checked(bundle, OTHER)
    assert [one.fault for one in report.findings] == [Fault.FORGED]
    assert report.manifest is None
    assert report.files == 0


def test_the_signature_of_another_bundle_by_the_same_packer_does_not_do(bundle: Path, tmp_path: Path) -> None:
    things = [Gathered("docs/x.md", b"x", Part.DOCS, "x")]
    other = dict(small.contents(small.pack(tmp_path / "other", things)))
    assert found(rewritten(bundle, change(SIGNATURE, lambda _: other[SIGNATURE]))) == [(Fault.FORGED, MANIFEST)]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_what_is_no_plain_file_is_told(bundle: Path, kind: bytes) -> None:
    header = tarfile.TarInfo("wheels/way-out")
    header.type, header.linkname = kind, "/etc/passwd"
    assert (Fault.STRANGE, "wheels/way-out") in found(small.with_header(bundle, header))


def test_extensions_that_could_grow_are_not_followed(bundle: Path) -> None:
    header = tarfile.TarInfo("wheels/way-out")
    header.pax_headers = {"path": "../../etc/passwd"}
    faults = found(small.with_header(bundle, header, tarfile.PAX_FORMAT))
    assert [fault for fault, _ in faults] == [Fault.STRANGE, Fault.TORN]


@pytest.mark.parametrize("many", [1, 1_000_000])
def test_a_name_without_end_is_not_read(bundle: Path, many: int) -> None:
    header = tarfile.TarInfo("x" * 300 * many)
    assert Fault.TORN in [fault for fault, _ in found(small.with_header(bundle, header))]


def test_a_long_name_counts_for_one_file_alone(bundle: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 5
    long = header.tobuf(tarfile.GNU_FORMAT) + b"a/b/c".ljust(512, b"\0")
    plain = tarfile.TarInfo("d").tobuf(tarfile.GNU_FORMAT)
    whole = bundle.read_bytes().rstrip(b"\0")
    whole += b"\0" * (-len(whole) % 512)
    bundle.write_bytes(whole + long + plain + plain + b"\0" * 1024)
    assert found(bundle) == [(Fault.EXTRA, "a/b/c"), (Fault.EXTRA, "d")]
    bundle.write_bytes(whole + long + long + plain + b"\0" * 1024)
    assert Fault.TORN in [fault for fault, _ in found(bundle)]


@pytest.mark.parametrize(
    "cut",
    [lambda whole: whole[:4000], lambda whole: whole[:-10240], lambda whole: whole + b"x", lambda _: b"x" * 1024],
)
def test_an_archive_that_is_torn_or_goes_on_behind_its_end_is_told(
    bundle: Path, cut: Callable[[bytes], bytes]
) -> None:
    bundle.write_bytes(cut(bundle.read_bytes()))
    assert Fault.TORN in [fault for fault, _ in found(bundle)]


def test_a_manifest_without_end_is_not_read(bundle: Path) -> None:
    header = tarfile.TarInfo(MANIFEST)
    header.size = MOST_MANIFEST + 1
    bundle.write_bytes(header.tobuf(tarfile.GNU_FORMAT))
    tracemalloc.start()
    assert found(bundle) == [(Fault.NO_MANIFEST, MANIFEST)]
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


def test_a_bundle_with_nothing_but_faults_is_not_looked_at_to_its_end(bundle: Path) -> None:
    harmed = rewritten(bundle, lambda before: [*before, *((f"x/{number}", b"") for number in range(1500))])
    report = checked(harmed)
    assert len(report.findings) == verifying.MOST_FINDINGS + 1
    assert report.findings[-1].fault is Fault.TORN


def test_memory_does_not_grow_with_a_file(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(96 * 1024 * 1024)
    made = small.pack(tmp_path, [Gathered("docs/large", large, Part.DOCS, "large")])
    tracemalloc.start()
    report = checked(made)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    assert report.bytes > large.stat().st_size
    assert [one.fault for one in report.findings] == [Fault.NO_IMAGE]


# In a folder


def test_harm_to_a_folder_is_named(bundle: Path) -> None:
    folder = unpacked(bundle)
    (folder / "docs" / "airgap.md").unlink()
    (folder / "docs" / "more.md").write_text("x")
    (folder / "wheels" / "TOOL-1.0-py3-none-any.whl").write_text("x")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "linked").symlink_to(folder / "docs")
    os.mkfifo(folder / "pipe")
    (folder / WHEEL).write_bytes(flipped((folder / WHEEL).read_bytes()))
    assert sorted((fault.value, name) for fault, name in found(folder)) == [
        ("changed", WHEEL),
        ("extra", "docs/more.md"),
        ("extra", "wheels/TOOL-1.0-py3-none-any.whl"),
        ("missing", "docs/airgap.md"),
        ("strange", "link"),
        ("strange", "linked"),
        ("strange", "pipe"),
    ]


def test_a_link_to_the_right_bytes_is_no_file(bundle: Path) -> None:
    folder = unpacked(bundle)
    moved = (folder / WHEEL).rename(bundle.parent / "elsewhere")
    (folder / WHEEL).symlink_to(moved)
    assert (Fault.STRANGE, WHEEL) in found(folder)


def test_a_bundle_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be read: No such file"):
        checked(tmp_path / "none.tar")
