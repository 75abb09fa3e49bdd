"""What stands behind an amount and makes it a part of a larger one."""

from __future__ import annotations

import pytest

from processors.normalise.going_on import cut_out

LARGER = (
    "k K M MM mm mn Mn bn Bn mil Mil MIL mille mio Mio. mln mrd Mrd. mlrd Mia. bln trn Tsd. hundred"
    " thousand Thousand tausend lakh lakhs Lacs crore crores Crores Cr CR cr DR million millions"
    " MILLION Millionen millón millon millones milione milioni milhão milhões miljoen miljoner"
    " milliard milliards Milliarden miliard miliardi miljard miljarder billion Billionen billón"
    " billones biljoen trillion trillones B"
).split()


@pytest.mark.parametrize("word", LARGER)
def test_a_word_for_more(word: str) -> None:
    assert cut_out("$5", "amount", "", f" {word}") == "amount_ambiguous"
    assert cut_out("$5", "amount", "", f" {word} of it") == "amount_ambiguous"
    assert cut_out("$5", "integer", "", f" {word}") == ""


@pytest.mark.parametrize("word", "Dr dr Dr. Mia Millie Miller milk bill Kg MB Mr Ms Lee USD Cre T N A".split())
def test_other_words_change_nothing(word: str) -> None:
    assert cut_out("$5", "amount", "", f" {word}") == ""


def test_behind_cents_one_letter_marks_a_tax() -> None:
    assert cut_out("5.00", "amount", "", " B") == cut_out("5,00", "amount", "", " B") == ""
