"""The trained half of the reader as int8 ONNX."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from processors.extract.encoder.torch_network import WIDTH, Upper
from processors.extract.encoder.units import PLACES
from processors.forge.classifier.export_encoder import strip


class _Single(torch.nn.Module):
    """One window, without padding."""

    def __init__(self, upper: Upper) -> None:
        super().__init__()
        self.upper = upper

    def forward(self, states: Any, layout: Any) -> Any:
        return self.upper(states, layout, torch.ones_like(states[..., 0]))


def export_upper(upper: Upper, out: Path) -> None:
    """Write `upper.onnx`: states and layout of a window in, start and end pointers out."""
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    layout = torch.ones(1, 16, PLACES, dtype=torch.int64)
    tokens = torch.export.Dim("tokens", min=2, max=512)
    with tempfile.TemporaryDirectory() as scratch:
        full, small = Path(scratch) / "full.onnx", Path(scratch) / "small.onnx"
        with warnings.catch_warnings():
            # Both inputs have as many tokens: the exporter says that it gives the second axis no name of its own.
            warnings.filterwarnings("ignore", message="# The axis name")
            torch.onnx.export(
                _Single(upper).eval(),
                (torch.zeros(1, 16, WIDTH), layout),
                str(full),
                input_names=["states", "layout"],
                output_names=["start", "end"],
                dynamic_shapes=({1: tokens}, {1: tokens}),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        # 7 of 8 bits, as for the encoder: without VNNI full 8-bit products overflow their 16-bit sums.
        quantize_dynamic(full, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        strip(small, out / "upper.onnx")
