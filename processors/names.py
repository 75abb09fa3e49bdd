"""The rules for names that people choose: agencies, object keys, the prefix of an installation."""

from __future__ import annotations

import re
from typing import Literal

#: A bucket's name ends in it, a topic's name holds it, a consumer's access rule names it.
AGENCY = re.compile(r"[a-z][a-z0-9-]{0,29}[a-z0-9]")
AGENCY_RULE = (
    "2 to 31 small letters, digits and hyphens, a letter first and no hyphen last, such as justice or tax-office"
)
#: A bucket's name has 63 characters at most: 26 of these, "inbox-" and 31 of an agency.
PREFIX = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,25})?")
PREFIX_RULE = "empty, or up to 26 small letters, digits and hyphens, no hyphen first, such as test-"
#: S3's limit for a key, and the limit for one part of it: MinIO keeps each part as a folder.
KEY_BYTES, PART_BYTES = 1024, 255

KeyFault = Literal["not_utf8", "impossible", "long", "part_long"]


def key_fault(key: str) -> KeyFault | None:
    """Why no object can have this key; None if one can."""
    parts = key.split("/")
    try:
        size, longest = len(key.encode()), max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        return "not_utf8"
    if "\0" in key or any(part in ("", ".", "..") for part in parts):
        return "impossible"
    if size > KEY_BYTES:
        return "long"
    return "part_long" if longest > PART_BYTES else None
