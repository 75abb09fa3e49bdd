"""Packs a bundle: looks for everything, refuses if anything is missing that nobody left out, writes, signs."""

from __future__ import annotations

import platform
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from processors.audit.keys import fingerprint
from processors.bundle import sbom
from processors.bundle.checkout import Checkout
from processors.bundle.collecting import Collected
from processors.bundle.errors import BundleError
from processors.bundle.listing import Site, of_part
from processors.bundle.manifest import SBOM, SUMS, File, Image, LeftOut, Manifest
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted
from processors.bundle.writing import OnBytes, described, sums, whole, write


@dataclass(frozen=True)
class Packed:
    """A bundle that was written."""

    file: Path
    manifest: Manifest


def refuse_gaps(collected: Collected, without: frozenset[str]) -> None:
    """Hold what is lacking to what was said to be left out.

    Raises:
        BundleError: something is missing that nobody left out.
    """
    gaps = [one for one in collected.lacking if not {one.part.value, one.name} & without]
    if gaps:
        listed = "\n".join(f"  {one.part}: {' '.join(filter(None, (one.name, one.version)))}" for one in gaps)
        parts = ",".join(sorted({one.part.value for one in gaps}))
        raise BundleError(
            f"These are needed and not here:\n{listed}\nBring them (docs/airgap.md says how), or say that they are "
            f"to be left out with --without {parts}; the manifest then names them."
        )


def total(collected: Collected) -> int:
    """Bytes of all that was found."""
    return sum(
        len(one.source) if isinstance(one.source, bytes) else one.source.stat().st_size for one in collected.found
    )


def pack(
    checkout: Checkout,
    for_whom: Site,
    things: Sequence[Wanted],
    collected: Collected,
    key: Ed25519PrivateKey,
    to: Path,
    on_bytes: Callable[[int], None],
) -> Packed:
    """Write `chancery-bundle-VERSION.tar` into a folder. Every file is read twice: to be described, and written.

    Raises:
        BundleError: a file cannot be read, changes meanwhile, or cannot be in a bundle.
    """
    described_files = _described(collected, on_bytes)
    bill = sbom.bill(checkout, zip(collected.found, described_files, strict=True))
    files = [*described_files, whole(SBOM, bill)]
    listed = sums(files)
    files.append(whole(SUMS, listed))
    manifest = Manifest(
        version=checkout.version,
        revision=checkout.revision,
        made_of=datetime.fromtimestamp(checkout.epoch, UTC).isoformat(),
        platform=f"{platform.python_implementation().lower()}-3.11-{sysconfig.get_platform()}",
        extras=for_whom.extras,
        key=fingerprint(key.public_key()),
        images=tuple(
            Image(name=one.name, file=collected.images.get(one.name)) for one in of_part(things, Part.IMAGES)
        ),
        left_out=tuple(LeftOut(part=one.part.value, name=one.name) for one in collected.lacking),
        files=tuple(sorted(files, key=lambda one: one.path)),
    )
    sources: dict[str, Path | bytes] = {one.path: one.source for one in collected.found}
    sources |= {SBOM: bill, SUMS: listed}
    to.mkdir(parents=True, exist_ok=True)
    file = to / f"chancery-bundle-{checkout.version}.tar"
    write(file, manifest, key, sources, checkout.epoch, on_bytes)
    return Packed(file, manifest)


def _described(collected: Collected, on_bytes: OnBytes) -> list[File]:
    return [described(one, on_bytes) for one in collected.found]
