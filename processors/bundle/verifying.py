"""Holds a bundle to its manifest, and the manifest to a key: nothing more in it, nothing less, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from processors.audit.keys import fingerprint
from processors.bundle import bill
from processors.bundle.findings import Fault, Finding
from processors.bundle.manifest import (
    MANIFEST,
    MOST_MANIFEST,
    SBOM,
    SIGNATURE,
    File,
    Manifest,
    ManifestInvalid,
    read,
)
from processors.bundle.reading import Member, TornError, members

OnBytes = Callable[[int], None]
_SIGNATURE_SIZE = 64
#: A bundle with more is not looked at to its end: who made it that way could make it endless.
MOST_FINDINGS = 1_000


@dataclass
class Report:
    """What was found, and how much was looked at."""

    manifest: Manifest | None = None
    files: int = 0
    bytes: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the bundle is the one that was signed."""
        return self.manifest is not None and not self.findings


def verify(bundle: Path, keys: Sequence[Ed25519PublicKey], on_bytes: OnBytes) -> Report:
    """Check a bundle, an archive or a folder, without unpacking it.

    Args:
        bundle: where it is
        keys: public keys of whoever may pack; they come from elsewhere than the bundle
        on_bytes: told of progress

    Raises:
        BundleError: there is no such bundle.
    """
    report = Report()
    stream = members(bundle)
    try:
        if signed := _signed(stream, report):
            report.manifest = _trusted(*signed, keys, report)
        if report.manifest is not None:
            content = _files(stream, report.manifest, report, on_bytes)
            report.findings += bill.faults(content, report.manifest.files)
            report.findings += _images(report.manifest)
    except TornError as error:
        report.findings.append(Finding(Fault.TORN, detail=str(error)))
    return report


def _signed(stream: Iterator[Member], report: Report) -> tuple[bytes, bytes] | None:
    """The manifest's bytes and its signature, which nobody has checked yet."""
    found = []
    for name, most in ((MANIFEST, MOST_MANIFEST), (SIGNATURE, _SIGNATURE_SIZE)):
        member = next(stream, None)
        if member is None or member.strange or member.untrusted_name != name:
            report.findings.append(Finding(Fault.NO_MANIFEST, name))
            return None
        if member.size > most:
            detail = f"{member.size:,} bytes, where {most:,} are the most"
            report.findings.append(Finding(Fault.NO_MANIFEST, name, detail))
            return None
        found.append(b"".join(member.chunks))
    return found[0], found[1]


def _trusted(
    manifest: bytes, signature: bytes, keys: Sequence[Ed25519PublicKey], report: Report
) -> Manifest | None:
    """The manifest, if one of the keys signed it. Not a byte of it is understood before."""
    signer = next((key for key in keys if _is_signed(manifest, signature, key)), None)
    if signer is None:
        report.findings.append(Finding(Fault.FORGED, MANIFEST))
        return None
    try:
        told = read(manifest)
    except ManifestInvalid as error:
        report.findings.append(Finding(Fault.INVALID, MANIFEST, str(error)))
        return None
    if told.key != fingerprint(signer):
        report.findings.append(Finding(Fault.OTHER_KEY, MANIFEST, told.key))
        return None
    return told


def _is_signed(manifest: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(signature, manifest)
    except InvalidSignature:
        return False
    return True


def _files(stream: Iterator[Member], manifest: Manifest, report: Report, on_bytes: OnBytes) -> bytes:
    """Look at every file; the bytes of the SBOM are kept."""
    wanted = {file.path: file for file in manifest.files}
    seen: set[str] = set()
    kept = b""
    for member in stream:
        if len(report.findings) >= MOST_FINDINGS:
            report.findings.append(Finding(Fault.TORN, detail="too much is wrong with it to go on"))
            return kept
        name = member.untrusted_name
        if member.strange:
            report.findings.append(Finding(Fault.STRANGE, name, member.strange))
        elif name not in wanted:
            twice = name in (MANIFEST, SIGNATURE)
            report.findings.append(Finding(Fault.TWICE if twice else Fault.EXTRA, name))
        elif name in seen:
            report.findings.append(Finding(Fault.TWICE, name))
        else:
            kept = _compared(member, wanted[name], report, on_bytes) or kept
        seen.add(name)
    report.findings += [Finding(Fault.MISSING, name) for name in sorted(set(wanted) - seen)]
    return kept


def _compared(member: Member, file: File, report: Report, on_bytes: OnBytes) -> bytes:
    if member.size != file.size:
        detail = f"{member.size:,} bytes instead of {file.size:,}"
        report.findings.append(Finding(Fault.RESIZED, file.path, detail))
        return b""
    keep = file.path == SBOM and file.size <= bill.MOST_BILL
    total, kept, size = hashlib.sha256(), bytearray(), 0
    for chunk in member.chunks:
        total.update(chunk)
        size += len(chunk)
        on_bytes(len(chunk))
        if keep:
            kept += chunk
    report.files += 1
    report.bytes += size
    if total.hexdigest() != file.sha256:
        report.findings.append(Finding(Fault.CHANGED, file.path))
        return b""
    return bytes(kept)


def _images(manifest: Manifest) -> Iterator[Finding]:
    """Whether each image of the chart is there, or said to be left out; and nothing is both."""
    paths = {file.path for file in manifest.files}
    left_out = {(one.part, one.name) for one in manifest.left_out}
    for image in manifest.images:
        there = image.file is not None and image.file in paths
        if not there and ("images", image.name) not in left_out:
            yield Finding(Fault.NO_IMAGE, image.name)
    for file in manifest.files:
        if (file.part, file.name) in left_out:
            yield Finding(Fault.STILL_THERE, file.path)
