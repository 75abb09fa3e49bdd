"""An encoder that may never be needed is loaded at the first text, once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from processors.text_encoder.port import Floats
from processors.text_encoder.when_asked import WhenAsked


class Ones:
    name = "ones"

    def embed(self, texts: Sequence[str]) -> Floats:
        return np.ones((len(texts), 2), np.float32)


def test_it_is_loaded_at_the_first_text_and_once() -> None:
    loads: list[Ones] = []

    def load() -> Ones:
        loads.append(Ones())
        return loads[-1]

    encoder = WhenAsked(load)
    assert not loads
    assert encoder.embed(["a", "b"]).shape == (2, 2)
    assert (encoder.embed(["c"]).shape, encoder.name) == ((1, 2), "ones")
    assert len(loads) == 1
