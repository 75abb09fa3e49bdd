"""Bad files, made by code: 28 classes of 8 variants each, below 5 MB, the same for the same seed.

`hostile` is the whole interface. The files are bad under `SETTINGS` and `POLICY`: limits low enough that small
files break them, and a policy that refuses all that can be refused, so that each file has one reason.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.corpus.hostile import acting, blinding, broken, hiding, office_files, unpacking
from tests.corpus.hostile.made import Made

__all__ = ["CLASSES", "POLICY", "SETTINGS", "VARIANTS", "Hostile", "hostile"]

VARIANTS = 8
#: Of the workers, without which some of the files are good ones
SETTINGS = {"CHANCERY_MAX_BYTES": str(4 * 1024 * 1024), "CHANCERY_MAX_PAGES": "500"}
#: Content of `<agency>.json`
POLICY = {
    "active_content": "reject",
    "launch": "reject",
    "macros": "reject",
    "embedded_files": "reject",
    "external_references": "reject",
    "polyglots": "reject",
}
#: variant, source of chance, where a server listens that nobody may ask (host:port) -> the file
Maker = Callable[[int, random.Random, str], Made]
CLASSES: Mapping[str, Maker] = {
    "empty": broken.empty,
    "truncated": broken.truncated,
    "random": broken.noise,
    "wrong_type": broken.wrong_type,
    "polyglot": hiding.polyglot,
    "header_offset": hiding.header_offset,
    "encrypted": broken.encrypted,
    "too_large": unpacking.too_large,
    "too_many_pages": unpacking.too_many_pages,
    "page_too_large": unpacking.page_too_large,
    "image_bomb": unpacking.image_bomb,
    "tiff_bomb": unpacking.tiff_bomb,
    "stream_bomb": unpacking.stream_bomb,
    "archive_bomb": unpacking.archive_bomb,
    "archive_nested": unpacking.archive_nested,
    "archive_path": office_files.climbing,
    "xml_entity": office_files.entities,
    "xxe": office_files.outside_entities,
    "xfa": acting.xfa,
    "active_content": acting.active_content,
    "blinded_pdf": blinding.blinded_pdf,
    "blinded_office": blinding.blinded_office,
    "embedded_file": hiding.embedded_file,
    "macro": office_files.macros,
    "external_reference": office_files.external,
    "malware": hiding.malware,
    "work_crash": unpacking.work_crash,
    "bad_name": broken.bad_name,
}


@dataclass(frozen=True)
class Hostile:
    """A bad file."""

    #: class and number of the variant, such as "polyglot-3"
    id: str
    #: one of `CLASSES`
    kind: str
    #: counted from 0
    variant: int
    #: as the sender calls it: may be anything
    name: str
    content: bytes
    #: quarantine reasons, any of which is right
    expected_reasons: frozenset[str]


def hostile(seed: int, canary: str = "127.0.0.1:9", variants: int = VARIANTS) -> Iterator[Hostile]:
    """The files, class by class.

    Args:
        seed: the same seed makes the same files, but for the salt of those that are encrypted
        canary: host:port that the files point to: whoever connects there was taken in
        variants: how many of each class
    """
    for kind, maker in CLASSES.items():
        for variant in range(variants):
            made = maker(variant, random.Random(f"{seed}/{kind}/{variant}"), canary)
            yield Hostile(f"{kind}-{variant}", kind, variant, made.name, made.content, made.reasons)
