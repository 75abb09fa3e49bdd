"""The frozen half of readers, cut out of the classifier's encoder: a graph that refers to the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx

from processors.extract.encoder.torch_network import FROZEN, WIDTH

#: bytes from which on weights are referred to instead of copied
_LARGE = 4096


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
