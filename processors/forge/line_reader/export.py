"""`python -m processors.forge.line_reader.export WEIGHTS OUT`: a trained line reader as ONNX, without torch.

The recurrent layers have 8 bits a weight; convolutions of 8 bits were slower than those of 32 on one CPU thread.
"""

from __future__ import annotations

import argparse
import copy
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from rich.console import Console
from safetensors.torch import load_file

from processors.forge.classifier.export_encoder import strip
from processors.forge.line_reader import labelled_strips
from processors.forge.line_reader.network import LineNetwork
from processors.forge.line_reader.training import read
from processors.ocr.lines import decoding
from processors.ocr.lines.line_reader import FILE, LineNetworkSession
from processors.ocr.lines.strips import HEIGHT, LONGEST, stretched
from processors.ocr.pixels import Grey

#: The least share of strips that the export reads as the network does.
LEAST_AGREEMENT = 0.97


def network_of(weights: Path) -> LineNetwork:
    """The network with trained weights."""
    network = LineNetwork()
    network.load_state_dict(load_file(weights))
    return network.eval()


def export(network: LineNetwork, out: Path) -> None:
    """Write the network: `strip` (1, 1, HEIGHT, width) in, log probabilities (1, width / 4, classes) out."""
    torch.set_num_threads(1)
    out.parent.mkdir(parents=True, exist_ok=True)
    # Weights that could be trained are looked at for gradients by the exporter, of which torch warns.
    frozen = copy.deepcopy(network).cpu().eval().requires_grad_(False)
    width = torch.export.Dim("width", min=16, max=LONGEST)
    with tempfile.TemporaryDirectory() as scratch:
        full, folded, small = (Path(scratch) / name for name in ("full.onnx", "folded.onnx", "small.onnx"))
        with warnings.catch_warnings():
            # Of torch's own: how it bounds slices of the LSTM's weights, and that it lays them out once more.
            warnings.filterwarnings("ignore", message="_check_is_size", category=FutureWarning)
            warnings.filterwarnings("ignore", message="The tensor attributes self.along._flat_weights")
            torch.onnx.export(
                frozen,
                (torch.zeros(1, 1, HEIGHT, 256),),
                str(full),
                input_names=["strip"],
                output_names=["said"],
                dynamic_shapes=({3: width},),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        _fold(full, folded)
        # 7 of 8 bits: without VNNI full 8-bit products overflow their 16-bit sums.
        quantize_dynamic(
            folded,
            small,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["LSTM", "MatMul", "Gemm"],
        )
        strip(small, out)


def _fold(full: Path, folded: Path) -> None:
    """The exporter slices an LSTM's weights in the graph itself: folded, they can be made smaller."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folded)
    onnxruntime.InferenceSession(full, options, providers=["CPUExecutionProvider"])


def agreement(network: LineNetwork, exported: Path, strips: Sequence[Grey]) -> float:
    """The share of strips that an export reads to the letter as the network does."""
    session = LineNetworkSession(exported)
    said = (decoding.text(session.say(stretched(one)).argmax(1)) for one in strips)
    return float(np.mean([one == other for one, other in zip(said, read(network, strips), strict=True)]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Export a file; 1 where the export reads otherwise than the network."""
    parser = argparse.ArgumentParser(prog="python -m processors.forge.line_reader.export", description=__doc__)
    parser.add_argument("weights", type=Path, help="line_reader.safetensors")
    parser.add_argument("out", type=Path, help=f"folder for {FILE}")
    parser.add_argument("--strips", type=Path, required=True, help="strips.npz, to check agreement on")
    options = parser.parse_args(arguments)
    network = network_of(options.weights)
    export(network, options.out / FILE)
    strips = [one.grey for one in labelled_strips.load(options.strips)]
    share = agreement(network, options.out / FILE, strips)
    Console(stderr=True).print(f"{share:.4f} of {len(strips)} strips are read alike by network and export")
    return 0 if share >= LEAST_AGREEMENT else 1


if __name__ == "__main__":
    sys.exit(main())
