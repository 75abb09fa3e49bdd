"""Dashboards are what Grafana reads, in the order in which operators ask, and each panel explains itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from processors.dashboards import written
from tests.seeing import files
from tests.seeing.files import Json
from tests.seeing.grafana import DASHBOARD

#: The questions of operators, in the order in which they come.
ORDER = ["Rate", "Errors", "Duration", "Lag"]
DOCS = Path(__file__).parents[2] / "docs" / "monitoring.md"


def pages() -> list[Json]:
    return [files.dashboard(file) for file in files.DASHBOARDS]


def faults(page: Json) -> list[str]:
    return [error.json_path for error in Draft202012Validator(DASHBOARD).iter_errors(page)]


def test_written_files_are_up_to_date_and_none_is_left_over() -> None:
    there = {file.name: file.read_text(encoding="utf-8") for file in files.DASHBOARDS}
    assert there == written.files(), "run `make schemas`"


def test_writing_removes_what_is_no_more(tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text("{}")
    written.write(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(written.files())


@pytest.mark.parametrize("page", pages(), ids=lambda page: page["uid"])
def test_grafana_reads_it(page: Json) -> None:
    assert faults(page) == []


@pytest.mark.parametrize(
    ("right", "wrong"), [("legendFormat", "legend"), ("percentunit", "percentage"), ("gridPos", "pos")]
)
def test_a_name_that_grafana_does_not_know_is_found(right: str, wrong: str) -> None:
    page = json.dumps(pages()[0])
    assert right in page
    assert faults(json.loads(page.replace(f'"{right}"', f'"{wrong}"'))) != []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page["uid"])
def test_it_answers_in_the_order_in_which_people_ask(page: Json) -> None:
    titles = [panel["title"] for panel in page["panels"] if panel["type"] == "row"]
    asked = [title for title in titles if title in ORDER]
    assert asked == [title for title in ORDER if title in asked]
    assert len(asked) >= 3


@pytest.mark.parametrize("page", pages(), ids=lambda page: page["uid"])
def test_each_panel_explains_itself_and_leads_to_its_section(page: Json) -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    sections = {line.removeprefix("## ").lower().replace(" ", "-") for line in lines if line.startswith("## ")}
    titles = [panel["title"] for panel in files.panels(page)]
    assert len(titles) == len(set(titles))
    for panel in files.panels(page):
        assert panel["description"].endswith("."), panel["title"]
        (link,) = panel["links"]
        file, _, section = link["url"].partition("#")
        assert file == "docs/monitoring.md"
        assert section in sections


@pytest.mark.parametrize("page", pages(), ids=lambda page: page["uid"])
def test_panels_lie_beside_each_other_and_never_on_top(page: Json) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in page["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in page["panels"]}) == len(page["panels"])


def test_there_are_few_pages() -> None:
    assert len(files.DASHBOARDS) <= 4
