"""What the classifier needs of a text model: one method, whatever engine stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors in which texts of the same kind lie close together."""

    @property
    def name(self) -> str:
        """Model, engine and version, such as "minilm-l6-int8 onnxruntime 1.32.0"."""
        ...

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, one row a text, shape (len(texts), 384); text beyond 256 tokens is not seen."""
        ...
