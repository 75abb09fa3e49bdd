"""Names in a PDF that are no text are the document's business: intake must not fail over them, nor three times."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.agencies import Policies
from processors.config import Limits
from processors.intake.stage import Intake
from processors.stage import Done, Outcome, Rejected
from tests.corpus import make
from tests.corpus.hostile.made import pdf, stream

#: More than the last bytes in which an end is looked for
GATEWAYS_LINES = b"\n" * 5000


def through(content: bytes, folder: Path) -> Outcome:
    file = folder / "a.pdf"
    file.write_bytes(content)
    (scratch := folder / "scratch").mkdir()
    return Intake(Limits(), {}, Policies()).process(make.upload(file, scratch))


@pytest.mark.parametrize("name", [b"(\xef\xbb\xbfa\xff.txt)", b"<feffd800>", b"/a#ff", b"[]", b"9 0 R"])
def test_a_file_is_attached_under_a_name_that_is_none(tmp_path: Path, name: bytes) -> None:
    spec = b"<</Type/Filespec/F%s/EF<</F 7 0 R>>>>" % name
    outcome = through(pdf(catalogue=b"/AF[6 0 R]", more=[spec, stream(b"inside")]), tmp_path)
    assert isinstance(outcome, Done)
    (attached,) = outcome.enclosures
    assert attached.path.read_bytes() == b"inside"
    assert attached.untrusted_name == ("a\ufffd.txt" if b"txt" in name else "unnamed")


def test_a_page_without_an_end_behind_it_draws_forms_of_such_names(tmp_path: Path) -> None:
    whole = pdf(resources=b"/XObject<</#ff#fe 6 0 R>>", more=[stream(b"", b"/Subtype/Form/BBox[0 0 9 9]")])
    assert isinstance(through(whole + GATEWAYS_LINES, tmp_path), Done)


def test_what_is_drawn_and_is_not_there_is_missed_under_such_a_name_too(tmp_path: Path) -> None:
    """The control: the look at such files still finds what was cut off."""
    outcome = through(pdf(resources=b"/XObject<</#ff#fe 5 0 R>>") + GATEWAYS_LINES, tmp_path)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "damaged"
