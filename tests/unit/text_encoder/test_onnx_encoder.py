from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from processors.classify import head_files
from processors.config import load
from processors.text_encoder.onnx_encoder import MAX_TOKENS, WIDTH, OnnxEncoder
from tests.unit.classify.samples import CONTRACT, OTHER_RECEIPT, RECEIPT

MODEL = load({}).models / "classifier"


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(MODEL)


def test_vectors_have_unit_length(encoder: OnnxEncoder) -> None:
    vectors = encoder.embed([RECEIPT, CONTRACT, "x", ""])
    assert vectors.shape == (4, WIDTH)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-4)


def test_no_texts_give_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.embed([]).shape == (0, WIDTH)


def test_two_receipts_are_closer_than_receipt_and_contract(encoder: OnnxEncoder) -> None:
    receipt, other, contract = encoder.embed([RECEIPT, OTHER_RECEIPT, CONTRACT])
    assert receipt @ other > receipt @ contract + 0.2


def test_a_vector_does_not_depend_on_its_neighbours(encoder: OnnxEncoder) -> None:
    alone, together = encoder.embed([RECEIPT])[0], encoder.embed([CONTRACT, RECEIPT])[1]
    assert np.array_equal(alone, together)


def test_text_beyond_the_window_is_not_seen(encoder: OnnxEncoder) -> None:
    start = "permit " * MAX_TOKENS
    assert np.array_equal(encoder.embed([start])[0], encoder.embed([start + RECEIPT])[0])


def test_the_shipped_files_are_those_that_their_metadata_names() -> None:
    import hashlib

    about = json.loads((MODEL / "encoder.json").read_text())
    for name, digest in about["files"].items():
        assert hashlib.sha256((MODEL / name).read_bytes()).hexdigest() == digest
    assert json.loads((MODEL / "report.json").read_text())["model_digest"] == head_files.digest(MODEL)


def test_a_cpu_worker_never_imports_torch() -> None:
    program = (
        "import sys; from processors.classify.stage import build; from processors.config import load; "
        "build(load({})); print([m for m in ('torch', 'transformers', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
