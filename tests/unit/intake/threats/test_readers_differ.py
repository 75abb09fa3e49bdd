"""What one reader gives up on or leaves out, and another may see: it is found all the same, or the file refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.intake.threats import pdf_gaps
from processors.stage import Done, Rejected
from tests.corpus.hostile.blinding import LAUNCH, PDFS
from tests.corpus.hostile.made import packed_pdf
from tests.corpus.hostile.made import pdf as by_hand
from tests.unit.intake.threats.looking import NO_TABLE, through, updated

#: Without a table each reader takes what it finds: the first of two objects, the last, or what lies in a stream
TABLELESS = {
    "in the first of two objects": by_hand(
        catalogue=b"/OpenAction 6 0 R", more=[LAUNCH + b"\nendobj\n6 0 obj\nnull"]
    ).replace(b"startxref\n", NO_TABLE, 1),
    "in the last of two objects": by_hand(
        catalogue=b"/OpenAction 6 0 R", more=[b"null\nendobj\n6 0 obj\n" + LAUNCH]
    ).replace(b"startxref\n", NO_TABLE, 1),
    "in a stream of objects": packed_pdf(LAUNCH, catalogue=b"/OpenAction 6 0 R", deflated=1).replace(
        b"/W[1 4 2]", b"/W[1 4 3]"
    ),
    "spelled with escapes": by_hand(
        catalogue=b"/OpenAction 6 0 R", more=[b"<</S/#4c#61unch/F(a)>>\nendobj\n6 0 obj\nnull"]
    ).replace(b"startxref\n", NO_TABLE, 1),
    "behind the last table": updated(
        by_hand(catalogue=b"/OpenAction 6 0 R", more=[b"null"]), b"6 0 obj %s endobj" % LAUNCH
    )[::-1].replace(b"startxref"[::-1], b"startxxxx"[::-1], 1)[::-1],
}


@pytest.mark.parametrize("way", TABLELESS)
def test_without_a_table_what_stands_in_the_file_counts(tmp_path: Path, way: str) -> None:
    outcome = through(TABLELESS[way], tmp_path)
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.details) == ("active_content", {"found": "launch"})


@pytest.mark.parametrize("way", ["in the first of two objects", "in a stream of objects", "behind the last table"])
def test_one_reader_alone_would_let_it_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """The control of the test above."""
    monkeypatch.setattr(pdf_gaps, "are_in", lambda file, remarks: False)
    assert isinstance(through(TABLELESS[way], tmp_path), Done)


def test_streams_of_objects_that_one_reader_does_not_see_are_not_passed_over(tmp_path: Path) -> None:
    twice = packed_pdf(LAUNCH, catalogue=b"/OpenAction 6 0 R", deflated=1).replace(b"/W[1 4 2]", b"/W[1 4 3]")
    first = twice[twice.index(b"7 0 obj") : twice.index(b"8 0 obj")]
    hidden = twice.replace(first, first + b"7 0 obj null endobj\n")
    outcome = through(hidden, tmp_path)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "damaged"


#: What qpdf gives up on, and other readers need not
GIVEN_UP = {
    "words that mean nothing": PDFS[4],
    "the same in a stream of objects": packed_pdf(
        b"<</S/Launch/F(a)%s>>" % (b" x" * 40), catalogue=b"/OpenAction 6 0 R", deflated=1
    ),
    "a number that is too large": PDFS[5],
    "too many actions behind one another": PDFS[6],
    "an end that is missing": packed_pdf(b"<</S/Launch/F(a", catalogue=b"/OpenAction 6 0 R"),
    "a stream of objects with two beginnings": packed_pdf(
        LAUNCH, catalogue=b"/OpenAction 6 0 R", entries=b"/First 0"
    ),
    "a stream of objects whose beginning is odd": packed_pdf(LAUNCH, catalogue=b"/OpenAction 6 0 R").replace(
        b"6 0 <<", b"6) 0 <<"
    ),
    "two kinds": PDFS[3],
    "two actions": by_hand(catalogue=b"/OpenAction<</S/Launch/F(a)>>/OpenAction[3 0 R/Fit]"),
}
#: and what it cannot even unpack
PACKED = {
    "too many filters": PDFS[7],
    "a filter that nobody knows": packed_pdf(LAUNCH, catalogue=b"/OpenAction 6 0 R", entries=b"/Filter/X"),
    "a stream of objects that is no stream": packed_pdf(
        LAUNCH, catalogue=b"/OpenAction 6 0 R", entries=b"/Filter/FlateDecode"
    ),
}


@pytest.mark.parametrize("way", GIVEN_UP)
def test_what_one_reader_gives_up_on_is_found_word_by_word(tmp_path: Path, way: str) -> None:
    outcome = through(GIVEN_UP[way], tmp_path)
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.details) == ("active_content", {"found": "launch"})


@pytest.mark.parametrize("way", PACKED)
def test_a_file_that_cannot_be_looked_through_is_damaged_and_never_clean(tmp_path: Path, way: str) -> None:
    outcome = through(PACKED[way], tmp_path)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "damaged"


@pytest.mark.parametrize("way", [*GIVEN_UP, *PACKED])
def test_all_of_it_would_pass_if_only_what_was_found_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The control of the tests above: qpdf says of each that it left something out, and goes on."""
    monkeypatch.setattr(pdf_gaps, "are_in", lambda file, remarks: False)
    assert isinstance(through({**GIVEN_UP, **PACKED}[way], tmp_path), Done)
