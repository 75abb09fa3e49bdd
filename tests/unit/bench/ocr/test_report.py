import json
from pathlib import Path

import pytest

from bench.ocr import report as ocr_report
from bench.ocr.accuracy import Score
from bench.ocr.measured import Measured
from bench.ocr.text_layer import TextLayer
from bench.ocr.turns import Row


def row(name: str, engine: str, *ratios: float, own: tuple[float, ...] | None = None, failures: str = "") -> Row:
    mean = sum(ratios) / len(ratios) if ratios else 0.0
    return Row(name, engine, 2 * bool(ratios), 4 * bool(ratios), mean, 0.0, mean, ratios, own or ratios,
               (failures,) if failures else ())  # fmt: skip


@pytest.fixture
def measured() -> Measured:
    """Four pages in two documents; the floor needs 1 s a page."""
    return Measured(
        rows=[
            row("floor", "tesseract 5.5.4", 1.0, 1.0),
            row("floor_system", "tesseract 5.3.0", 1.2, 1.2),
            row("ours", "tesserocr 5.5.4", 1.0, 1.2),
            row("ours_unboxed", "tesserocr 5.5.4", 1.1, 1.1),
            row("ocrmypdf", "tesseract 5.5.4", 2.2, 2.2),
            row("ocrmypdf_system", "tesseract 5.3.0", 2.4, 2.4, own=(2.0, 2.0)),
            row("broken", "tesseract 5.5.4", failures="timed out"),
        ],
        documents=2,
        pages=4,
        rounds=2,
        layer=TextLayer(10, 2, 1.0, 1.0, 0.002, 0.01, 0.001),
        layer_failed="",
        scores=[
            Score("scans", "ours", 1.0, 0.0, made=False),
            Score("scans", "floor", 0.5, 0.25, made=False),
            Score("scans", "ours", 0.0, 1.0, made=True, failed=True),
            Score("scans", "floor", 0.5, 0.75, made=True),
        ],
        absent={"docling": "not runnable: needs downloads"},
        start_each={"ocrmypdf": 0.8},
        outputs={"application/jsonl": 17_000.4},
        by_document={"a.pdf": (1, 1.0, 1.0), "b.pdf": (3, 1.0, 1.25)},
    )


def test_the_line_for_machines(measured: Measured) -> None:
    line = json.loads(json.dumps(measured.to_json()))
    assert line["bench"] == "ocr"
    assert line["cpu_ratio_to_floor"] == {
        "floor": 1.0, "floor_system": 1.2, "ours": 1.1, "ours_unboxed": 1.1, "ocrmypdf": 2.2,
        "ocrmypdf_system": 2.4,
    }  # fmt: skip
    assert line["cpu_ratio_to_floor_by_round"]["ours"] == [1.0, 1.2]
    assert line["cpu_ratio_to_floor_of_own_engine"]["ocrmypdf_system"] == 2.0
    assert line["text_layer_times_cheaper"] == 500.0
    assert line["text_layer"]["times_cheaper_in_ranges"] == 100.0
    assert line["text_layer"]["times_cheaper_without_fork"] == 1000.0
    assert line["word_f1"] == {"scans": {"ours": 0.5, "floor": 0.5}}
    assert line["cer"] == {"scans": {"ours": 0.5, "floor": 0.5}}
    assert line["accuracy_documents"] == {"scans": {"documents": 2, "made_worse_here": 1, "unread_by_ours": 1}}
    assert (line["pages"], line["rounds"]) == (4, 2)
    assert line["engines"]["ours"] == "tesserocr 5.5.4"
    assert line["absent"] == {"docling": "not runnable: needs downloads"}
    assert line["failures"] == {"broken": ["timed out"]}
    assert line["output_bytes_per_page"] == {"application/jsonl": 17_000}


def test_only_peers_on_our_engine_are_compared_with_us(measured: Measured) -> None:
    assert measured.times_less == {"ocrmypdf": pytest.approx(2.0)}
    # Two starts of 0.8 s on four pages are 0.4 s of the 2.2 s a page.
    assert measured.times_less_but_for_starts == {"ocrmypdf": pytest.approx(1.8 / 1.1)}


def test_a_run_without_scans_and_text_layers_has_a_line_too(measured: Measured) -> None:
    none = Measured([], 0, 0, 0, None, "", measured.scores, {}, {}, {}, {})
    assert none.to_json()["cpu_ratio_to_floor"] == {}
    assert none.to_json()["text_layer_times_cheaper"] is None


def test_the_file_says_what_was_measured_and_what_was_not(measured: Measured) -> None:
    text = ocr_report.markdown(measured, "2026-01-01", "python -m bench.ocr", {"processor": "2 cores"})
    for said in (
        "2026-01-01", "`python -m bench.ocr`", "- processor: 2 cores", ocr_report.INCLUDED, ocr_report.NORMALISED,
        "1.10 (1.00 to 1.20)", "docling", "needs downloads", "timed out", "ocrmypdf 2.00",
        "500 times",
    ):  # fmt: skip
        assert said in text


def test_the_dearest_document_stands_first(measured: Measured) -> None:
    assert [one[0] for one in ocr_report.document_rows(measured)] == ["b.pdf", "a.pdf"]


def test_the_plot_is_drawn(measured: Measured, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from bench.ocr import plot as ocr_plot

    ocr_plot.draw(measured, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
