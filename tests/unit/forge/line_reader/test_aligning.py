"""Labelled lines find the words on which they stand, in the case in which these are printed."""

from __future__ import annotations

import pytest

from processors.forge.line_reader.aligning import Found, aligned, as_printed


def test_labels_find_their_words_though_they_were_misread() -> None:
    labels = ["27, JALAN DEDAP 13,", "TOTAL", "40.62", "TOTAL QTY"]
    lines = [["27.", "JALAH", "DEDAP", "13,"], ["TOTAL", "QTY"], ["TOTA1", "4O.62"]]
    assert aligned(labels, lines) == [
        Found("TOTAL QTY", 1, 0, 2),
        Found("27, JALAN DEDAP 13,", 0, 0, 4),
        Found("TOTAL", 2, 0, 1),
        Found("40.62", 2, 1, 2),
    ]


def test_no_word_teaches_two_labels_and_no_label_stands_twice() -> None:
    assert len(aligned(["CASH 50.00"], [["CASH", "50.00"], ["CASH", "50.00"]])) == 1
    assert len(aligned(["CASH 50.00", "CASH 50.00"], [["CASH", "50.00"]])) == 1


@pytest.mark.parametrize(
    ("label", "seen"),
    [
        ("THANK YOU", "GOODS SOLD"),  # another line
        ("RM", "RM1"),  # short, of another length
        ("ABCD", "ABXY"),  # short, and half of it otherwise
    ],
)
def test_what_is_not_alike_teaches_nothing(label: str, seen: str) -> None:
    assert aligned([label], [seen.split()]) == []
    # The control: what is alike does.
    assert aligned([label], [label.split()])


@pytest.mark.parametrize(
    ("label", "seen", "wanted"),
    [
        ("THANK YOU", "Thank You", "Thank You"),
        ("THANK YOU", "Thcnk You", "Thank You"),  # misread: as the letter before
        ("THANK YOU", "THANK YOU", "THANK YOU"),
        ("9.00 RM", "9.00 RM", "9.00 RM"),
        ("Cash", "CASH", "Cash"),  # capitals alone tell nothing: engines see them in pale print
        ("INV NO: A12", "Inv No: A12", "Inv No: A12"),
    ],
)
def test_labels_take_the_case_of_the_print(label: str, seen: str, wanted: str) -> None:
    assert as_printed(label, seen) == wanted
