import pytest

from processors.ocr.layer_quality import LayerFacts, judge

PROSE = tuple(("The applicant filed the annual report on 14 March 2024 with the Office of Records " * 6).split())
#: What a subset font with a wrong character map gives: each letter is another one.
TEXT = (
    "applicant filed annual report office records invoice number total amount payable within thirty receipt "
    "letter registrant northern lakes heritage foundation agency principal address contract"
)
SHIFTED = tuple(
    "".join(chr((ord(letter) - ord("a") + 2) % 26 + ord("a")) for letter in word)
    for word in sorted(set(TEXT.lower().split()))
    if word.isalpha()
)
CODES = ("MTWTFSS", "KXTV", "WDBJ", "QTRLY", "SPTS") * 9
STAMP = ("Case", "4:08-cv-02214-SBA", "Document", "26", "Filed", "01/29/2009", "Page", "1", "of", "2")


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (LayerFacts(PROSE, 0.0), "good"),
        (LayerFacts(PROSE, 1.0), "good"),
        (LayerFacts((), 0.0), "short"),
        (LayerFacts(("Page", "3"), 0.0), "short"),
        (LayerFacts(STAMP, 0.2), "good"),
        (LayerFacts(STAMP, 0.9), "stamp"),
        (LayerFacts((), 1.0, ghost_words=80), "invisible"),
        (LayerFacts(PROSE, 1.0, ghost_words=1), "invisible"),
        (LayerFacts(PROSE, 0.0, ghost_words=4), "good"),
        (LayerFacts(PROSE, 0.0, ghost_words=40), "invisible"),
        (LayerFacts(PROSE, 0.0, unseen_words=4), "good"),
        (LayerFacts(PROSE, 0.0, unseen_words=40), "invisible"),
        (LayerFacts((*PROSE, *("\ufffd\ufffd",) * 8), 0.0), "garbled"),
        (LayerFacts(("\ue001\ue002\ue003",) * 30, 0.0), "garbled"),
        (LayerFacts(("\x01\x02ab",) * 30, 0.0), "garbled"),
        (LayerFacts(SHIFTED, 0.0), "garbled"),
        (LayerFacts((*PROSE, *CODES), 0.0), "good"),
        (LayerFacts(("!\"#$%&'()",) * 30, 0.0), "unwordly"),
        (LayerFacts(("x" * 60,) * 30, 0.0), "unwordly"),
        (LayerFacts((*PROSE, *(".",) * 400), 0.0), "good"),
        (LayerFacts((*PROSE, "." * 90, "_" * 60), 0.0), "good"),
        (LayerFacts(("12.50", "1,300.00", "7", "88", "%", "14", "2024-05-01", "3.1") * 9, 0.0), "good"),
        (LayerFacts(("Łódź", "Müller", "Straße", "Ελλάδα", "Привет", "東京都") * 9, 0.0), "good"),
    ],
)
def test_verdicts(facts: LayerFacts, verdict: str) -> None:
    assert judge(facts) == verdict
