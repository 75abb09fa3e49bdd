"""When a stage is taken for broken."""

from __future__ import annotations

import pytest

from processors.events import DeadLettered, Origin
from processors.pipeline import DEAD_LETTERS, QUARANTINE
from processors.ports import Outgoing
from processors.reasons import QuarantineReason
from processors.runtime import brake, writing
from processors.runtime.brake import Brake
from processors.stage import Rejected
from tests.unit.runtime.makers import DOCUMENT
from tests.unit.runtime.shop import NOW


def quarantined(reason: QuarantineReason, agency: str) -> Outgoing:
    trigger = writing.Trigger(DOCUMENT.model_copy(update={"agency": agency}), {}, ())
    answer = writing.outgoing(writing.quarantined(Rejected(reason), trigger, writing.step("ocr"), NOW))
    assert (answer.topic, answer.agency) == (QUARANTINE, agency)
    return answer


def dead_letter(agency: str) -> Outgoing:
    """Of no agency where the record could not be read."""
    letter = DeadLettered(
        document=DOCUMENT.model_copy(update={"agency": agency}) if agency else None,
        reason="stage_failed",
        stage="ocr",
        code_version="1",
        attempt=3,
        origin=Origin(topic="pages.requested", partition=0, offset=0),
        payload_sha256="",
    )
    answer = writing.outgoing(writing.dead_lettered(letter, NOW))
    assert (answer.topic, answer.agency) == (DEAD_LETTERS, agency)
    return answer


def ended(letter: str) -> tuple[Outgoing, ...]:
    """How a piece of work may end, by a letter: a small one of one agency's document, a large one of another's."""
    agency = "tax" if letter.islower() else "justice"
    match letter.lower():
        case "d":
            return (dead_letter(agency),)
        case "c":
            return (quarantined(QuarantineReason.WORK_CRASHED, agency),)
        case "q":
            return (quarantined(QuarantineReason.DAMAGED, agency),)
        case "g":
            return (
                Outgoing("pages.recognised", b"", b"{}", agency=agency),
                Outgoing("documents.recognised", b"", b"{}", agency=agency),
            )
        case "?":
            return (dead_letter(""),)
    return ()


def after(ends: str, *, shared: bool = False) -> bool:
    """Whether the brake is pulled after work that ended so."""
    pulling = Brake(shared=shared)
    for letter in ends:
        pulling.note(ended(letter))
    return pulling.pulled


@pytest.mark.parametrize(
    ("ends", "pulled"),
    [
        ("", False),
        ("dDdD", False),
        ("dDdDd", True),
        ("cCcCc", True),
        ("dcDCd", True),
        ("qQqQqQqQqQqQqQqQqQqQ", False),
        ("gGgGgdDdDd", True),
        ("gGgGgGdDdDd", False),
        ("dgDGdgDGdD", True),
        ("qDqdQdQDqd", True),
        ("gG" * 50 + "dD" * 4 + "d", False),
        ("gG" * 50 + "dD" * 5, True),
        ("dD" * 5 + "gG" * 5 + "g", False),
        ("dDdD" + "-" * 50, False),
        ("dDdD" + "-" * 50 + "d", True),
    ],
)
def test_half_of_the_latest_work_must_fail_and_five_at_least(ends: str, pulled: bool) -> None:
    assert after(ends) is pulled


@pytest.mark.parametrize(
    "ends",
    [
        "c" * 10,
        "c" * 100,
        "G" + "c" * 10,
        "G" + "d" * 10,
        "G" + "cd" * 50,
        # another's one odd document among good ones does not make it two agencies' failure
        "GGGC" + "c" * 16,
    ],
)
def test_one_agency_alone_stops_no_stage_that_others_share(ends: str) -> None:
    assert not after(ends)
    assert not after(ends, shared=True)


@pytest.mark.parametrize("ends", ["c" * 10, "G" + "d" * 10])
def test_if_all_failures_counted_alike_one_agency_would_stop_it(monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    """The control of the test above."""
    monkeypatch.setattr(Brake, "pulled", property(lambda self: brake._broken(self._latest, brake.LEAST)))
    assert after(ends)


@pytest.mark.parametrize(
    "ends",
    [
        # a release that dies over everything: as soon as a second agency's work comes
        "ccccC",
        "c" * 30 + "C",
        "Gg" * 10 + "c" * 19 + "C",
        "ddddD",
        # nobody can read the records: they are of no agency
        "?????",
        "cccc?",
    ],
)
def test_what_hits_everybody_is_a_fault_of_ours(ends: str) -> None:
    assert after(ends, shared=True)


def test_on_a_stage_of_one_agency_its_dead_letters_are_enough_and_its_crashes_are_not() -> None:
    assert after("ddddd")
    assert after("cccccccccc" + "ddddd"), "crashes are left out, and hide nothing"
    assert not after("cccccccccc" + "dddd")
    assert not after("ddddd", shared=True)


def test_what_failed_is_told() -> None:
    pulling = Brake()
    for letter in "gdDdDd":
        pulling.note(ended(letter))
    assert str(pulling) == "5 of the latest 6 pieces of work failed"
