import json
from pathlib import Path

import pytest

from bench.pipeline import report
from bench.pipeline.latency import STEPS, Latency
from bench.pipeline.overhead import Idle, Round
from bench.pipeline.report import Measured

STAGES = ("supervisor", "intake", "ocr", "classify", "extract", "publish", "record")


@pytest.fixture
def measured() -> Measured:
    """Four pages, two rounds; 1.25 s a page against a floor of 1.0 s."""
    chancery = dict.fromkeys(STAGES, 0.0) | {"ocr": 4.5, "extract": 0.5}
    rounds = [
        Round(4, chancery, {"kafka": 0.4, "minio": 0.2}, 4.0, 10.0, {"released": 3, "review": 1}),
        Round(4, chancery, {"kafka": 0.4, "minio": 0.2}, 4.0, 6.0, {"released": 4}),
    ]
    idle = Idle(10.0, dict.fromkeys(STAGES, 0.005), {"kafka": 0.02, "minio": 0.0})
    one = Latency((1.0, 2.0, 3.0), dict.fromkeys(STEPS, 0.25))
    return Measured(4, rounds, idle, dict.fromkeys(STAGES, 1.0), {"text_layer": one, "scan": one})


def test_the_line_for_machines_says_what_was_measured(measured: Measured) -> None:
    line = json.loads(json.dumps(measured.to_json()))
    assert line["bench"] == "pipeline"
    assert (line["pages"], line["rounds"]) == (4, 2)
    assert (line["cpu_seconds_per_page"], line["floor_cpu_seconds_per_page"]) == (1.25, 1.0)
    assert (line["ratio"], line["overhead_cpu_seconds_per_page"]) == (1.25, 0.25)
    assert line["by_stage"]["ocr"] == 1.125
    assert line["servers_cpu_seconds_per_page"] == {"kafka": 0.1, "minio": 0.05}
    assert line["idle_cpu_per_second"] == 0.035
    assert line["pages_per_second"] == 0.5
    assert line["ends"] == {"released": 7, "review": 1}
    assert line["latency_seconds"]["scan"]["p50"] == 2.0


def test_the_parts_add_up_to_the_whole(measured: Measured) -> None:
    assert sum(measured.by_stage.values()) == pytest.approx(measured.ours)


def test_the_file_names_date_command_machine_and_what_is_included(measured: Measured) -> None:
    text = report.markdown(measured, "2026-01-01", "python -m bench.pipeline", {"processor": "2 cores"})
    for said in ("2026-01-01", "`python -m bench.pipeline`", "- processor: 2 cores", report.INCLUDED, "| 1.250 |"):
        assert said in text


def test_the_plot_is_drawn(measured: Measured, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from bench.pipeline import plot

    plot.draw(measured, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
