"""The way back from a reader's files to the network that they were exported from, as exact as int8 holds it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from processors.extract.encoder.torch_network import POINTER, WIDTH, Upper


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
