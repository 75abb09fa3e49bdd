"""What the shipped types' own wordings hand on of a longer value does not become one."""

from __future__ import annotations

import pytest

from processors.config import SCHEMAS
from processors.document_types import load
from processors.extract.choosing import choose
from processors.extract.confidence import Calibration
from processors.extract.labels import LabelReader
from tests.unit.extract.made_pages import page

TYPES = load(SCHEMAS / "documents")
RECEIPT, CONTRACT = TYPES["receipt"], TYPES["nda_contract"]
SHOP = "INDAH GIFT SDN BHD\n"
AGREED = "This Agreement shall continue for a period of"


@pytest.mark.parametrize(
    ("text", "field", "value", "note"),
    [
        ("Date : 12 FEB 20 18", "date", None, "date_ambiguous"),
        ("Date : 12 Mar 20:15", "date", None, "date_ambiguous"),
        ("Date : 12 MAR 20", "date", None, "date_ambiguous"),
        ("Date : 12 MAR 18 20:15", "date", "2018-03-12", None),
        ("Date : 12 MAR 2018 20:15", "date", "2018-03-12", None),
        ("Date : 12/03/20 20:15", "date", "2020-03-12", None),
        ("Date : 12/03/20 19 : 21", "date", "2020-03-12", None),
        ("Date : 12-11-18 13 : 58 SH01", "date", "2018-11-12", None),
        ("Date : 12 NOV 18 13 : 58 SH01", "date", "2018-11-12", None),
        ("Date : 12/03/20 18", "date", None, "date_ambiguous"),
        ("Date : 12/03/20__", "date", None, "date_ambiguous"),
        ("TOTAL 2 100.00", "total", None, "amount_ambiguous"),
        ("TOTAL 2          100.00", "total", "100.00", None),
        ("TOTAL 2,100.00", "total", "2100.00", None),
        ("TOTAL RM 100.00", "total", "100.00", None),
        ("TOTAL 100.00 CR", "total", None, "amount_ambiguous"),
        ("TOTAL $5.00 MM", "total", None, "amount_ambiguous"),
        ("TOTAL $5.00 MILLION", "total", None, "amount_ambiguous"),
        ("TOTAL 5.00 crores", "total", None, "amount_ambiguous"),
        ("TOTAL 5.00 lakh", "total", None, "amount_ambiguous"),
        ("TOTAL 5.00 millones", "total", None, "amount_ambiguous"),
        ("TOTAL 100.00 DR", "total", None, "amount_ambiguous"),
        ("TOTAL 100.00 Dr. Smith", "total", "100.00", None),
        ("TOTAL 100.00 Millie", "total", "100.00", None),
        ("TOTAL 12.99 B", "total", "12.99", None),
    ],
)
def test_of_a_receipt(text: str, field: str, value: str | None, note: str | None) -> None:
    made = page(SHOP + text)
    values, evidence = choose(LabelReader().read([made], RECEIPT), {1: made}, RECEIPT, Calibration())
    assert values[field] == value
    assert note is None or evidence[field].note == note


@pytest.mark.parametrize(
    ("term", "value", "note"),
    [
        ("twenty four months", "24 months", None),
        ("twenty\nfour months", "24 months", None),
        ("twenty-four (24) months", "24 months", None),
        ("one hundred eighty (180) days", "180 days", None),
        ("two (2) years", "2 years", None),
        ("1.5 years", None, "duration_ambiguous"),
        ("1,000 days", "1000 days", None),
        ("2 to 3 years", None, "duration_ambiguous"),
        ("two or three years", None, "duration_ambiguous"),
    ],
)
def test_of_a_contract(term: str, value: str | None, note: str | None) -> None:
    made = page(f"{AGREED} {term} from the date")
    values, evidence = choose(LabelReader().read([made], CONTRACT), {1: made}, CONTRACT, Calibration())
    assert values["term"] == value
    assert note is None or evidence["term"].note == note
