"""What keeps a reprocessing from going on, in words for the person who asked."""

from __future__ import annotations


class ReprocessError(Exception):
    """What was asked for cannot be done; the text says why, and what to do."""
