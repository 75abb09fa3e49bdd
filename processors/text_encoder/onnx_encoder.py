"""The encoder of a CPU worker: MiniLM as int8 weights on ONNX Runtime; starts in half a second, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from processors.text_encoder.onnx_session import session
from processors.text_encoder.port import Floats

#: Positions of the model that are used; 512 exist, but time grows with length and the top of a page tells the type.
MAX_TOKENS = 256
WIDTH = 384
#: what a classifier's folder holds of the encoder; `lower.onnx` is its first half, for readers, cut out of the same
#: weights
ENCODER_FILES = ("encoder.onnx", "lower.onnx", "encoder.json", "tokenizer.json")


class OnnxEncoder:
    """Texts to unit vectors on one thread.

    Rows are computed one at a time: dynamic quantisation scales activations by the largest value in the batch, so
    in a batch a document's vector, and with it its result, would depend on its neighbours.
    """

    def __init__(self, folder: Path) -> None:
        """Load `encoder.onnx` and `tokenizer.json` from `folder`."""
        self.name = f"minilm-l6-int8 onnxruntime {onnxruntime.__version__}"
        self._tokenizer = read_tokenizer(folder / "tokenizer.json")
        self._session = session(folder / "encoder.onnx")

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (len(texts), 384)."""
        rows = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in enumerate(texts):
            encoding = self._tokenizer.encode(text)
            feed = {
                "input_ids": np.array([encoding.ids], np.int64),
                "attention_mask": np.array([encoding.attention_mask], np.int64),
            }
            rows[row] = self._session.run(["vector"], feed)[0][0]
        return rows


def read_tokenizer(path: Path) -> Tokenizer:
    """The model's tokenizer, cutting at `MAX_TOKENS` and never padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer
