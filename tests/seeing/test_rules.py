"""Alerts fire when they should, alone, and never on a site on which all is well: as Prometheus computes them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.seeing import files
from tests.seeing.cases import BRIEF, ENDS, LINES, MINUTES, PROCESSES, SLOW, Case, case
from tests.tools import program

CASES = (*LINES, *ENDS, *PROCESSES)


def told(cases: tuple[Case, ...], minutes: int, step: int, every: int, alerts: str = ".+") -> dict[str, Any]:
    """A file for promtool: a value each `step` minutes, and rules looked at `every` so many."""
    count = minutes // step

    def values(short: str) -> str:
        *before, last = short.split(" ")
        used = sum(int(part.rpartition("x")[2]) + 1 for part in before)
        return " ".join([*before, f"{last}{count - used}"])

    return {
        "rule_files": list(map(str, files.RULES)),
        "evaluation_interval": f"{every}m",
        # Else an alert would look at what was recorded the time before, which is too long ago here.
        "group_eval_order": sorted(files.groups(), key=lambda name: name != "chancery-recording"),
        "tests": [
            {
                "name": one.name,
                "interval": f"{step}m",
                "input_series": [{"series": name, "values": values(short)} for name, short in one.series.items()],
                "promql_expr_test": [
                    {
                        "expr": f'count by (alertname) (ALERTS{{alertstate="firing", alertname=~"{alerts}"}})',
                        "eval_time": f"{one.at or minutes - every}m",
                        "exp_samples": [
                            {"labels": f'{{alertname="{name}"}}', "value": 1} for name in one.fires.split()
                        ],
                    }
                ],
            }
            for one in cases
        ],
    }


def promtool(tmp_path: Path, *files_: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    written = []
    for number, content in enumerate(files_):
        file = tmp_path / f"{number}.yaml"
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        written.append(str(file))
    command = [str(program("promtool")), "test", "rules", *written]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_promtool_finds_nothing_to_complain_of() -> None:
    command = [str(program("promtool")), "check", "rules", "--lint=all", "--lint-fatal", *map(str, files.RULES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("SUCCESS") == len(files.RULES)


def test_alerts_fire_where_they_should_and_nowhere_else(tmp_path: Path) -> None:
    done = promtool(tmp_path, told(CASES, MINUTES, 1, 5), told(BRIEF, MINUTES, 1, 1))
    assert done.returncode == 0, done.stdout + done.stderr


def test_who_is_woken_for_a_run_reads_which_job_it_was_though_scraping_has_names_of_its_own(tmp_path: Path) -> None:
    scraped = {"job": "chancery", "instance": "10.0.0.7:9100", "namespace": "chancery", "pod": "site-observe-0"}
    failed = {"dag": "retain", "state": "failed"} | scraped
    series = "chancery_runs_total{" + ", ".join(f'{name}="{value}"' for name, value in failed.items()) + "}"
    content = told((case("a job fails", {series: "7x115 8x"}),), MINUTES, 1, 5)
    (one,) = content["tests"]
    del one["promql_expr_test"]
    rule = files.alerts()["ChanceryRunFailed"]
    expected = {
        "exp_labels": {"severity": "warning", "dag": "retain", "state": "failed"},
        "exp_annotations": rule["annotations"] | {"summary": "A run of the job retain is failed"},
    }
    one["alert_rule_test"] = [
        {"eval_time": f"{MINUTES - 5}m", "alertname": "ChanceryRunFailed", "exp_alerts": [expected]}
    ]
    done = promtool(tmp_path, content)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_takes_days_fires_where_it_should_and_nowhere_else(tmp_path: Path) -> None:
    done = promtool(tmp_path, told(SLOW, 12_000, 30, 30, "ChanceryConfidenceFalls|ChanceryAuditLate"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", files.alerts())
def test_each_alert_is_tried_both_ways(alert: str) -> None:
    fires = {one.fires for one in (*CASES, *SLOW)}
    assert alert in fires
    assert "" in fires


def test_an_alert_that_fires_unasked_is_found(tmp_path: Path) -> None:
    wrong = case("all is well", {"chancery_oldest_open_seconds": "3601+0x"})
    done = promtool(tmp_path, told((wrong,), MINUTES, 1, 5))
    assert done.returncode != 0
    assert "ChanceryDocumentsLate" in done.stdout + done.stderr


def test_an_alert_that_does_not_fire_is_found(tmp_path: Path) -> None:
    wrong = case("a document is late", {"chancery_oldest_open_seconds": "3599+0x"}, fires="ChanceryDocumentsLate")
    done = promtool(tmp_path, told((wrong,), MINUTES, 1, 5))
    assert done.returncode != 0
