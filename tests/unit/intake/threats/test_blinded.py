"""What acts is found or its file refused, whatever stands beside it to keep a look from coming to its end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from processors.agencies import Policies, Policy
from processors.config import Limits
from processors.formats.port import Refused
from processors.intake.stage import Intake
from processors.intake.threats import pdf, pdf_gaps, pdf_rebuilt
from processors.intake.threats.finding import Finding
from processors.stage import Done, Outcome, Rejected
from tests.corpus import make
from tests.corpus.hostile.blinding import LAUNCH, PDFS
from tests.corpus.hostile.made import packed_pdf, stream
from tests.corpus.hostile.made import pdf as by_hand

BY_ITSELF = b"/OpenAction 7 0 R"
NOTE = b"/Annots[<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]%s>>]"


def through(content: bytes, folder: Path, name: str = "a.pdf") -> Outcome:
    """What intake makes of it, where an agency takes everything that it may take."""
    file = folder / name
    file.write_bytes(content)
    (scratch := folder / "scratch").mkdir()
    policy = Policy(active_content="pixels", macros="pixels", external_references="pixels")
    return Intake(Limits(), {}, Policies({"a": policy})).process(make.upload(file, scratch))


def found(content: bytes, folder: Path) -> frozenset[Finding]:
    file = folder / "a.pdf"
    file.write_bytes(content)
    return pdf.findings(file, Limits())


def locked(content: bytes) -> bytes:
    """Encrypted, with a password for its owner alone: everybody can open it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    return out.getvalue()


def updated(content: bytes, *objects: bytes) -> bytes:
    """With an incremental update behind it; the objects come with their numbers."""
    before = int(content.split(b"startxref\n")[-1].split(b"\n")[0])
    out, table = bytearray(content), b""
    for one in objects:
        table += b"%d 1\n%010d 00000 n \n" % (int(one.split()[0]), len(out))
        out += one + b"\n"
    start = len(out)
    out += b"xref\n%strailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (table, before, start)
    return bytes(out)


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


NO_TABLE = b"startxref\n0\n"
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
    monkeypatch.setattr(pdf_rebuilt, "readers_differ", lambda file, remarks: False)
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
        b"<</S/Launch/F(a)%s>>" % (b" x" * 40), catalogue=b"/OpenAction 6 0 R"
    ),
    "a number that is too large": PDFS[5],
    "too many actions behind one another": PDFS[6],
    "too many filters": PDFS[7],
    "a filter that nobody knows": packed_pdf(LAUNCH, catalogue=b"/OpenAction 6 0 R", entries=b"/Filter/X"),
    "a stream of objects that is no stream": packed_pdf(
        LAUNCH, catalogue=b"/OpenAction 6 0 R", entries=b"/Filter/FlateDecode"
    ),
    "a stream of objects with two beginnings": packed_pdf(
        LAUNCH, catalogue=b"/OpenAction 6 0 R", entries=b"/First 0"
    ),
    "an end that is missing": packed_pdf(b"<</S/Launch/F(a", catalogue=b"/OpenAction 6 0 R"),
    "two kinds": PDFS[3],
    "two actions": by_hand(catalogue=b"/OpenAction<</S/Launch/F(a)>>/OpenAction[3 0 R/Fit]"),
}


@pytest.mark.parametrize("way", GIVEN_UP)
def test_a_file_that_cannot_be_looked_through_is_damaged_and_never_clean(tmp_path: Path, way: str) -> None:
    outcome = through(GIVEN_UP[way], tmp_path)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "damaged"


@pytest.mark.parametrize("way", GIVEN_UP)
def test_all_of_it_would_pass_if_only_what_was_found_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The control of the test above: qpdf says of each that it left something out, and goes on."""
    monkeypatch.setattr(pdf_gaps, "are_told", lambda remarks: False)
    assert isinstance(through(GIVEN_UP[way], tmp_path), Done)


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
