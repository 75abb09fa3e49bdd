import pytest

from processors.formats.detect import PROGRAM, TEXT, UNKNOWN
from processors.formats.port import Refused
from processors.intake import claim
from processors.intake.stage import FORMATS

ALLOWED = frozenset(FORMATS)
PDF, JPEG, ZIP, GZIP = "application/pdf", "image/jpeg", "application/zip", "application/gzip"
MISMATCH, NOT_ALLOWED = "type_mismatch", "type_not_allowed"


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("a.PDF", PDF),
        ("in/box/letter.v2.jpeg", JPEG),
        ("nodot", ""),
        ("", ""),
        (".", ""),
        ("x.pdf\n", ""),
        ("\u202efdp.exe", PROGRAM),
        ('=cmd|"/c calc"!A1.pdf', PDF),
        ("../../etc/passwd", ""),
        ("x" * 800 + ".tif", "image/tiff"),
        ("a.pdf/b", ""),
        ("table.CSV", TEXT),
        ("Antrag.docm", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_only_a_known_extension_is_a_claim(name: str, claimed: str) -> None:
    assert claim.claimed_type(name) == claimed


@pytest.mark.parametrize(
    ("found", "claimed", "reason"),
    [
        (PDF, PDF, ""),
        (PDF, "", ""),
        (JPEG, PDF, ""),
        (TEXT, TEXT, ""),
        (TEXT, "", ""),
        (TEXT, PDF, MISMATCH),
        (TEXT, "application/json", NOT_ALLOWED),
        (TEXT, "application/msword", MISMATCH),
        (PDF, "application/msword", ""),
        (PDF, "application/json", MISMATCH),
        ("application/x-ole-storage", "application/msword", "damaged"),
        ("application/x-ole-storage", PDF, MISMATCH),
        ("application/x-ole-storage", "", NOT_ALLOWED),
        ("text/html", TEXT, ""),
        ("message/rfc822", PDF, ""),
        ("application/x-encrypted-office", "application/msword", ""),
        (PROGRAM, PDF, MISMATCH),
        (PROGRAM, "application/msword", MISMATCH),
        (PROGRAM, "", NOT_ALLOWED),
        (PROGRAM, PROGRAM, NOT_ALLOWED),
        (ZIP, "", ""),
        (ZIP, PDF, ""),
        (GZIP, "", NOT_ALLOWED),
        (GZIP, "application/json", NOT_ALLOWED),
        (GZIP, PDF, MISMATCH),
        (UNKNOWN, PDF, MISMATCH),
        (UNKNOWN, "", NOT_ALLOWED),
    ],
)
def test_content_against_claim(found: str, claimed: str, reason: str) -> None:
    if not reason:
        claim.check(found, claimed, ALLOWED)
        return
    with pytest.raises(Refused) as refused:
        claim.check(found, claimed, ALLOWED)
    assert refused.value.outcome.reason == reason
    assert refused.value.outcome.details == {"found": found, "claimed": claimed or UNKNOWN}
