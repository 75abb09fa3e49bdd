"""A large model of Mistral's architecture with random weights: as fast as a real one, and no wiser than dice."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Final

import torch
from safetensors import safe_open
from transformers import MistralConfig, MistralForCausalLM

#: 1.7 thousand million parameters, and a small one to try the path without a GPU
SHAPES: Final = {"1.7b": (2_560, 6_912, 24, 20, 4), "tiny": (64, 128, 2, 2, 1)}
_TOKENIZER: Final = ("tokenizer.json", "tokenizer_config.json")


def write(like: Path, size: str, folder: Path, device: str) -> None:
    """Write such a model to a folder, with the tokenizer of another."""
    width, inside, layers, heads, keys = SHAPES[size]
    config = MistralConfig.from_pretrained(
        like,
        hidden_size=width,
        intermediate_size=inside,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=keys,
        head_dim=width // heads,
    )
    torch.manual_seed(7)
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            model = MistralForCausalLM(config)
    finally:
        torch.set_default_dtype(usual)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    for name in _TOKENIZER:
        shutil.copyfile(like / name, folder / name)


def parameters(folder: Path) -> int:
    """How many numbers the weights in a folder are; those that are used twice count once."""
    count = 0
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as weights:
            count += sum(math.prod(weights.get_slice(name).get_shape()) for name in weights.keys())  # noqa: SIM118
    return count
