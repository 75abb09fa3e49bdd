"""The rules for names that people choose: agencies, object keys, the prefix of an installation."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

#: A bucket's name ends in it, a topic's name holds it, a consumer's access rule names it.
AGENCY = re.compile(r"[a-z][a-z0-9-]{0,29}[a-z0-9]")
AGENCY_RULE = (
    "2 to 31 small letters, digits and hyphens, a letter first and no hyphen last, such as justice or tax-office"
)
#: A bucket's name has 63 characters at most: 26 of these, "inbox-" and 31 of an agency.
PREFIX = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,25})?")
PREFIX_RULE = "empty, or up to 26 small letters, digits and hyphens, no hyphen first, such as test-"
#: What the names of runs begin with that were asked for with `chancery reprocess`: their results are held.
REPROCESSING_RUN = "re-"
#: What such a run is called by people, in front of which that stands.
REPROCESSING = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
REPROCESSING_RULE = "1 to 40 small letters, digits and hyphens, no hyphen first, such as reader-4-receipts"
#: What the names of runs begin with that a decided review begins.
REVIEW_RUN = "review-"
#: S3's limit for a key, and the limit for one part of it: MinIO keeps each part as a folder.
KEY_BYTES, PART_BYTES = 1024, 255

KeyFault = Literal["not_utf8", "impossible", "long", "part_long"]


def reprocessing_run(name: str) -> str:
    """The run id of the reprocessing that people call `name`."""
    return f"{REPROCESSING_RUN}{name}"


def reprocessing_name(run_id: str) -> str:
    """What people call the reprocessing with this run id."""
    return run_id.removeprefix(REPROCESSING_RUN)


def is_reprocessing(run_id: str) -> bool:
    """Whether results of this run are held until a person has decided about it."""
    return run_id.startswith(REPROCESSING_RUN)


def review_run(review: str) -> str:
    """The run that follows the one that this event, which asked for a review, ended."""
    return f"{REVIEW_RUN}{review}"


def is_review_run(run_id: str) -> bool:
    """Whether people's decision about a review began this run."""
    return run_id.startswith(REVIEW_RUN)


def person(name: str) -> str:
    """A person's name as it is compared: "Ann  Lee" and "ann lee" are one person."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


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
