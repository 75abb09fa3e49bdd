from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from processors.classify.stage import Classify, build
from processors.config import load
from processors.events import DocumentClassified
from processors.stage import Done, Outcome, Stage
from tests.unit.classify.samples import CONTRACT, RECEIPT, PlaneEncoder, head, page, work


def classified(outcome: Outcome) -> DocumentClassified:
    assert isinstance(outcome, Done)
    (draft,) = outcome.events
    assert isinstance(draft.data, DocumentClassified)
    return draft.data


@pytest.fixture
def plane() -> Classify:
    return Classify(PlaneEncoder(), head(), "digest")


def test_the_event_names_type_confidence_and_scores_of_the_same_document(plane: Classify, tmp_path: Path) -> None:
    piece = work(tmp_path, page("left left"))
    event = classified(plane.process(piece))
    assert event.type == "left"
    assert event.confidence == event.scores[0].probability > 0.9
    assert event.document == piece.event.data.document


def test_the_outcome_is_signed(plane: Classify, tmp_path: Path) -> None:
    outcome = plane.process(work(tmp_path, page("left")))
    assert isinstance(outcome, Done)
    assert (outcome.engine, outcome.model_digest) == ("plane 1", "digest")


def test_an_unclear_document_is_unknown(plane: Classify, tmp_path: Path) -> None:
    assert classified(plane.process(work(tmp_path, page("left right")))).type == "unknown"


def test_an_archive_is_told_by_its_format_whatever_its_list_says(plane: Classify, tmp_path: Path) -> None:
    piece = work(tmp_path, page("right right"))
    document = piece.event.data.document
    original = document.original.model_copy(update={"media_type": "application/zip"})
    data = piece.event.data.model_copy(update={"document": document.model_copy(update={"original": original})})
    event = classified(plane.process(replace(piece, event=piece.event.model_copy(update={"data": data}))))
    assert (event.type, event.confidence) == ("archive", 1.0)


@pytest.mark.parametrize("texts", [(), ("",), ("", "", "")])
def test_a_document_without_words_is_unknown(plane: Classify, tmp_path: Path, texts: tuple[str, ...]) -> None:
    event = classified(plane.process(work(tmp_path, *(page(text) for text in texts))))
    assert (event.type, event.confidence, event.scores) == ("unknown", 0.0, ())


def test_a_broken_page_record_is_our_fault_not_the_documents(plane: Classify, tmp_path: Path) -> None:
    piece = work(tmp_path)
    piece.inputs["pages"].write_text('{"number": 1}\n')
    with pytest.raises(ValueError, match="page record"):
        plane.process(piece)


@pytest.fixture(scope="module")
def shipped() -> Stage:
    return build(load({}))


@pytest.mark.parametrize(("text", "wanted"), [(RECEIPT, "receipt"), (CONTRACT, "nda_contract")])
def test_the_shipped_model_knows_its_types(shipped: Stage, tmp_path: Path, text: str, wanted: str) -> None:
    event = classified(shipped.process(work(tmp_path, page(text))))
    assert event.scores[0].type == wanted
    assert len(event.scores) == 3


def test_the_same_pages_give_the_same_event(shipped: Stage, tmp_path: Path) -> None:
    piece = work(tmp_path, page(RECEIPT))
    assert shipped.process(piece) == shipped.process(piece)


@pytest.mark.train
def test_a_gpu_worker_tells_the_same_type_from_the_original_weights(shipped: Stage, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from processors.forge.classifier.export_encoder import weights_folder

    original = build(load({"CHANCERY_ENCODER_WEIGHTS": str(weights_folder())}))
    for number, text in enumerate((CONTRACT, RECEIPT)):
        folder = tmp_path / str(number)
        folder.mkdir()
        exact, quantised = (stage.process(work(folder, page(text))) for stage in (original, shipped))
        assert isinstance(exact, Done)
        assert "torch" in exact.engine
        assert classified(exact).type == classified(quantised).type
        assert classified(exact).confidence == pytest.approx(classified(quantised).confidence, abs=0.1)
