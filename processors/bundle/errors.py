"""Why something cannot be listed or packed."""

from __future__ import annotations


class BundleError(Exception):
    """It cannot be done; the message says why and what to do."""
