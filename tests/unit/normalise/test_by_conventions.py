"""Normalisers that heed the conventions of their field, and those with a library behind them, as a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.normalise import FAILED_CHECKS, NORMALISERS, Conventions
from processors.normalise.comparing import comparable
from processors.normalise.months import LANGUAGES, months
from processors.normalise.text import INVISIBLE

C = Conventions
PLAIN = C()
EIN, SSN, IBAN, VAT, LUHN = (C(id_kind=kind) for kind in ("us.ein", "us.ssn", "iban", "eu.vat", "luhn"))
US = C(country="US")

#: normaliser, text, conventions, value; None with the note that says why
TABLE: list[tuple[str, str, Conventions, str | None, str]] = [
    ("date", "5 de marzo de 2011", PLAIN, "2011-03-05", ""),
    ("date", "le 1er janvier 2020", PLAIN, "2020-01-01", ""),
    ("date", "14 juil. 2019", PLAIN, "2019-07-14", ""),
    ("date", "5. März 2011", PLAIN, "2011-03-05", ""),
    ("date", "5 Marz 2011", PLAIN, "2011-03-05", ""),
    ("date", "3 mei 2021", PLAIN, "2021-05-03", ""),
    ("date", "3 mei 2021", C(locale="de"), None, "no_date"),
    ("date", "12 août 1999", C(locale="fr"), "1999-08-12", ""),
    ("date", "12 August 1999", C(locale="fr"), "1999-08-12", ""),
    ("date", "12 czerwca 1999", C(locale="pl"), "1999-06-12", ""),
    # misread names are names, other words that begin so are none
    ("date", "Septebmer 20, 1993", PLAIN, "1993-09-20", ""),
    ("date", "Aprit 30, 2017", PLAIN, "2017-04-30", ""),
    ("date", "Septmber 20, 1993", PLAIN, "1993-09-20", ""),
    ("date", "Mayor 4.25", PLAIN, None, "no_date"),
    ("date", "Joel Jankowsk 9/23/93", C(date_order="MDY"), "1993-09-23", ""),
    ("date", "Exhibit 7.1 March 21, 2011", PLAIN, "2011-03-21", ""),
    ("date", "February 30, 2015", PLAIN, None, "date_impossible"),
    ("date", "13/13/2013", PLAIN, None, "date_impossible"),
    ("date", "25/12/2018", C(date_order="MDY"), None, "date_impossible"),
    ("date", "03/04/21", PLAIN, None, "date_ambiguous"),
    ("amount", "1.234", C(locale="de"), "1234.00", ""),
    ("amount", "1.234,50 €", C(locale="de"), "1234.50", ""),
    ("amount", "(1.200,00)", C(locale="nl"), "-1200.00", ""),
    ("amount", "EUR 1'234.50", C(locale="de_CH"), "1234.50", ""),
    ("amount", "1 234,50 €", C(locale="fr"), "1234.50", ""),
    ("amount", "5,625.00", C(locale="en"), "5625.00", ""),
    ("amount", "1,234.50", C(locale="de"), None, "amount_ambiguous"),
    ("amount", "1,234", C(locale="de"), None, "amount_ambiguous"),
    ("amount", "12.50", C(locale="de"), None, "amount_ambiguous"),
    ("amount", "1.234", C(locale="en_US"), None, "amount_ambiguous"),
    ("amount", "2 100,00", C(locale="fr"), "2100.00", ""),
    ("amount", "2 100,00", C(locale="sv_SE"), "2100.00", ""),
    ("amount", "2 100,00", C(locale="de"), None, "amount_ambiguous"),
    ("amount", "2 100.00", C(locale="en_US"), None, "amount_ambiguous"),
    ("currency", "ALL $5", US, None, "currency_ambiguous"),
    ("currency", "EUR $5", US, None, "currency_ambiguous"),
    ("currency", "TOTAL ALL", PLAIN, None, "no_currency"),
    ("currency", "ON TOP OF IT", PLAIN, None, "no_currency"),
    ("currency", "TRY IT, $5", US, "USD", ""),
    ("currency", "ALL 500", PLAIN, "ALL", ""),
    ("currency", "ALL", PLAIN, "ALL", ""),
    ("currency", "CAD $5", US, "CAD", ""),
    ("currency", "USD -$5", PLAIN, "USD", ""),
    ("currency", "(5.00) EUR", PLAIN, "EUR", ""),
    ("currency", "USD 5 EUR", PLAIN, None, "currency_ambiguous"),
    ("currency", "€", PLAIN, "EUR", ""),
    ("currency", "5,00 EUR", PLAIN, "EUR", ""),
    ("currency", "US$ 5", PLAIN, "USD", ""),
    ("currency", "$ 5.00", PLAIN, None, "currency_ambiguous"),
    ("currency", "$ 5.00", US, "USD", ""),
    ("currency", "$", C(locale="en_CA"), "CAD", ""),
    ("currency", "RM 9.00", C(country="MY"), "MYR", ""),
    ("currency", "100 kr", C(country="SE"), "SEK", ""),
    ("currency", "USD / EUR", PLAIN, None, "currency_ambiguous"),
    ("currency", "THE SUM", PLAIN, None, "no_currency"),
    ("currency", "5.00 (USD)", PLAIN, "USD", ""),
    ("currency", "$5.00 (USD)", PLAIN, "USD", ""),
    ("currency", "(USD) 5.00", PLAIN, "USD", ""),
    ("currency", "[EUR] 5.00", PLAIN, "EUR", ""),
    ("currency", "Amount in USD", PLAIN, "USD", ""),
    ("currency", "Amount (in USD)", PLAIN, "USD", ""),
    ("currency", "TOTAL USD", PLAIN, "USD", ""),
    ("currency", "USD or EUR", PLAIN, None, "currency_ambiguous"),
    ("currency", "5.00 usd", PLAIN, "USD", ""),
    ("currency", "5 cup", PLAIN, None, "no_currency"),
    ("currency", "Iron Mnt 49801", PLAIN, None, "no_currency"),
    ("currency", "ACME SDN BHD", PLAIN, None, "no_currency"),
    ("currency", "5.00 SEK", PLAIN, "SEK", ""),
    ("currency", "5.00 (ALL INCLUSIVE)", PLAIN, None, "no_currency"),
    ("currency", "ACME PTE LTD", PLAIN, None, "no_currency"),
    ("currency", "$5.00 US", C(country="CA"), "USD", ""),
    ("currency", "$5.00 USEFUL", C(country="CA"), "CAD", ""),
    ("amount", "5 Cr", C(country="IN"), None, "amount_ambiguous"),
    ("person", "A" * 301, PLAIN, None, "no_person"),
    ("phone", "(202) 514-2000", US, "+12025142000", ""),
    ("phone", "(202) 514-2000 x12", US, "+12025142000", ""),
    ("phone", "+49 30 901820", US, "+4930901820", ""),
    ("phone", "03-5543 2123", C(country="MY"), "+60355432123", ""),
    ("phone", "(202) 514-2000", PLAIN, None, "phone_ambiguous"),
    ("phone", "555-1234", US, None, "phone_impossible"),
    ("phone", "call us", US, None, "no_phone"),
    ("person", "Antelo, Cristina", PLAIN, "Antelo, Cristina", ""),
    ("person", "Antelo, Cristina", C(name_order="given_first"), "Cristina Antelo", ""),
    ("person", "Cristina Antelo", C(name_order="family_first"), "Antelo, Cristina", ""),
    ("person", "John Q. Public Jr.", C(name_order="family_first"), "Public, John Q., Jr.", ""),
    ("person", "_ Cristina Antelo |", PLAIN, "Cristina Antelo", ""),
    ("person", "Room 5", PLAIN, None, "no_person"),
    ("registered_id", "91-1144442", EIN, "911144442", ""),
    ("registered_id", "#91-1144442.", EIN, "911144442", ""),
    ("registered_id", "07-1144442", EIN, None, "id_format"),
    ("registered_id", "123-45-6789", SSN, "123456789", ""),
    ("registered_id", "GR16 0110 1050 0000 1054 7023 795", IBAN, "GR1601101050000010547023795", ""),
    ("registered_id", "GR16 0110 1050 0000 1054 7023 796", IBAN, None, "id_checksum"),
    ("registered_id", "DE136695976", VAT, "DE136695976", ""),
    ("registered_id", "DE136695977", VAT, None, "id_checksum"),
    ("registered_id", "78949", LUHN, "78949", ""),
    ("registered_id", "7894", LUHN, None, "id_checksum"),
    ("registered_id", "78949", PLAIN, None, "no_id_kind"),
    ("registered_id", "--", LUHN, None, "no_identifier"),
    ("address", "27 , JALAN DEDAP 13,,\n TAMAN, ", PLAIN, "27, JALAN DEDAP 13, TAMAN", ""),
    ("address", "1001 G Street NW, Suite 900, Washington, DC 20001", US,
     "1001 G Street NW, Suite 900, Washington, DC 20001", ""),
    ("address", "PO Box 12, Reno, NV 89501", US, "PO Box 12, Reno, NV 89501", ""),
    ("address", "Washington DC", US, None, "address_incomplete"),
    ("address", "Washington DC", PLAIN, "Washington DC", ""),
    ("address", ", -", PLAIN, None, "no_address"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "conventions", "value", "note"), TABLE)
def test_the_text_has_this_value(
    name: str, text: str, conventions: Conventions, value: str | None, note: str
) -> None:
    result = NORMALISERS[name](text, conventions)
    assert (result.value, result.note) == (value, note)


def test_notes_of_failed_checks_are_notes_that_a_normaliser_gives() -> None:
    given = {note for *_, note in TABLE} | {NORMALISERS["duration"]("two (3) years").note}
    assert given >= FAILED_CHECKS


def test_a_month_has_its_names_in_all_our_languages_and_none_means_two() -> None:
    ours = months("")
    for language in LANGUAGES:
        assert {name: number for name, number in months(language).items() if ours.get(name) != number} == {}
    assert {"march", "mars", "marzo", "märz", "marz", "maart"} <= {name for name, n in ours.items() if n == 3}


@pytest.mark.parametrize(
    ("normaliser", "one", "other", "same"),
    [
        ("person", "Antelo, Cristina", "Cristina ANTELO", True),
        ("person", "Dr. Cristina Antelo", "Cristina Antelo", True),
        ("person", "Cristina Antelo", "Antonio Cristina", False),
        ("name", "Acme, Inc.", "ACME INC", True),
        ("name", "Acme, Inc.", "Acme Systems, Inc.", False),
        ("address", "27 Jalan Dedap", "27, JALAN DEDAP", True),
        ("identifier", "ab-1", "AB-1", True),
        ("identifier", "ab-1", "ab1", False),
        ("amount", "5.00", "5.0", False),
        ("integer", 5, 5, True),
        ("integer", 5, "5", False),
        ("name", ["a"], ["a"], True),
    ],
)
def test_values_are_compared_by_what_counts(normaliser: str, one: object, other: object, same: bool) -> None:
    assert ({comparable(normaliser, one)} == {comparable(normaliser, other)}) == same


_CONVENTIONS = st.builds(
    Conventions,
    date_order=st.sampled_from(["", "MDY", "DMY", "YMD"]),
    locale=st.sampled_from(["", "en", "de", "fr_CA", "ar", "zh"]),
    country=st.sampled_from(["", "US", "MY", "DE"]),
    id_kind=st.sampled_from(["us.ein", "us.ssn", "iban", "eu.vat", "luhn"]),
    name_order=st.sampled_from(["", "given_first", "family_first"]),
)
_TEXTS = st.text(max_size=40) | st.text("0123456789.,-/()$€ ABCDEFabcdef", max_size=30)


@given(st.sampled_from(sorted(NORMALISERS)), _TEXTS, _CONVENTIONS)
def test_no_text_breaks_a_normaliser_under_any_conventions(name: str, text: str, conventions: Conventions) -> None:
    result = NORMALISERS[name](text, conventions)
    assert not INVISIBLE.search(str(result.value or ""))
    assert (result.value is None) == bool(result.note)
    assert hash(comparable(name, result.value)) == hash(comparable(name, result.value))


@given(st.integers(0, 10**9), st.sampled_from(["de", "fr", "nl", "en", "es"]))
def test_an_amount_written_by_cldr_reads_the_same(cents: int, locale: str) -> None:
    from babel.numbers import format_currency

    written = format_currency(cents / 100, "EUR", locale=locale)
    assert NORMALISERS["amount"](written, C(locale=locale)).value == f"{cents / 100:.2f}"


@pytest.mark.parametrize(
    ("locale", "code"),
    [("sv", "SEK"), ("pl", "PLN"), ("cs", "CZK"), ("hu", "HUF"), ("nb", "NOK"), ("de_CH", "CHF"), ("ro", "RON")],
)
def test_an_amount_with_the_currency_of_its_country_reads_the_same(locale: str, code: str) -> None:
    from babel.numbers import format_currency

    written = format_currency(1234567.5, code, locale=locale)
    assert NORMALISERS["amount"](written, C(locale=locale)).value == "1234567.50"


def test_an_integer_has_blanks_where_its_language_prints_them() -> None:
    assert NORMALISERS["integer"]("2 100", C(locale="fr")).value == 2100
    assert NORMALISERS["integer"]("2 100", C(locale="en")).note == "no_integer"


@given(st.dates(), st.sampled_from(LANGUAGES), st.sampled_from(["long", "medium"]))
def test_a_date_written_by_cldr_reads_the_same(day: object, language: str, width: str) -> None:
    from datetime import date

    from babel.dates import format_date

    assert isinstance(day, date)
    if day.year >= 1000:
        written = format_date(day, width, locale=language)
        assert NORMALISERS["date"](written, C(locale=language, date_order="DMY")).value == day.isoformat()
