"""What readers are worth is learned from documents, and a precision is never more than was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.document_types import DocumentType
from processors.extract import confidence, fusion
from processors.extract.contenders import FIGURES
from processors.extract.reader import Proposal
from processors.forge.reader.fusing import Judged, fit, write
from processors.forge.samples import Sample
from tests.unit.extract.made_pages import page
from tests.unit.forge.reader.permits import permit_type

pytest.importorskip("sklearn")


def judged(kind: DocumentType, number: int) -> Judged:
    """A page with the number twice, of which "labels" believes in the wrong and "encoder" in the right one."""
    made = page(f"Old {number}11 New {number}22")
    proposals = [
        Proposal("number", 1, (1,), f"{number}11", 0.9, "labels"),
        Proposal("number", 1, (3,), f"{number}22", 0.7, "encoder"),
    ]
    return Judged(
        Sample(f"doc-{number}", kind.name, "train", {"number": f"{number}22"}), kind, {1: made}, proposals
    )


def test_the_reader_that_is_right_is_believed(tmp_path: Path) -> None:
    kind = permit_type(tmp_path / "types")
    documents = [judged(kind, number) for number in range(10, 50)]
    fitted = fit(documents)
    learned, curves = fitted.fusion, fitted.curves
    assert fitted.counts == {"permit/number": (40, 40, 40)}
    row = dict.fromkeys(FIGURES, 0.0) | {"read": 0.95, "worst_word": 0.95, "quality": 1.0}
    labels = tuple((row | {"labels_there": 1.0, "labels_first": 1.0, "labels_belief": 0.44}).values())
    encoder = tuple((row | {"encoder_there": 1.0, "encoder_first": 1.0, "encoder_belief": 0.17}).values())
    assert learned.belief("permit/number", encoder) > 0.8 > 0.2 > learned.belief("permit/number", labels)
    assert curves["permit/number"].precision(0.99) > 0.9
    # The control: what was never learned believes the reader that claims more.
    assert fusion.Fusion().belief("permit/number", labels) > 0.5


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    kind = permit_type(tmp_path / "types")
    fitted = fit([judged(kind, number) for number in range(10, 50)])
    learned, curves = fitted.fusion, fitted.curves
    write(fitted, tmp_path / "reader")
    again = fusion.load(tmp_path / "reader" / "fusion.json")
    assert again.weights == pytest.approx(learned.weights, abs=1e-4)
    measured = confidence.load(tmp_path / "reader" / "calibration.json")
    assert measured.confidence("permit/number", 1.0) == (
        round(curves["permit/number"].precision(1.0), 4),
        True,
        True,
    )


def test_weights_for_other_figures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "fusion.json").write_text('{"figures": ["a"], "weights": [1], "bias": 0, "own": {}}')
    with pytest.raises(ValueError, match="train the reader again"):
        fusion.load(tmp_path / "fusion.json")
