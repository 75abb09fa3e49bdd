"""One thing that a site needs, before it is known whether it is here."""

from __future__ import annotations

from dataclasses import dataclass

from processors.bundle.parts import Part


@dataclass(frozen=True)
class Wanted:
    """A thing with its name and version."""

    part: Part
    #: as its own world calls it: chancery/cpu:0.1.0, numpy, eng, org.apache.kafka:kafka_2.13
    name: str
    version: str = ""
    #: sha256 that it must have, in hexadecimal; several where several files would do; none: whatever is here
    digests: tuple[str, ...] = ()
    #: what a person should know, such as the name under which the site's values look for an image
    note: str = ""
