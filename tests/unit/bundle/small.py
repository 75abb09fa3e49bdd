"""A small bundle with a file of every kind, packed and signed for real; and ways to do it harm."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from processors.audit.keys import fingerprint
from processors.bundle import packing
from processors.bundle.checkout import Checkout
from processors.bundle.collecting import Collected
from processors.bundle.findings import Fault
from processors.bundle.gathered import Component, Gathered
from processors.bundle.listing import Site
from processors.bundle.manifest import MANIFEST, SIGNATURE, Manifest, read
from processors.bundle.parts import Part
from processors.bundle.verifying import Report, verify
from processors.bundle.wanted import Wanted

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
EPOCH = 1_790_000_000
WHEEL = "wheels/tool-1.0-py3-none-any.whl"
IMAGES = (Wanted(Part.IMAGES, "chancery/cpu:1.0"), Wanted(Part.IMAGES, "vllm/vllm-openai:v1"))

Packed = tuple[str, bytes]


def pack(folder: Path, things: Sequence[Gathered] = (), key: Ed25519PrivateKey = KEY) -> Path:
    """Pack a bundle into a folder; its wheel's source lies there too, unless other things are given."""
    source = folder / "sources" / "tool.whl"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(b"wheel" * 1000)
    inside = (Component("pkg:golang/example.org/part@v1", "example.org/part", "v1"),)
    model = (Component("", "chancery/m.onnx", "", "5" * 64, "Apache-2.0", model=True),)
    found = list(things) or [
        Gathered(WHEEL, source, Part.WHEELS, "tool", "1.0", "MIT", "pkg:pypi/tool@1.0", model),
        Gathered("wheels/requirements.txt", b"tool==1.0\n", Part.WHEELS, "requirements"),
        Gathered("languages/eng.traineddata", b"letters", Part.LANGUAGES, "eng", "", "Apache-2.0"),
        Gathered("servers/bin/minio", b"program", Part.SERVERS, "minio", "v1", "AGPL-3.0-only", "", inside),
        Gathered("images/cpu.oci.tar", b"layers", Part.IMAGES, "chancery/cpu:1.0", "", "Apache-2.0 AND Some Words"),
        Gathered("docs/airgap.md", b"how to", Part.DOCS, "docs/airgap.md"),
    ]
    collected = Collected(found, [IMAGES[1]], {"chancery/cpu:1.0": "images/cpu.oci.tar"})
    checkout = Checkout(folder, "1.0", "c" * 40, EPOCH)
    done = packing.pack(checkout, Site(), IMAGES, collected, key, folder / "out", lambda _count: None)
    return done.file


def checked(bundle: Path, key: Ed25519PrivateKey = KEY) -> Report:
    return verify(bundle, [key.public_key()], lambda _count: None)


def found(bundle: Path, key: Ed25519PrivateKey = KEY) -> list[tuple[Fault, str]]:
    """The faults and what they are about."""
    return [(one.fault, one.name) for one in checked(bundle, key).findings]


def contents(bundle: Path) -> list[Packed]:
    """Everything in an archive, in order."""
    with tarfile.open(bundle) as archive:
        return [(one.name, archive.extractfile(one).read()) for one in archive]  # type: ignore[union-attr]


def rewritten(bundle: Path, change: Callable[[list[Packed]], list[Packed]]) -> Path:
    """The archive with its content changed, written as ours are."""
    made = bundle.with_name("changed.tar")
    with tarfile.open(made, "w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in change(contents(bundle)):
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return made


def with_header(bundle: Path, header: tarfile.TarInfo, format_: int = tarfile.GNU_FORMAT) -> Path:
    """The archive with one more header behind everything."""
    made = bundle.with_name("changed.tar")
    with tarfile.open(made, "w", format=format_) as archive:
        for name, content in contents(bundle):
            plain = tarfile.TarInfo(name)
            plain.size = len(content)
            archive.addfile(plain, io.BytesIO(content))
        archive.addfile(header)
    return made


def signed_anew(
    bundle: Path,
    manifest: Callable[[dict[str, Any]], Any] = lambda _told: None,
    files: Callable[[dict[str, bytes]], Any] = lambda _files: None,
    key: Ed25519PrivateKey = KEY,
) -> Path:
    """The bundle of a packer who makes mistakes, or means harm: other content, and a signature that holds."""

    def change(before: list[Packed]) -> list[Packed]:
        inside = dict(before)
        told = json.loads(inside.pop(MANIFEST))
        inside.pop(SIGNATURE)
        files(inside)
        by_path = {one["path"]: one for one in told["files"]}
        told["files"] = [
            _described(by_path.get(name, {}), name, content) for name, content in sorted(inside.items())
        ]
        told["key"] = fingerprint(key.public_key())
        manifest(told)
        text = json.dumps(told).encode()
        return [(MANIFEST, text), (SIGNATURE, key.sign(text)), *sorted(inside.items())]

    return rewritten(bundle, change)


def unpacked(bundle: Path) -> Path:
    """The folder that `tar --extract` makes of it."""
    folder = bundle.with_name("unpacked")
    with tarfile.open(bundle) as archive:
        archive.extractall(folder, filter="data")
    return folder


def manifest_of(bundle: Path) -> Manifest:
    return read(dict(contents(bundle))[MANIFEST])


def _described(before: dict[str, Any], name: str, content: bytes) -> dict[str, Any]:
    return before | {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
