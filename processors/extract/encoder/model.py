"""The encoder on ONNX Runtime, int8: what CPU workers run."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime

from processors.extract.encoder.pointing import Floats, Pointers
from processors.extract.encoder.windows import Window
from processors.text_encoder.onnx_session import session


class Model(Protocol):
    """Points at the values in a window, whatever runs it."""

    @property
    def name(self) -> str:
        """Model, engine and version."""
        ...

    def point(self, window: Window) -> Pointers:
        """Start and end pointers of the window's tokens."""
        ...


class Lower:
    """The frozen half: the first layers of the classifier's encoder, cut out of the same file of weights.

    Windows are computed one at a time: dynamic quantisation scales by the largest value in a batch, so in a batch a
    document's values would depend on its neighbours. Training looks through this very half, so it sees what
    production sees.
    """

    def __init__(self, folder: Path) -> None:
        """Load `lower.onnx` (a graph) from `folder`; its weights lie in `encoder.onnx` beside it."""
        self._session = session(folder / "lower.onnx")

    def states(self, window: Window) -> Floats:
        """The states behind the frozen layers, shape (tokens, 384)."""
        feed = {"input_ids": window.ids[None], "attention_mask": np.ones_like(window.ids)[None]}
        states: Floats = self._session.run(None, feed)[0][0]
        return states


class OnnxModel:
    """Both halves on one thread."""

    def __init__(self, encoder: Path, reader: Path) -> None:
        """Load `lower.onnx` from the classifier's folder and `upper.onnx` from the reader's."""
        self.name = f"minilm-l6-int8 onnxruntime {onnxruntime.__version__}"
        self._lower = Lower(encoder)
        self._upper = session(reader / "upper.onnx")

    def point(self, window: Window) -> Pointers:
        """See `Model`."""
        feed = {"states": self._lower.states(window)[None], "layout": window.layout[None]}
        start, end = self._upper.run(["start", "end"], feed)
        return Pointers(start[0], end[0])
