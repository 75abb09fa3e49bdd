"""What a person may get wrong."""

from __future__ import annotations


class RetentionError(Exception):
    """The text names what is wrong and what to do; it holds nothing of a document."""
