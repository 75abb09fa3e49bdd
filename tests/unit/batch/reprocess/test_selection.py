"""A selection is checked before anything is listed, and says what is wrong and what there is."""

from __future__ import annotations

from typing import Any

import pytest

from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.selection import Selection, select
from processors.record.states import State

KNOWN: dict[str, Any] = {"known_agencies": ("tax", "justice"), "known_types": ("receipt", "permit")}


def test_what_is_left_out_leaves_nothing_out() -> None:
    assert select(**KNOWN) == Selection()


def test_names_are_kept_once_and_dates_are_utc() -> None:
    made = select(
        agencies=["tax", "tax"],
        types=["unknown"],
        states=["review"],
        reasons=["confidence_low", "stage_failed", "malware"],
        since="2026-11-24",
        until="2026-11-25T12:00+02:00",
        **KNOWN,
    )
    assert (made.agencies, made.filter.states) == (("tax",), (State.REVIEW,))
    assert made.since is not None
    assert made.until is not None
    assert (made.since.isoformat(), made.until.hour) == ("2026-11-24T00:00:00+00:00", 12)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"agencies": ["tax", "moon"]}, "no agency 'moon'"),
        ({"types": ["recipt"]}, "permit, receipt, unknown"),
        ({"states": ["held"]}, "result, review, quarantined, dead_letter"),
        ({"states": ["arrived"]}, "no end 'arrived'"),
        ({"reasons": ["bad"]}, "docs/reasons.md"),
        ({"since": "yesterday"}, "since: 'yesterday' is no date"),
        ({"until": "31.12.2026"}, "until: '31.12.2026' is no date"),
        ({"since": "2026-11-25", "until": "2026-11-24"}, "Nothing lies between"),
        ({"since": "2026-11-25", "until": "2026-11-25"}, "Nothing lies between"),
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ReprocessError, match=says):
        select(**wrong, **KNOWN)
