"""A trained line reader as int8 ONNX, for workers without torch."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file

from processors.forge.line_reader.network import LineNetwork
from processors.ocr.lines.strips import HEIGHT


def export(weights: Path, out: Path) -> None:
    """Write the network: `strip` (1, 1, 32, width) in, log probabilities (1, width / 4, classes) out."""
    torch.set_num_threads(1)
    network = LineNetwork().eval()
    network.load_state_dict(load_file(weights))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            network,
            (torch.zeros(1, 1, HEIGHT, 256),),
            str(full),
            input_names=["strip"],
            output_names=["said"],
            dynamic_axes={"strip": {3: "width"}, "said": {1: "steps"}},
            opset_version=17,
            dynamo=False,
            verbose=False,
        )
        # The recurrent layers alone: convolutions of 8 bits are slower here than those of 32.
        quantize_dynamic(
            full,
            out,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["LSTM", "MatMul", "Gemm"],
        )


def main() -> None:
    """Export a file."""
    parser = argparse.ArgumentParser(prog="python -m processors.forge.line_reader.export", description=__doc__)
    parser.add_argument("weights", type=Path, help="line_reader.safetensors")
    parser.add_argument("out", type=Path, help="line_reader.onnx")
    options = parser.parse_args()
    export(options.weights, options.out)


if __name__ == "__main__":
    main()
