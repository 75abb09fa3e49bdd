"""The whole benchmark, on two made scans and a text layer of two page ranges, without peers."""

import csv
import json
import subprocess
import sys
from pathlib import Path

from bench import calling
from tests import documents

LINES = ["A page that every tool can read", "with a second line on it", "Total 12.50"]
PAGES = 9


def test_the_command_is_written_without_where_folders_lie() -> None:
    assert calling.command("ocr", ["--documents", "/somewhere/documents", "--json"]) == (
        "python -m bench.ocr --documents documents --json"
    )


def test_the_benchmark_ends_with_a_line_for_machines(tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes(documents.scan_png(LINES, 1000, 600))
    (tmp_path / "two.png").write_bytes(documents.scan_png(LINES, 1000, 600))
    (tmp_path / "born.pdf").write_bytes(documents.text_pdf(LINES * 5, pages=PAGES))
    (tmp_path / "one.txt").write_text("\n".join(LINES))
    with (tmp_path / "MANIFEST.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("path", "truth_text"), ("one.png", "one.txt"), ("two.png", ""), ("born.pdf", "")]
        )
    results = tmp_path / "results"
    options = ["--pages", str(PAGES), "--rounds", "1", "--per-group", "1", "--peers", "none", "--json"]
    said = subprocess.run(
        [sys.executable, "-m", "bench.ocr", "--documents", tmp_path, "--results", results, *options],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    line = json.loads(said.stdout.splitlines()[-1])
    assert line["failures"] == {}
    assert (line["pages"], line["rounds"]) == (2, 1)
    assert line["cpu_ratio_to_floor"]["floor"] == 1.0
    assert line["cpu_ratio_to_floor"]["ours"] > 0.5
    assert line["word_f1"]["scans"] == {"ours": 1.0, "floor": 1.0}
    assert set(line["word_f1"]) == {"scans", "skewed", "noisy", "turned", "low_resolution", "fax"}
    assert (line["text_layer"]["pages"], line["text_layer"]["layer_used"]) == (PAGES, 1.0)
    assert line["text_layer_times_cheaper"] > 1
    assert line["output_bytes_per_page"]
    assert (results / "ocr.md").read_text().startswith("# bench.ocr")
    assert (results / "ocr.png").read_bytes().startswith(b"\x89PNG")
