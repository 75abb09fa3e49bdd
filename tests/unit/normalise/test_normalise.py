"""Each normaliser, as a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.normalise import NORMALISERS
from processors.normalise.text import INVISIBLE

TABLE: list[tuple[str, str, str, str | int | None]] = [
    # dates: unambiguous ones
    ("date", "July 23, 2015", "", "2015-07-23"),
    ("date", "23 JUL 2015", "", "2015-07-23"),
    ("date", "Sept. 1, 1965", "", "1965-09-01"),
    ("date", "the 5th day of March, 2011", "", "2011-03-05"),
    ("date", "Feb13/20", "", "2020-02-13"),
    ("date", "2018/02/22", "", "2018-02-22"),
    ("date", "25/12/2018 8:13:39 PM", "", "2018-12-25"),
    ("date", "12/25/2018", "", "2018-12-25"),
    ("date", "05/05/2015", "", "2015-05-05"),
    # ambiguous unless the type fixes the order
    ("date", "03/04/21", "", None),
    ("date", "03/04/2021", "", None),
    ("date", "03/04/21", "MDY", "2021-03-04"),
    ("date", "03/04/21", "DMY", "2021-04-03"),
    ("date", "03/04/21", "YMD", "2003-04-21"),
    ("date", "25/12/2018", "MDY", None),
    ("date", "07/23/98", "MDY", "1998-07-23"),
    # two digits behind a month that are half a year, the blank of a form, a clock, another day, an amount
    ("date", "March 5, 20 21", "", None),
    ("date", "5th day of March, 20__", "", None),
    ("date", "5th day of March, 20 __", "", None),
    ("date", "March 5, 19 99", "", None),
    ("date", "March 5 10:30", "", None),
    ("date", "12 FEB 20 18", "", None),
    ("date", "12 Mar 20:15", "", None),
    ("date", "12 Mar 15:30", "", None),
    ("date", "12 Mar 18 25", "", None),
    ("date", "September 3, 20", "", None),
    ("date", "Dec 31, 20", "", None),
    ("date", "5 de marzo de 20", "", None),
    ("date", "August 1-31, 1992", "", None),
    ("date", "June 20-24, 2005", "", None),
    ("date", "April 19 - 28", "", None),
    ("date", "1 - July 31", "", None),
    ("date", "JUL. 15 11,188.87", "", None),
    ("date", "12/25/20 18", "MDY", None),
    ("date", "3/5/20__", "MDY", None),
    # and such as are a year
    ("date", "28 MAR 18", "", "2018-03-28"),
    ("date", "05 MAY 18 20:16:19", "", "2018-05-05"),
    ("date", "05 MAY 20 20:16:19", "", "2020-05-05"),
    ("date", "February 28, 14", "", "2014-02-28"),
    ("date", "Sept 17/01", "", "2001-09-17"),
    ("date", "12-FEB-20", "", "2020-02-12"),
    ("date", "12FEB20", "", "2020-02-12"),
    ("date", "May-24-16", "", "2016-05-24"),
    ("date", "12/25/20 18:30", "MDY", "2020-12-25"),
    ("date", "05 MAY 20 20 : 16", "", "2020-05-05"),
    ("date", "March 5, 2021", "", "2021-03-05"),
    # two dates, no dates, impossible dates
    ("date", "03/31/20-04/06/20", "MDY", None),
    ("date", "February 30, 2015", "", None),
    ("date", "July 2015", "", None),
    ("date", "tomorrow", "", None),
    ("amount", "$5,625.00", "", "5625.00"),
    ("amount", "RM 9.00", "", "9.00"),
    ("amount", "1.234,56 €", "", "1234.56"),
    ("amount", "5,625", "", "5625.00"),
    ("amount", "(1,200.00)", "", "-1200.00"),
    ("amount", "$(1,200.00)", "", "-1200.00"),
    ("amount", "-12.50", "", "-12.50"),
    ("amount", "\u221212.50", "", "-12.50"),
    ("amount", "12.50-", "", "-12.50"),
    ("amount", "0.00", "", "0.00"),
    ("amount", "1.234", "", None),
    ("amount", "2 100.00", "", None),
    ("amount", "500.00CR", "", "-500.00"),
    ("amount", "500.00 CR", "", "-500.00"),
    ("amount", "1,000.00 DR", "", "1000.00"),
    ("amount", "1,000.00-DR", "", None),
    ("amount", "(5.00) DR", "", None),
    ("amount", "$5M", "", None),
    ("amount", "$5 mil", "", None),
    ("amount", "$1.5M", "", None),
    ("amount", "5K", "", None),
    ("amount", "1 PC", "", None),
    ("amount", "9.00 RM", "", "9.00"),
    ("amount", "5.00 EUR", "", "5.00"),
    ("amount", "5 Euro", "", "5.00"),
    ("amount", "CHF 1’234.50", "", "1234.50"),  # noqa: RUF001
    ("amount", "12.50 14.00", "", None),
    ("amount", "free", "", None),
    ("amount", "$5 MM", "", None),
    ("amount", "5 lakh", "", None),
    ("amount", "5.00 usd", "", "5.00"),
    ("amount", "5.00 Usd", "", "5.00"),
    ("amount", "$5.00 US", "", "5.00"),
    ("amount", "500元", "", "500.00"),
    ("amount", "500円", "", "500.00"),
    ("amount", "5 SFr", "", "5.00"),
    ("amount", "5.00 (USD)", "", "5.00"),
    ("amount", "(USD) 5.00", "", "5.00"),
    ("amount", "5.00 (CR)", "", "-5.00"),
    # codes that are words, or that nobody pays with any more
    ("amount", "5 cup", "", None),
    ("amount", "5 std", "", None),
    # letters of taxes behind cents; not those that stand for more
    ("amount", "12.99 N", "", "12.99"),
    ("amount", "5.00 T", "", "5.00"),
    ("amount", "(5.00) T", "", None),
    ("amount", "{July08} ÷ ∅=", "", None),
    ("amount", "5 T", "", None),
    ("amount", "1.50 K", "", None),
    ("amount", "1.50 L", "", None),
    ("amount", "1.50 M", "", None),
    ("amount", "1.50 B", "", None),
    # a crore
    ("amount", "₹5 Cr", "", None),
    ("amount", "Rs 5 Cr", "", None),
    ("amount", "5.00 Cr", "", "-5.00"),
    ("text", "  two \n lines\u202e ", "", "two lines"),
    ("text", "\u200b \u202e", "", None),
    ("name", "_ Podesta Group, Inc.", "", "Podesta Group, Inc."),
    ("name", "“Kite Pharma”,", "", "Kite Pharma"),
    ("name", "Interactive Data Corporation, a Delaware corporation", "", "Interactive Data Corporation"),
    ("name", "Bank of Logan, an Ohio banking corporation having its offices", "", "Bank of Logan"),
    ("name", "Benny Ward (“Employee”) in favor of Acme, Inc.", "", "Benny Ward"),
    ("name", "BEMED (SP) SDN. BHD.", "", "BEMED (SP) SDN. BHD."),
    ("name", "Ward, A Trust Company", "", "Ward, A Trust Company"),
    ("name", "--", "", None),
    ("identifier", "#950658-1.", "", "950658-1"),
    ("identifier", "...", "", None),
    ("integer", "1,234", "", 1234),
    ("integer", "1.5", "", None),
    ("integer", "2 100", "", None),
    ("duration", "two (2) years", "", "2 years"),
    ("duration", "twenty-four (24) months", "", "24 months"),
    ("duration", "18 months", "", "18 months"),
    ("duration", "one-year", "", "1 year"),
    ("duration", "two (3) years", "", None),
    ("duration", "some years", "", None),
    ("duration", "twenty four months", "", "24 months"),
    ("duration", "one hundred twenty days", "", "120 days"),
    ("duration", "one hundred and eighty (180) days", "", "180 days"),
    ("duration", "a hundred days", "", "100 days"),
    ("duration", "two thousand five hundred days", "", "2500 days"),
    ("duration", "seventy days", "", "70 days"),
    ("duration", "eighty-five days", "", "85 days"),
    ("duration", "1,000 days", "", "1000 days"),
    ("duration", "December 31, 2016, three years", "", "3 years"),
    ("duration", "1.5 years", "", None),
    ("duration", "2-3 years", "", None),
    ("duration", "2 to 3 years", "", None),
    ("duration", "two or three years", "", None),
    ("duration", "12345 days", "", None),
    ("duration", "two three years", "", None),
    ("duration", "two years and six months", "", None),
    ("duration", "a year and six months", "", None),
]


@pytest.mark.parametrize(("name", "text", "order", "value"), TABLE)
def test_the_text_has_this_value(name: str, text: str, order: str, value: str | int | None) -> None:
    result = NORMALISERS[name](text, date_order=order)
    assert result.value == value
    assert (result.value is None) == bool(result.note)


@pytest.mark.parametrize(
    ("name", "text", "note"),
    [
        ("date", "03/04/21", "date_ambiguous"),
        ("amount", "1.234", "amount_ambiguous"),
        ("date", "x", "no_date"),
        ("date", "March 5, 20 21", "date_ambiguous"),
        ("date", "March 5 10:30", "date_ambiguous"),
        ("amount", "2 100.00", "amount_ambiguous"),
        ("amount", "$5M", "no_amount"),
        ("duration", "1.5 years", "duration_ambiguous"),
        ("duration", "some years", "no_duration"),
    ],
)
def test_the_note_says_why_there_is_no_value(name: str, text: str, note: str) -> None:
    assert NORMALISERS[name](text).note == note


@given(st.sampled_from(sorted(NORMALISERS)), st.text(max_size=60), st.sampled_from(["", "MDY", "DMY"]))
def test_no_text_breaks_a_normaliser_and_nothing_invisible_passes(name: str, text: str, order: str) -> None:
    result = NORMALISERS[name](text, date_order=order)
    assert not INVISIBLE.search(str(result.value or ""))
    assert result == NORMALISERS[name](text, date_order=order)
