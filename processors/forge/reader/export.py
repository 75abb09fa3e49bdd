"""The trained half as int8 ONNX and back, and the frozen half cut out of the classifier's encoder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from processors.extract.encoder.units import PLACES
from processors.forge.export_encoder import strip
from processors.forge.reader.network import FROZEN, POINTER, WIDTH, Upper

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


def restore(upper: Upper, folder: Path, fields: Sequence[str]) -> None:
    """Set the weights of `upper` to those of a reader, as exact as int8 holds them.

    Args:
        upper: the network
        folder: of the reader, with `upper.onnx`, `questions.npz` and `reader.json`
        fields: "type/field" of the network's questions; those that the reader knows keep what it learned of them

    Raises:
        ValueError: the file holds another network.
    """
    arrays = _arrays(onnx.load(folder / "upper.onnx").graph)
    wanted = {name: value for name, value in upper.state_dict().items() if name.split(".")[0] in _EXPORTED}
    found = {}
    for name, value in wanted.items():
        array = arrays.get(f"upper.{name}")
        if array is None or array.shape != tuple(value.shape):
            raise ValueError(f"upper.onnx has no fitting {name}: it is no reader of this version")
        found[name] = torch.tensor(array)
    known = json.loads((folder / "reader.json").read_text(encoding="utf-8"))["fields"]
    with np.load(folder / "questions.npz", allow_pickle=False) as stored:
        for number, side in enumerate(("start", "end")):
            weights = stored[f"{side}_weights"].T * (POINTER / WIDTH) ** 0.5
            found[f"questions.{number}.weight"] = torch.tensor(weights)
            found[f"questions.{number}.bias"] = torch.tensor(stored[f"{side}_biases"] * POINTER**0.5)
        own = upper.own.weight.detach().clone()
        for row, name in enumerate(fields):
            if name in known:
                own[row] = torch.tensor(stored["own"][known.index(name)])
    upper.load_state_dict({**found, "own.weight": own}, strict=False)


_EXPORTED = ("layers", "places", "tokens")


def _arrays(graph: Any) -> dict[str, Any]:
    """Weights by their names in the network.

    The exporter turns matrices and drops their names: a matrix is known by the bias that is added to its product.
    """
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    users: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    found = {}
    for name, array in stored.items():
        if not name.endswith("_quantized"):
            found[name] = array
            continue
        plain = name.removesuffix("_quantized")
        zero = stored[f"{plain}_zero_point"].astype(np.float32)
        whole = ((array.astype(np.float32) - zero) * stored[f"{plain}_scale"]).astype(np.float32)
        bias = _bias_behind(name, users, stored)
        found[plain if not bias else bias.removesuffix("bias") + "weight"] = whole.T if bias else whole
    return found


def _bias_behind(name: str, users: dict[str, list[Any]], stored: dict[str, Any]) -> str:
    """The bias that is added to the product with a matrix; "" for a table."""
    for _ in range(6):
        node = next(iter(users.get(name, ())), None)
        if node is None:
            return ""
        biases = [one for one in node.input if one.endswith(".bias") and one in stored]
        if node.op_type == "Add" and biases:
            return str(biases[0])
        name = node.output[0]
    return ""
