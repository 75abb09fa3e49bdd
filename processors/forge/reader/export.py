"""The trained half as int8 ONNX, and the frozen half cut out of the classifier's encoder."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from processors.extract.encoder.torch_network import FROZEN, WIDTH, Upper
from processors.extract.encoder.units import PLACES
from processors.forge.classifier.export_encoder import strip

#: bytes from which on weights are referred to instead of copied
_LARGE = 4096


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


def cut_lower(encoder: Path) -> None:
    """Write `lower.onnx` beside `encoder.onnx`: its first layers, a graph that refers to the weights in that file.

    Raises:
        ValueError: the file is no encoder of ours.
    """
    file = encoder / "encoder.onnx"
    model = onnx.load(file)
    norms = [node for node in model.graph.node if node.op_type == "LayerNormalization"]
    if len(norms) <= 2 * FROZEN:
        raise ValueError(f"{file.name} has {len(norms)} normalisations: too few layers to cut it")
    border = norms[2 * FROZEN].output[0]
    about = onnx.helper.make_tensor_value_info(border, onnx.TensorProto.FLOAT, ["texts", "tokens", WIDTH])
    model.graph.value_info.append(about)
    part = onnx.utils.Extractor(model).extract_model(["input_ids", "attention_mask"], [border])
    content = file.read_bytes()
    for tensor in part.graph.initializer:
        if len(tensor.raw_data) > _LARGE:
            _refer(tensor, file.name, content.index(tensor.raw_data))
    (encoder / "lower.onnx").write_bytes(part.SerializeToString())


def _refer(tensor: Any, location: str, offset: int) -> None:
    """Let a tensor's weights lie where they lie already."""
    where = {"location": location, "offset": str(offset), "length": str(len(tensor.raw_data))}
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in where.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
