"""The encoder on torch: what GPU workers run, and training before it exports. Needs the `train` extra."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import torch

from processors.extract.encoder.pointing import Floats, Pointers
from processors.extract.encoder.torch_network import FROZEN, Upper, minilm, through
from processors.extract.encoder.torch_weights import restore
from processors.extract.encoder.windows import Window


class Half(Protocol):
    """The frozen half, whatever runs it."""

    def states(self, window: Window) -> Floats:
        """The states behind the frozen layers, shape (tokens, 384)."""
        ...


class TorchLower:
    """The frozen half, from the published weights."""

    def __init__(self, bert: Any, device: str = "cpu") -> None:
        self._embeddings = bert.embeddings.to(device)
        self._layers = bert.encoder.layer[:FROZEN].to(device)
        self._device = device

    def states(self, window: Window) -> Floats:
        """See `Half`."""
        with torch.inference_mode():
            ids = torch.from_numpy(window.ids)[None].to(self._device)
            states = through(
                self._layers, self._embeddings(input_ids=ids), torch.ones(ids.shape, device=self._device)
            )
        found: Floats = states[0].float().cpu().numpy()
        return found


class TorchModel:
    """Both halves; see `encoder.model.Model`."""

    def __init__(self, upper: Upper, lower: Half, device: str = "cpu") -> None:
        self.name = f"minilm-l6 torch {torch.__version__}"
        self._upper = upper.to(device).eval()
        self._lower = lower
        self._device = device

    def point(self, window: Window) -> Pointers:
        """Start and end pointers of the window's tokens."""
        with torch.inference_mode():
            states = torch.from_numpy(self._lower.states(window))[None].to(self._device)
            layout = torch.from_numpy(window.layout)[None].to(self._device)
            found = self._upper(states, layout, torch.ones(states.shape[:2], device=self._device))
        return Pointers(found[0][0].float().cpu().numpy(), found[1][0].float().cpu().numpy())


def load(encoder_weights: Path, reader: Path) -> TorchModel:
    """A reader on the GPU where there is one.

    Args:
        encoder_weights: folder of the published MiniLM
        reader: folder of the reader, whose int8 weights are brought back to floats

    Raises:
        ValueError: the folder holds another network.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    bert = minilm(encoder_weights)
    fields = json.loads((reader / "reader.json").read_text(encoding="utf-8"))["fields"]
    upper = Upper(bert, len(fields))
    restore(upper, reader, fields)
    return TorchModel(upper, TorchLower(bert, device), device)
