"""The encoder of a GPU worker and of training: the original MiniLM weights on torch. Needs the `train` extra."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from transformers import AutoModel

from processors.text_encoder.onnx_encoder import WIDTH, read_tokenizer
from processors.text_encoder.port import Floats


class Pooled(torch.nn.Module):
    """MiniLM with mean pooling and unit length: token ids in, one vector a text out."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Ids and mask of shape (texts, tokens) to unit vectors of shape (texts, 384)."""
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        return torch.nn.functional.normalize(mean, dim=1)


def load_pooled(folder: Path) -> Pooled:
    """The model from a folder of weights, as sentence-transformers publishes them; never from the network."""
    # "eager" attention: plain matrix products, which the ONNX exporter writes and the quantiser recognises.
    bert = AutoModel.from_pretrained(folder, local_files_only=True, attn_implementation="eager")
    return Pooled(bert).eval()


class TorchEncoder:
    """Texts to unit vectors on a GPU where there is one."""

    def __init__(self, folder: Path, batch: int = 32) -> None:
        """Load weights and tokenizer from `folder`."""
        self.name = f"minilm-l6-fp32 torch {torch.__version__} transformers {transformers.__version__}"
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = load_pooled(folder).to(self._device)
        self._tokenizer = read_tokenizer(folder / "tokenizer.json")
        self._batch = batch

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (len(texts), 384)."""
        rows = np.zeros((len(texts), WIDTH), np.float32)
        for start in range(0, len(texts), self._batch):
            encodings = [self._tokenizer.encode(text) for text in texts[start : start + self._batch]]
            longest = max(len(encoding) for encoding in encodings)
            ids = np.zeros((len(encodings), longest), np.int64)
            mask = np.zeros_like(ids)
            for row, encoding in enumerate(encodings):
                ids[row, : len(encoding)] = encoding.ids
                mask[row, : len(encoding)] = 1
            with torch.inference_mode():
                vectors = self._model(
                    torch.from_numpy(ids).to(self._device), torch.from_numpy(mask).to(self._device)
                )
            rows[start : start + len(encodings)] = vectors.float().cpu().numpy()
        return rows
