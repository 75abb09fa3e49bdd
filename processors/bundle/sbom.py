"""The bill of materials, CycloneDX 1.6: every work of its own in a bundle. Needs the extra `bundle`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component as Entry
from cyclonedx.model.component import ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from processors.bundle.bill import COMPONENTS, FILE_PROPERTY, is_component
from processors.bundle.checkout import Checkout
from processors.bundle.gathered import Component, Gathered
from processors.bundle.manifest import File
from processors.bundle.parts import Part

#: What the number of a bill is derived from, so that the same bundle has the same.
_SPACE: Final = uuid.UUID("b6a1f0b6-5f0c-4a53-9f55-3c8f5d1f7a20")
_INSIDE: Final = "chancery:inside"


def bill(checkout: Checkout, found: Iterable[tuple[Gathered, File]]) -> bytes:
    """The bill as JSON: the same files, the same bytes."""
    licences = LicenseFactory()
    own = Entry(name="chancery-bundle", version=checkout.version, type=ComponentType.APPLICATION, bom_ref="bundle")
    bom = Bom()
    components: list[Entry] = []
    content = uuid.uuid5(_SPACE, checkout.version)
    for thing, file in sorted(found, key=lambda pair: pair[1].path):
        if thing.part in COMPONENTS and is_component(file.path):
            content = uuid.uuid5(content, f"{file.path} {file.sha256}")
            entry, inside = _entry(licences, thing, file), list(_inside(licences, thing, file))
            components += [entry, *inside]
            bom.register_dependency(own, [entry])
            bom.register_dependency(entry, inside)
    at = datetime.fromtimestamp(checkout.epoch, UTC)
    bom.components = components
    bom.serial_number, bom.metadata = content, BomMetaData(component=own, timestamp=at)
    told: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    # The library notes itself with its version; nothing else in a bundle depends on which one packed it.
    told["metadata"].pop("tools", None)
    return json.dumps(told, ensure_ascii=True, sort_keys=True, indent=1).encode() + b"\n"


def _entry(licences: LicenseFactory, thing: Gathered, file: File) -> Entry:
    return Entry(
        name=thing.name,
        version=thing.version or None,
        type=_kind(thing),
        bom_ref=file.path,
        purl=PackageURL.from_string(thing.purl) if thing.purl else None,
        licenses=[licences.make_from_string(thing.licence)] if thing.licence else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=file.sha256)],
        properties=[Property(name=FILE_PROPERTY, value=file.path)],
    )


def _inside(licences: LicenseFactory, thing: Gathered, file: File) -> Iterator[Entry]:
    """What a file is made of: without a file of its own in the bundle."""
    for one in thing.inside:
        yield Entry(
            name=one.name,
            version=one.version or None,
            type=_inner_kind(one),
            bom_ref=f"{file.path}#{one.name}@{one.version}",
            purl=PackageURL.from_string(one.purl) if one.purl else None,
            licenses=[licences.make_from_string(one.licence)] if one.licence else None,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one.sha256)] if one.sha256 else None,
            properties=[Property(name=_INSIDE, value=file.path)],
        )


def _inner_kind(one: Component) -> ComponentType:
    return ComponentType.MACHINE_LEARNING_MODEL if one.model else ComponentType.LIBRARY


def _kind(thing: Gathered) -> ComponentType:
    match thing.part:
        case Part.IMAGES:
            return ComponentType.CONTAINER
        case Part.LANGUAGES | Part.WEIGHTS:
            return ComponentType.MACHINE_LEARNING_MODEL
        case Part.CHART:
            return ComponentType.APPLICATION
        case _:
            return ComponentType.LIBRARY
