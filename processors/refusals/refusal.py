"""One refusal of a server, with every word of a client's cleaned and cut."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from processors.names import AGENCY

Server = Literal["store", "kafka"]
#: "filtered": answered, less everything that is not allowed; "unheard": what the server said is lost
Outcome = Literal["refused", "filtered", "unheard"]

#: Names of ours are shorter; what is longer was chosen by whoever was refused.
MOST_CHARACTERS = 160


@dataclass(frozen=True)
class Refusal:
    """What a server did not do for somebody."""

    server: Server
    #: who signed in; "" where nobody did, or with a wrong password
    principal: str
    #: what was asked for, in the server's words, such as "GetObject" or "READ"
    operation: str
    #: on what: a bucket, or "TOPIC:results.tax.receipt"
    thing: str
    #: whose it is, where the name tells; ""
    agency: str
    #: from where
    address: str
    #: when, with its zone
    at: datetime
    #: sha256 of the object's name, "" where there is none: a file's name may tell of a person
    object: str = ""
    outcome: Outcome = "refused"


def cleaned(untrusted: object, most: int = MOST_CHARACTERS) -> str:
    """A client's word as it may be kept: what cannot be printed becomes "?", what is too long is cut off."""
    text = untrusted if isinstance(untrusted, str) else ""
    kept = "".join(letter if letter.isprintable() else "?" for letter in text[:most])
    return kept if len(text) <= most else kept + "…"


def owner(name: str, pattern: str) -> str:
    """The agency that a name belongs to: the first group of `pattern`, which is matched at its beginning; or ""."""
    found = re.match(pattern, name)
    return found[1] if found is not None and AGENCY.fullmatch(found[1]) else ""
