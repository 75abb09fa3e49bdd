"""The command: what it prints and writes, and how it refuses."""

import json
from pathlib import Path

import pytest

from bench.calling import RESULTS
from bench.capacity import validation, window
from bench.capacity.__main__ import main
from bench.capacity.costs import COSTS, CostsFile, load
from bench.capacity.curve import Scenario
from bench.capacity.load import LoadInvalid
from bench.capacity.site import Scaling, scaled
from bench.capacity.stages import PARTITIONS
from tests.unit.bench.capacity import made

_LOAD = ("--pages-per-day", "100_000", "--scanned-share", "0.6", "--pages-per-document", "3", "--peak", "4")


@pytest.fixture
def costs(tmp_path: Path) -> str:
    whole = CostsFile(bench="capacity.measure", date="2026-01-01", machine={}, costs=made.costs())
    (tmp_path / "costs.json").write_text(whole.model_dump_json(), encoding="utf-8")
    return str(tmp_path / "costs.json")


def test_a_plan_ends_with_one_line_for_machines(costs: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["plan", *_LOAD, "--costs", costs, "--json"])
    out = capsys.readouterr()
    line = json.loads(out.out)
    assert line["pages_per_day"] == 100_000 and line["warnings"] == []
    assert "bottleneck" in out.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--peak", "0"), "--peak is 0: give a number from 1 to 24"),
        (("--language-model", "5"), "--language-model and --answer-seconds belong together"),
        (("--partitions", "pages=3"), "there is no such topic"),
        (("--costs", "nowhere.json"), "python -m bench.capacity measure"),
    ],
)
def test_a_wrong_request_says_what_is_wrong(
    more: tuple[str, ...], said: str, costs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["plan", *_LOAD, "--costs", costs, *more])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_language_model_without_the_start_of_its_gpus_is_refused(
    costs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["simulate", *_LOAD, "--costs", costs, "--language-model", "5", "--answer-seconds", "2"])
    assert "--gpu-start is needed" in capsys.readouterr().err


def test_a_simulation_writes_a_page_and_says_whether_the_target_is_held(
    costs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.capacity.day.STEP", 60.0)
    small = ("--reprocess", "1000", "--long-documents", "1", "--long-pages", "100", "--results", str(tmp_path))
    main(["simulate", *_LOAD, "--costs", costs, "--partitions", "pages.requested=2", *small, "--json"])
    line = json.loads(capsys.readouterr().out)
    assert list(line["variants"]) == ["partitions as they are", "partitions as planned"]
    few, enough = line["variants"].values()
    assert not few["partitions_enough"] and enough["partitions_enough"]
    assert few["day"]["whole"]["p95"] > 60 > enough["day"]["whole"]["p95"]
    assert any("the target of 60 s is not held; ocr takes most" in one for one in line["words"])
    assert any("the target of 60 s is held" in one for one in line["words"])
    page = (tmp_path / "capacity.html").read_text()
    assert page.count("<svg") == 4 and "<script" not in page
    assert json.loads((tmp_path / "capacity.json").read_text()) == line


def test_a_burst_that_would_take_minutes_is_refused() -> None:
    load_ = made.LOAD.times(10_000)
    site = scaled(made.costs(), load_, PARTITIONS, Scaling(), 1.0)
    with pytest.raises(LoadInvalid, match="give a smaller --burst"):
        window.simulate(site, load_, Scenario())


def test_the_simulation_is_near_what_was_measured() -> None:
    """The real runs of `bench.scale` and `bench.pipeline`; nothing was fitted to them."""
    found = {one.what: one.off for one in validation.compared(load(COSTS), RESULTS)}
    assert abs(found["pages a second, 1 OCR worker"]) < 0.05
    assert abs(found["pages a second, 2 OCR workers"]) < 0.1
    assert abs(found["pages a second, the whole local stack"]) < 0.1
    # Its pages with text are of a few lines, and the single page is a dense one: neither is of the average's cost.
    assert abs(found["a long document's last range was read after, s"]) < 0.3
    assert abs(found["one page sent meanwhile, p50, s"]) < 0.4


def test_control_other_costs_are_far_from_what_was_measured() -> None:
    wrong = load(COSTS).model_copy(update={"ocr_scanned_page": made.costs(ocr_scanned_page=2.0).ocr_scanned_page})
    found = {one.what: one.off for one in validation.compared(wrong, RESULTS)}
    assert found["pages a second, 1 OCR worker"] < -0.2
    assert found["pages a second, the whole local stack"] < -0.2
