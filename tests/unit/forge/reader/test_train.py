"""Training, end to end on a small set: what is learned, what is kept out, what is repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.forge.samples import read_samples
from tests.unit.extract.made_pages import page
from tests.unit.forge.reader.permits import dataset, permit_type, text

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Types, dataset, and a models folder with the reader that was trained on it."""
    pytest.importorskip("torch")
    from processors.config import PACKAGE
    from processors.forge.reader import train

    made = tmp_path_factory.mktemp("trained")
    permit_type(made / "types")
    dataset(made / "dataset", 24)
    # Locked documents are not even opened: without their pages training goes on.
    for sample in read_samples(made / "dataset", ("test",)):
        sample.pages(made / "dataset").unlink()
    (made / "models").mkdir()
    (made / "models" / "classifier").symlink_to(PACKAGE / "models" / "classifier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "FOLDS", 2)
        patch.setattr(train, "LEAST_STEPS", 50)  # all are read rightly after 30, and a step takes 0.2 CPU s
        figures = train.train(made / "dataset", made / "models" / "reader", schemas=made / "types")
    assert figures["agreement"] > 0.95
    return made


def test_a_new_document_is_read_by_what_was_learned(folder: Path) -> None:
    from processors.extract import extractor

    kind = permit_type(folder / "types")
    reader = extractor.build(folder / "models")
    right = 0
    for number in range(100, 110):
        content, labels = text(number)
        fields = reader.read([page(content)], kind)
        right += sum(fields.values[name] == value for name, value in labels.items())
        assert all(
            proof.page == 1 and proof.boxes for path, proof in fields.evidence.items() if fields.values[path]
        )
    assert right >= 16
    # The control: without the trained reader the type's file alone finds nothing.
    (folder / "empty").mkdir(exist_ok=True)
    untrained = extractor.build(folder / "empty").read([page(text(100)[0])], kind)
    assert set(untrained.values.values()) == {None}


def test_the_confidence_was_measured(folder: Path) -> None:
    from processors.extract import confidence

    measured = confidence.load(folder / "models" / "reader" / "calibration.json")
    assert measured.confidence("permit/holder", 0.99).measured
    assert not measured.confidence("receipt/total", 0.99).measured


def test_training_goes_on_from_a_reader_and_repeats_itself(folder: Path, tmp_path: Path) -> None:
    from processors.forge.reader import train

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "FOLDS", 2)
        patch.setattr(train, "LEAST_STEPS", 6)
        patch.setattr(train, "EPOCHS_ON", 0.5)
        for name in ("one", "two"):
            train.train(
                folder / "dataset", tmp_path / name, base=folder / "models" / "reader", schemas=folder / "types"
            )
    for file in ("upper.onnx", "questions.npz", "calibration.json", "fusion.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_nothing_to_train_on_is_said(tmp_path: Path) -> None:
    from processors.forge.reader import train

    permit_type(tmp_path / "types")
    dataset(tmp_path / "dataset", 3)
    with pytest.raises(ValueError, match="no labelled document of these types"):
        train.train(tmp_path / "dataset", tmp_path / "out", types=["receipt"], schemas=tmp_path / "types")
