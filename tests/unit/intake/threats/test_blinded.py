"""What acts in a PDF is found, whatever stands beside it to keep a look from coming to its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from processors.formats.port import Refused
from processors.intake.threats import pdf
from processors.intake.threats.finding import Finding
from processors.stage import Done, Rejected
from tests.corpus.hostile.blinding import LAUNCH
from tests.corpus.hostile.made import packed_pdf, stream
from tests.corpus.hostile.made import pdf as by_hand
from tests.unit.intake.threats.looking import NO_TABLE, NOTE, found, locked, through, updated

BY_ITSELF = b"/OpenAction 7 0 R"
#: Ways to hide an action that starts a program, and the way to it
HIDDEN = {
    "behind a name that is no text": by_hand(catalogue=BY_ITSELF, more=[b"<</S/#ff#fe/AA(x)>>", LAUNCH]),
    "behind a note of such a kind": by_hand(catalogue=BY_ITSELF, more=[b"<</Subtype/#ff#fe/EF(x)>>", LAUNCH]),
    "behind such a key": by_hand(catalogue=BY_ITSELF, more=[b"<</#ff#fe 1/S/GoTo/AA<</#ff 1>>>>", LAUNCH]),
    "behind odd numbers": by_hand(catalogue=BY_ITSELF, more=[b"<</AA<</X 1.2.3/Y -./Z 1e400>>>>", LAUNCH]),
    "behind odd filters": by_hand(
        catalogue=BY_ITSELF, more=[stream(b"", b"/Filter[/#ff(x)1.5<<>>[/Fl]7 0 R]"), LAUNCH]
    ),
    "behind a stream that ends nowhere": by_hand(
        catalogue=BY_ITSELF, more=[b"<</Length 6 0 R>>stream\nx\nendstream", LAUNCH]
    ),
    "its kind spelled with escapes": by_hand(catalogue=BY_ITSELF, more=[b"null", b"<</S/#4c#61unch/F(a)>>"]),
    "its kind elsewhere": by_hand(catalogue=BY_ITSELF, more=[b"/Launch", b"<</S 6 0 R/F(a)>>"]),
    "its kind as a text": by_hand(catalogue=BY_ITSELF, more=[b"null", b"<</S(Launch)/F(a)>>"]),
    "in a stream of objects": packed_pdf(b"null", LAUNCH, catalogue=BY_ITSELF, deflated=1),
    "in one that is packed twice": packed_pdf(b"null", LAUNCH, catalogue=BY_ITSELF, deflated=2),
    "encrypted, with an empty password": locked(by_hand(catalogue=BY_ITSELF, more=[b"null", LAUNCH])),
    "encrypted, in a stream of objects": locked(packed_pdf(b"null", LAUNCH, catalogue=BY_ITSELF)),
    "in an update": updated(
        by_hand(), b"1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction 6 0 R>> endobj", b"6 0 obj %s endobj" % LAUNCH
    ),
    "in an update of an update": updated(
        updated(by_hand(catalogue=b"/OpenAction 6 0 R", more=[b"null"]), b"6 0 obj null endobj"),
        b"6 0 obj %s endobj" % LAUNCH,
    ),
    "in a circle of actions": by_hand(
        catalogue=b"/OpenAction 6 0 R", more=[b"<</S/GoTo/Next 7 0 R>>", b"<</S/Launch/F(a)/Next 6 0 R>>"]
    ),
    "behind other actions": by_hand(
        catalogue=b"/OpenAction 6 0 R", more=[b"<</S/GoTo/Next[7 0 R]>>", b"<</S/Named/Next<</S/Launch/F(a)>>>>"]
    ),
    "deep within": by_hand(catalogue=b"/OpenAction 6 0 R", more=[b"<</Next" * 400 + LAUNCH + b">>" * 400]),
    "at a click": by_hand(page=NOTE % (b"/A" + LAUNCH)),
    "at a glance": by_hand(page=NOTE % (b"/AA<</E 6 0 R>>"), more=[LAUNCH]),
    "in a tree of names": by_hand(
        catalogue=b"/Names<</JavaScript<</Kids[6 0 R]>>>>",
        more=[b"<</Kids[7 0 R]>>", b"<</Names[(a)%s]>>" % LAUNCH],
    ),
    "beside what it refers to": by_hand(catalogue=BY_ITSELF, more=[b"<</X 6 0 R/Y[6 0 R 7 0 R]>>", LAUNCH]),
    "its number of another generation": by_hand(catalogue=BY_ITSELF, more=[b"null", LAUNCH]).replace(
        b"7 0 obj", b"7 5 obj"
    ),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_a_program_that_is_started_is_found(tmp_path: Path, way: str) -> None:
    assert Finding.LAUNCH in found(HIDDEN[way], tmp_path)


@pytest.mark.parametrize("way", HIDDEN)
def test_and_its_file_is_refused(tmp_path: Path, way: str) -> None:
    outcome = through(HIDDEN[way], tmp_path)
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.details) == ("active_content", {"found": "launch"})


def test_an_object_that_cannot_be_walked_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever pikepdf may raise of a document in times to come."""

    def inside(start: pikepdf.Object) -> Iterator[Finding]:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "as once of a name")

    monkeypatch.setattr(pdf, "_inside", inside)
    with pytest.raises(Refused) as refused:
        found(by_hand(catalogue=BY_ITSELF, more=[b"null", LAUNCH]), tmp_path)
    assert refused.value.outcome.reason == "damaged"


#: Faults that real PDFs have, and which hide nothing
MENDED = {
    "a table of places that is wrong": by_hand().replace(b"0000000", b"0000001", 4),
    "a table of places that is not where it should be": by_hand().replace(b"startxref\n", b"startxref\n9"),
    "an object without its end": by_hand(more=[b"<</X 1>>"]).replace(b"<</X 1>>\nendobj", b"<</X 1>>"),
    "no table, and links": by_hand(page=NOTE % b"/A<</S/URI/URI(http://a)>>").replace(b"startxref\n", NO_TABLE, 1),
    "a key that stands twice": by_hand(catalogue=b"/Lang(en)/Lang(de)"),
    "a kind of stream that is wrong": packed_pdf(b"<</X 1>>", entries=b"/Type/X"),
    "words that mean nothing": by_hand(more=[b"<</X x>>"]),
    "a number that is none": by_hand(catalogue=b"/X 1.2.3"),
    "names that are no text": by_hand(resources=b"/ExtGState<</#ff#fe<<>>>>"),
}


@pytest.mark.parametrize("fault", MENDED)
def test_what_readers_mend_is_still_read(tmp_path: Path, fault: str) -> None:
    assert isinstance(through(MENDED[fault], tmp_path), Done)


@pytest.mark.parametrize(
    "behind",
    [b"<</S/URI/URI(http://a)>>", b"[<</S/URI/URI(http://a)>>]", b"[<</S/GoTo>>6 0 R]", b"<</S/Named/Next 6 0 R>>"],
)
def test_an_address_is_opened_without_a_click_also_behind_another_action(tmp_path: Path, behind: bytes) -> None:
    first = b"<</S/GoTo/D[3 0 R/Fit]/Next%s>>" % behind
    last = b"<</S/URI/URI(http://a)/Next 6 0 R>>"
    assert Finding.OPENS_LINK in found(by_hand(catalogue=b"/OpenAction" + first, more=[last]), tmp_path)
    assert Finding.OPENS_LINK in found(by_hand(page=NOTE % (b"/AA<</E%s>>" % first), more=[last]), tmp_path)
    assert Finding.OPENS_LINK not in found(by_hand(page=NOTE % (b"/A" + first), more=[last]), tmp_path)
