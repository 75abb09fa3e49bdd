from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from processors.classify import head_files
from processors.classify.terms import terms
from tests.unit.classify.samples import STRICT, head

LEFT = np.array([[1, 0]], np.float32)


def test_a_saved_head_judges_as_before_and_saves_to_the_same_bytes(tmp_path: Path) -> None:
    made, words = head(acceptance=STRICT, floor=0.6), terms(["left", "bank"])
    head_files.save(made, tmp_path / "a")
    head_files.save(head_files.load(tmp_path / "a"), tmp_path / "b")
    for name in ("head.npz", "head.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert head_files.load(tmp_path / "a").judge(LEFT, words) == made.judge(LEFT, words)


@pytest.mark.parametrize("change", [{"format": 1}, {"types": ["left"]}])
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    head_files.save(head(), tmp_path)
    about = json.loads((tmp_path / "head.json").read_text()) | change
    (tmp_path / "head.json").write_text(json.dumps(about))
    with pytest.raises(ValueError, match=r"head\.(json|npz)"):
        head_files.load(tmp_path)


def test_phrases_of_a_type_that_is_not_there_are_refused(tmp_path: Path) -> None:
    made = head()
    head_files.save(made, tmp_path)
    with np.load(tmp_path / "head.npz") as arrays:
        np.savez(tmp_path / "head.npz", **{**arrays, "phrase_owners": np.array([0, 7])})
    with pytest.raises(ValueError, match=r"head\.npz"):
        head_files.load(tmp_path)
