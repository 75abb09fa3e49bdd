"""What the address of the list of documents asks for, and the same as an address again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import HTTPException, Query

from processors.record.browsing import Key, Wanted
from processors.record.states import BY_NAME

#: Longer than any id, and as long as anybody types of a name.
_MOST_TEXT = 200
_MOST_KEY = 300

Text = Annotated[str, Query(max_length=_MOST_TEXT)]


@dataclass(frozen=True)
class Asked:
    """The filter as it stands in the form. Everything in it is a stranger's text."""

    q: str = ""
    agency: str = ""
    type: str = ""
    state: str = ""
    stage: str = ""
    reason: str = ""
    since: str = ""
    until: str = ""
    runs: str = ""

    @property
    def wanted(self) -> Wanted:
        """What the ledger is asked.

        Raises:
            HTTPException: a day or state is none.
        """
        if self.state and self.state not in BY_NAME:
            raise HTTPException(400, "There is no such state. Choose one of the list.")
        until = _day(self.until)
        return Wanted(
            untrusted_text=self.q.strip(),
            agency=self.agency,
            type=self.type,
            state=BY_NAME[self.state] if self.state else None,
            stage=self.stage,
            reason=self.reason,
            since=_day(self.since),
            # The last day is meant with all its hours.
            until=until + timedelta(days=1) if until else None,
            every_run=self.runs == "all",
        )

    def query(self, **more: str) -> str:
        """As the end of an address; what is empty is left out."""
        given = {name: value for name, value in (vars(self) | more).items() if value}
        return f"?{urlencode(given)}" if given else "?"


def asked(
    q: Text = "",
    agency: Text = "",
    type: Text = "",
    state: Text = "",
    stage: Text = "",
    reason: Text = "",
    since: Text = "",
    until: Text = "",
    runs: Text = "",
) -> Asked:
    """From the address, for FastAPI."""
    return Asked(q, agency, type, state, stage, reason, since, until, runs)


def key_text(key: Key) -> str:
    """A place in the list as text for an address."""
    return f"{key.first_seen.astimezone(UTC).isoformat()}~{key.id}~{key.run_id}"


def key_of(text: str) -> Key | None:
    """The place that `key_text` wrote; None for "".

    Raises:
        HTTPException: it is none.
    """
    if not text:
        return None
    moment, _, rest = text.partition("~")
    document, _, run = rest.partition("~")
    try:
        if not run or len(text) > _MOST_KEY:
            raise ValueError(text)
        at = datetime.fromisoformat(moment)
        # In UTC the first and the last hours of the calendar may be no moment.
        return Key(at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC), document, run)
    except (ValueError, OverflowError):
        raise HTTPException(400, "This place in the list is none. Begin again at the newest.") from None


def _day(text: str) -> datetime | None:
    """The first moment of a day, in UTC.

    Raises:
        HTTPException: it is none.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day.year < 9999 else None
    except ValueError:
        raise HTTPException(400, "A day is written like 2026-01-31. Go back and correct it.") from None
