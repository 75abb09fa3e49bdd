"""SROIE task 3 (Huang et al., ICDAR 2019): precision, recall and F1 over entities whose text is exactly the label.

The protocol compares the text as it is printed, not a value: "25/12/2018", not 2018-12-25. The published ranking
leaves out what its OCR got wrong; nothing is left out here.
"""

from __future__ import annotations

from processors.forge.evaluation.matching import bare


def strict(read: str, label: str) -> bool:
    """The same characters; only runs of white space count as one blank."""
    return " ".join(read.split()) == " ".join(label.split())


def any_case(read: str, label: str) -> bool:
    """The same characters in any case: the labels are in capitals throughout, the receipts are not."""
    return strict(read.casefold(), label.casefold())


def lenient(read: str, label: str) -> bool:
    """The same letters and digits: case, blanks and punctuation, which receipts print at will, do not count."""
    return bare(read) == bare(label)
