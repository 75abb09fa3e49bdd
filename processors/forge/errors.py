"""What the forge refuses: one error, whose text tells a person what is wrong and what to do."""

from __future__ import annotations


class ForgeError(Exception):
    """Something that was asked of the forge cannot be done. Its text never holds text of a document."""


class NotThere(ForgeError):
    """There is no such dataset, version or model."""


class ModelUnfit(ForgeError):
    """A model's files are not those that were registered, or of a kind that is never loaded."""
