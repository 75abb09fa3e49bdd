"""Legal holds: a person forbids that a document is disposed of, whatever its age, and a person lifts that again.

`holds/<agency>/<document>/<name>/placed.json` and `lifted.json` in the work bucket, both create-only, are what
counts: they can be listed, and they hold what has no lock of its own. The originals are held in the store as well,
where it can, so that nobody deletes them by another way.

A hold and a disposal may meet. The hold is written before it looks whether a disposal has begun; a disposal notes
that it begins before it looks for holds. So at least one of them sees the other: the disposal keeps the document,
or the hold says that it may be too late.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from processors.batch.doors import Doors
from processors.batch.retention.errors import RetentionError
from processors.errors import ArtefactMissing
from processors.events import Record
from processors.names import REPROCESSING, REPROCESSING_RULE, person
from processors.places import HOLDS, disposed_key, holds_key
from processors.ports import Stored, Vault
from processors.record.aging import Aging
from processors.runtime.firsts import first_bytes


class Word(Record):
    """What a person said, and when."""

    by: str
    reason: str
    at: datetime


class Hold(Record):
    """A hold on a document."""

    agency: str
    document: str
    #: what people call it, such as the number of a case
    name: str
    placed: Word
    #: None as long as it stands
    lifted: Word | None = None


@dataclass(frozen=True)
class Placed:
    """What came of placing a hold."""

    hold: Hold
    #: originals that the store holds as well
    originals: int
    #: a disposal of the document had begun before: it may be too late, in part or as a whole
    too_late: bool


def place(
    doors: Doors, vault: Vault, agency: str, document: str, name: str, by: str, reason: str, now: datetime
) -> Placed:
    """Forbid that a document, and what it encloses, is disposed of. May be repeated.

    Raises:
        RetentionError: the name is none or was used before and lifted, or a person or a reason is missing.
    """
    if not REPROCESSING.fullmatch(name):
        raise RetentionError(f"{name!r} cannot be a hold's name: it must be {REPROCESSING_RULE}.")
    _write(doors, holds_key(agency, document, f"{name}/placed.json"), _word(by, reason, now))
    hold = _read(doors, agency, document, name)
    assert hold is not None
    if hold.lifted is not None:
        raise RetentionError(f"{hold.lifted.by} has lifted {name} already: give this hold another name.")
    originals = _hold_originals(vault, doors, agency, document, on=True)
    begun = doors.objects.info(doors.buckets.work, disposed_key(agency, document, "begun.json"))
    return Placed(hold, originals, too_late=begun is not None)


def lift(
    doors: Doors, vault: Vault, agency: str, document: str, name: str, by: str, reason: str, now: datetime
) -> Hold:
    """Lift a hold. The document is held as long as another stands. May be repeated.

    Raises:
        RetentionError: there is no such hold, or a person or a reason is missing.
    """
    if _read(doors, agency, document, name) is None:
        raise RetentionError(f"There is no hold {name!r} on {document}: see `chancery hold list`.")
    _write(doors, holds_key(agency, document, f"{name}/lifted.json"), _word(by, reason, now))
    if not standing(doors, agency, document):
        _hold_originals(vault, doors, agency, document, on=False)
        # Somebody may have placed another between the look and the lifting.
        if standing(doors, agency, document):
            _hold_originals(vault, doors, agency, document, on=True)
    lifted = _read(doors, agency, document, name)
    assert lifted is not None
    return lifted


def listed(doors: Doors, agency: str = "", *, lifted: bool = False) -> Iterator[Hold]:
    """The holds that stand, with `lifted` also those that were lifted; by agency and document."""
    prefix, end = f"{HOLDS}{agency}/" if agency else HOLDS, "/placed.json"
    for key in doors.objects.keys(doors.buckets.work, prefix):
        if key.endswith(end):
            of, document, name = key.removeprefix(HOLDS).removesuffix(end).split("/")
            hold = _read(doors, of, document, name)
            if hold is not None and (lifted or hold.lifted is None):
                yield hold


def standing(doors: Doors, agency: str, document: str) -> tuple[str, ...]:
    """The names of the holds that stand on this very document."""
    prefix = holds_key(agency, document)
    keys = {key.removeprefix(prefix) for key in doors.objects.keys(doors.buckets.work, prefix)}
    names = sorted(key.partition("/")[0] for key in keys if key.endswith("/placed.json"))
    return tuple(name for name in names if f"{name}/lifted.json" not in keys)


def holding(doors: Doors, agency: str, document: str) -> tuple[str, ...]:
    """The names of the holds that keep a document: its own, and those on what it was enclosed in."""
    family = (document, *Aging(doors.ledger.engine).parents(document))
    return tuple(name for one in family for name in standing(doors, agency, one))


def originals(doors: Doors, vault: Vault, agency: str, document: str) -> Iterator[Stored]:
    """The copies of a document's file that are kept under lock, one for each run that took it in."""
    for one in vault.versions(doors.buckets.documents, f"{agency}/{document}/"):
        if one.key.endswith("/intake/original") and not one.delete_marker:
            yield one


def _hold_originals(vault: Vault, doors: Doors, agency: str, document: str, *, on: bool) -> int:
    many = 0
    for one in originals(doors, vault, agency, document):
        # One that a disposal deletes at this moment: that it had begun is told.
        with suppress(ArtefactMissing):
            many += vault.hold(one, on=on)
    return many


def _read(doors: Doors, agency: str, document: str, name: str) -> Hold | None:
    placed, lifted = (
        doors.objects.info(doors.buckets.work, holds_key(agency, document, f"{name}/{what}.json"))
        for what in ("placed", "lifted")
    )
    if placed is None:
        return None
    return Hold(
        agency=agency,
        document=document,
        name=name,
        placed=Word.model_validate_json(doors.objects.read(placed.ref)),
        lifted=None if lifted is None else Word.model_validate_json(doors.objects.read(lifted.ref)),
    )


def _word(by: str, reason: str, now: datetime) -> Word:
    if not person(by):
        raise RetentionError("Say who you are: --by NAME.")
    if not reason.strip():
        raise RetentionError(
            "Say why: --why TEXT. A hold without a reason cannot be judged by whoever comes later."
        )
    return Word(by=by.strip(), reason=reason.strip(), at=now)


def _write(doors: Doors, key: str, word: Word) -> None:
    first_bytes(doors.objects, doors.buckets.work, key, word.model_dump_json(indent=1).encode(), "application/json")
