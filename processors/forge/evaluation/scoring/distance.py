"""The edit distance of two short texts."""

from __future__ import annotations


def levenshtein(a: str, b: str) -> int:
    """How many characters must be put in, taken out or changed; costs time by the product of the lengths."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (left != right))
    return row[-1]
