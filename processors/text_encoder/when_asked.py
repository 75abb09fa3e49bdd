"""An encoder that is loaded at the first text: for who may never need it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from processors.text_encoder.port import Encoder, Floats


class WhenAsked:
    """Stands in for an encoder until somebody asks it something."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        """Keep `load` for the first text."""
        self._load = load

    @property
    def name(self) -> str:
        """The encoder's own; loads it."""
        return self._encoder.name

    def embed(self, texts: Sequence[str]) -> Floats:
        """See `Encoder`."""
        return self._encoder.embed(texts)

    @cached_property
    def _encoder(self) -> Encoder:
        return self._load()
