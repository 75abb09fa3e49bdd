import json
from pathlib import Path

import pytest

from bench.calling import RESULTS
from bench.capacity import costs, reading
from bench.capacity.costs import CostsFile, CostsInvalid
from bench.capacity.reading import ResultMissing
from tests.unit.bench.capacity import made


def _file(tmp_path: Path) -> Path:
    whole = CostsFile(bench="capacity.measure", date="2026-01-01", machine={}, costs=made.costs())
    path = tmp_path / "costs.json"
    path.write_text(whole.model_dump_json(), encoding="utf-8")
    return path


def test_what_is_written_reads_the_same(tmp_path: Path) -> None:
    assert costs.load(_file(tmp_path)) == made.costs()


def test_a_file_that_is_not_there_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(CostsInvalid, match=r"python -m bench\.capacity measure"):
        costs.load(tmp_path / "costs.json")


@pytest.mark.parametrize(
    ("value", "said"), [(None, "ocr_scanned_page"), (-1.0, "greater"), (float("inf"), "ocr_scanned_page")]
)
def test_a_figure_that_lacks_or_makes_no_sense_is_named(tmp_path: Path, value: float | None, said: str) -> None:
    path = _file(tmp_path)
    told = json.loads(path.read_text())
    if value is None:
        del told["costs"]["ocr_scanned_page"]
    else:
        told["costs"]["ocr_scanned_page"]["value"] = value
    path.write_text(json.dumps(told))
    with pytest.raises(CostsInvalid, match=said):
        costs.load(path)


def test_the_results_of_this_repository_tell_costs_and_the_commands_that_measured_them() -> None:
    found = reading.figures(RESULTS)
    # Copied from pipeline.md, ocr.md and extraction.md by hand would go stale: what must hold is the order.
    assert found["ocr_scanned_page"].value > 10 * found["ocr_text_page"].value > 0
    assert found["rebalance"].command == "make faults"
    assert {one.command.split()[2] for one in found.values() if one.command.startswith("python")} == {
        "bench.pipeline",
        "bench.ocr",
        "bench.extraction",
    }


def test_a_page_tells_its_command_and_its_rows(tmp_path: Path) -> None:
    page = tmp_path / "scale.md"
    page.write_text(
        "# x\n\n2026-01-01 00:00 UTC, `python -m bench.scale --json`\n\n| what | n |\n| speed | 1.5 a |\n"
    )
    result = reading.read(page)
    assert (result.command, result.number("speed")) == ("python -m bench.scale --json", 1.5)
    with pytest.raises(ResultMissing, match=r"no row 'size': write it anew with `python -m bench\.scale --json`"):
        result.row("size")


def test_a_result_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultMissing, match=r"pipeline\.md cannot be read"):
        reading.figures(tmp_path)
