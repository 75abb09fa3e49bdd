"""What a chart's values say of scaling; and the example of a large site beside what the plan wants for its load."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.capacity import chart, costs
from bench.capacity.load import Load, LoadInvalid
from bench.capacity.planning import plan
from bench.capacity.stages import partitions_of

SITES = chart.VALUES.parent / "sites"
#: what sites/large.yaml says that it is for
LARGE = Load(pages_per_day=10_000_000, scanned_share=0.6, pages_per_document=3, peak=4)


def test_a_site_changes_what_it_names_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(
        "{workers: {ocr: {max: 500}}, kafka: {partitions: {pages.requested: 1584}}, scaling: {pollingSeconds: 5}}"
    )
    (tmp_path / "empty.yaml").write_text("")
    usual, site = chart.read(tmp_path / "empty.yaml"), chart.read(tmp_path / "site.yaml")
    assert site.stages["ocr"] == chart.Bounds(usual.stages["ocr"].least, 500, usual.stages["ocr"].lag)
    assert site.stages["publish"] == usual.stages["publish"]
    assert (site.polling, site.cooldown, site.partitions) == (5.0, usual.cooldown, {"pages.requested": 1584})


@pytest.mark.parametrize("text", ["[]", "workers: 3", "workers: {ocr: {max: 1", "scaling: {mode: fixed}", "\udcff"])
def test_what_is_no_site_is_refused_by_its_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text(text, errors="surrogateescape")
    with pytest.raises(LoadInvalid, match=r"--values .*odd\.yaml"):
        chart.read(tmp_path / "odd.yaml")


def test_the_large_site_has_workers_and_partitions_for_the_load_that_it_names() -> None:
    site = chart.read(SITES / "large.yaml")
    wanted = plan(costs.load(costs.COSTS), LARGE, partitions_of(site.partitions))
    assert wanted.short == ()
    for name, bounds in site.stages.items():
        assert bounds.most >= next(stage.workers for stage in wanted.stages if stage.name == name), name


def test_control_the_charts_own_values_have_not() -> None:
    made = plan(costs.load(costs.COSTS), LARGE)
    assert {stage.name for stage in made.short} == {"ocr", "extract"}
