"""How each document of a folder should end, as its manifest says."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from processors.commands.exits import CommandError, Exit
from processors.reasons import QuarantineReason
from processors.record.entry import Entry
from processors.record.states import State

_READ = frozenset((State.RESULT, State.REVIEW))
_SET_ASIDE = frozenset((State.QUARANTINED,))
#: What the words of the column `expect` allow. Nothing allows a dead letter: that would be our own fault.
ALLOWED: Mapping[str, frozenset[State]] = {
    "": _READ,
    # Unusual, but fine.
    "ok": _READ,
    # Cannot be read.
    "reject": _SET_ASIDE,
    # Needs a password that nobody registered.
    "password": _SET_ASIDE,
    # Damaged: either is right, as long as it is told.
    "repair_or_reject": _READ | _SET_ASIDE,
    # Must be stopped by a bound, or finish inside it.
    "limit": _READ | _SET_ASIDE,
}


@dataclass(frozen=True)
class Expected:
    """A document and how it should end."""

    path: Path
    #: below the folder, with slashes: also its name in the inbox
    name: str
    #: a word of `ALLOWED`
    expect: str

    def met_by(self, entry: Entry | None) -> bool:
        """Whether the document ended so."""
        if entry is None or entry.state not in ALLOWED[self.expect]:
            return False
        return self.expect != "password" or entry.reason == QuarantineReason.ENCRYPTED.value


def expected(folder: Path, only: Sequence[str]) -> tuple[Expected, ...]:
    """The documents of a folder's MANIFEST.csv (columns `path` and `expect`), in its order.

    Args:
        folder: with the manifest
        only: patterns such as "odd/*"; a document is taken if its name fits one. None at all takes every document.

    Raises:
        CommandError: there is no manifest, or it names a file that is not there, or an unknown expectation.
    """
    manifest = folder / "MANIFEST.csv"
    try:
        with manifest.open(encoding="utf-8", newline="") as lines:
            rows = [(row["path"], row.get("expect") or "") for row in csv.DictReader(lines)]
    except (OSError, KeyError, ValueError) as error:
        problem = f"no column {error}" if isinstance(error, KeyError) else str(error)
        raise CommandError(Exit.FAILED, f"{manifest} cannot be used ({problem}).") from error
    chosen = [row for row in rows if not only or any(fnmatchcase(row[0], pattern) for pattern in only)]
    for name, expect in chosen:
        if expect not in ALLOWED:
            words = ", ".join(word for word in ALLOWED if word)
            raise CommandError(
                Exit.FAILED, f"{manifest}: {name} expects {expect!r}; known are {words} and nothing."
            )
        if not (folder / name).is_file():
            raise CommandError(Exit.FAILED, f"{manifest}: there is no file {name}.")
    if not chosen:
        raise CommandError(Exit.USAGE, f"{manifest}: no document fits {', '.join(only) or 'at all'}.")
    return tuple(Expected(folder / name, name, expect) for name, expect in chosen)
