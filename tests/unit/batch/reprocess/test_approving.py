"""A word counts only about a run that is finished and was compared since."""

from __future__ import annotations

import pytest

from processors.batch.reprocess.approving import approve, reject
from processors.batch.reprocess.comparing import compare
from processors.batch.reprocess.emitting import emit
from processors.batch.reprocess.errors import ReprocessError
from tests.unit.batch.reprocess.office import LATER, Office, unhurried


def test_it_is_finished_and_compared_before_it_is_approved(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = office.plan()
    compare(office.doors, made)
    with pytest.raises(ReprocessError, match="1 of 1 documents of one have no new end yet"):
        approve(office.doors, made, "Ben", "", LATER)
    emit(office.doors, made, made.chunks[0], unhurried())
    office.work()
    with pytest.raises(ReprocessError, match="Nobody has compared one since it was finished"):
        approve(office.doors, made, "Ben", "", LATER)
    report = compare(office.doors, made)
    with pytest.raises(ReprocessError, match="was compared again since its report was shown"):
        approve(office.doors, made, "Ben", "", LATER, "0" * 64)
    decided = approve(office.doors, made, "Ben", "looks right", LATER, report.digest)
    assert (decided.word, decided.reason, decided.report) == ("approved", "looks right", report.digest)
    compare(office.doors, made)
    assert approve(office.doors, made, "Ben", "again", LATER) == decided


def test_what_is_not_finished_can_be_rejected(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = office.plan()
    assert reject(office.doors, made, "Ben", "mistaken", LATER).report == ""
    with pytest.raises(ReprocessError, match="Ben has rejected one already"):
        approve(office.doors, made, "Cleo", "", LATER)
