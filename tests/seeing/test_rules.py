"""Alerts fire when they should, alone, and never on a site on which all is well: as Prometheus itself computes them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.seeing import files
from tests.seeing.healthy import Series, changed, confidence, healthy
from tests.tools import program

MINUTES = 130


@dataclass(frozen=True)
class Case:
    """A site that is changed so, and the alerts that fire then: these and no others."""

    name: str
    series: Series
    fires: dict[str, int]
    #: the minute; 0 is nearly the end of the series
    at: int = 0


def work(stage: str, lane: str = "live", **outcomes: str) -> Series:
    where = f'stage="{stage}", instance="{stage}:9100", lane="{lane}"'
    return {f'chancery_work_total{{{where}, outcome="{one}"}}': values for one, values in outcomes.items()}


def line(topic: str, records: str, seconds: str, stage: str = "ocr", lane: str = "live") -> Series:
    where = f'stage="{stage}", topic="{topic}", lane="{lane}"'
    return {f"chancery_line_records{{{where}}}": records, f"chancery_line_seconds{{{where}}}": seconds}


def process(name: str, lanes: str) -> Series:
    return {
        f'chancery_process_info{{process="{name}"}}': "",
        f'chancery_process_info{{process="{name}", lanes="{lanes}"}}': "1+0x",
    }


def idle(stage: str) -> Series:
    """It does nothing, not even wrongly."""
    failed = f'chancery_failed_attempts_total{{stage="{stage}"'
    return {f"{failed}}}": ""} | work(stage, done="50+0x", quarantined="1+0x")


PAUSED = {'chancery_pauses_total{process="ocr", code="dependency_unavailable"}': "0+2x"}
HEADS = 'chancery_audit_head_timestamp_seconds{chain="audit-'
ENDED = "chancery_documents_ended_total{end="
BEHIND = ("pages.requested.reprocessing", "ocr", "reprocessing")

CASES = (
    Case("all is well", {}, {}),
    Case("all is well from the first minutes on", {}, {}, 20),
    # lines
    Case("a stage stands", changed(idle("ocr")), {"ChanceryLineStands": 1}),
    Case("a stage has nothing to do", changed(
        idle("ocr"), line("pages.requested", "0+0x", "0+0x"), line("pages.requested.long", "0+0x", "0+0x")), {}),
    Case("live work goes on, reprocessing stands", changed(
        line(BEHIND[0], "9+0x", "100+0x", *BEHIND[1:])), {"ChanceryLineStands": 1}),
    Case("a stage stands, since a server is away", changed(idle("ocr"), PAUSED), {"ChanceryPaused": 1}),
    Case("no worker, and a line", changed(
        {'chancery_process_info{process="ocr"}': "", 'up{job="chancery", instance="ocr:9100"}': ""},
        idle("ocr"), line("pages.requested", "9+0x", "900+0x")), {"ChanceryNobodyWorks": 1}),
    Case("no worker of reprocessing, and a line", changed(
        process("ocr", "live"), line(BEHIND[0], "9+0x", "900+0x", *BEHIND[1:])), {"ChanceryNobodyWorks": 1}),
    Case("workers of both lanes are needed, and there", changed(
        process("ocr", "live"), process("ocr", "reprocessing") | {'chancery_process_info{process="ocr", lanes="live"}': "1+0x"},
        work("ocr", "reprocessing", done="0+1x"), line(BEHIND[0], "9+0x", "900+0x", *BEHIND[1:])), {}),
    Case("no worker, and nothing to do", changed(
        {'chancery_process_info{process="ocr"}': ""}, idle("ocr"),
        line("pages.requested", "0+0x", "0+0x"), line("pages.requested.long", "0+0x", "0+0x")), {}),
    Case("a document is too old", changed({"chancery_oldest_open_seconds": "3000+10x"}), {"ChanceryDocumentsLate": 1}),
    Case("a document is as old as it may be", changed({"chancery_oldest_open_seconds": "3600+0x"}), {}),
    Case("reprocessing is in the way", changed(
        line("pages.requested", "90+0x", "700+0x"), work("ocr", "reprocessing", done="0+1x")),
        {"ChanceryReprocessingInTheWay": 1}),
    Case("live documents wait, and nothing is reprocessed", changed(line("pages.requested", "90+0x", "700+0x")), {}),
    # ends
    Case("a dead letter", changed(work("ocr", dead_lettered="0x115 1x")), {"ChanceryDeadLetters": 1}),
    Case("a dead letter of a process that was never asked before", changed(work("ocr", dead_lettered="_x115 1x")),
        {"ChanceryDeadLetters": 1}),
    Case("dead letters of yesterday", changed(work("ocr", dead_lettered="3+0x")), {}),
    Case("yesterday's, and Prometheus comes back", {
        name: f"_x115 {values.replace('0+', '6960+', 1) if values.endswith('+60x') else values}"
        for name, values in changed(work("ocr", dead_lettered="3+0x")).items()}, {}),
    Case("quarantine jumps", changed({f'{ENDED}"quarantine", reason="encrypted"}}': "0+0.2x80 17+3x"}),
        {"ChanceryQuarantineJumps": 1}),
    Case("quarantine is always like that here", changed({f'{ENDED}"quarantine", reason="encrypted"}}': "0+2x"}), {}),
    Case("three bad files at night", changed(
        {f'{ENDED}"quarantine", reason="encrypted"}}': "0x60 0+0.05x", f'{ENDED}"result", reason=""}}': "0+0.1x",
         f'{ENDED}"review", reason="confidence_low"}}': "0+0x"}), {}),
    Case("tries fail", changed(
        {'chancery_failed_attempts_total{stage="extract"}': "",
         'chancery_failed_attempts_total{stage="extract", code="stage_failed", decision="retry"}': "0+3x"}),
        {"ChanceryAttemptsFail": 1}),
    Case("a server is away for a moment, which is no failure", changed(
        {'chancery_failed_attempts_total{stage="extract", code="dependency_unavailable", decision="pause"}': "0+9x"}), {}),
    Case("a job fails", changed({'chancery_runs_total{job="reconcile", state="failed"}': "7x115 8x"}),
        {"ChanceryRunFailed": 1}),
    Case("a job fails for the first time", changed({'chancery_runs_total{job="retain", state="failed"}': "_x115 1x"}),
        {"ChanceryRunFailed": 1}),
    Case("a job is late", changed({'chancery_runs_total{job="retain", state="late"}': "0x115 1x"}),
        {"ChanceryRunFailed": 1}),
    # processes
    Case("a server is away", changed(PAUSED), {"ChanceryPaused": 1}),
    Case("a process is silent", changed({'up{job="chancery", instance="ocr:9100"}': "1x100 0x"}), {"ChancerySilent": 1}),
    Case("somebody else's process is silent", changed({'up{job="kafka", instance="k:9100"}': "0+0x"}), {}),
    Case("nobody looks at lines", changed({"chancery_observed_timestamp_seconds": ""}), {"ChanceryUnobserved": 1}),
    Case("the ledger is not looked at", changed({'chancery_observed_timestamp_seconds{of="ledger"}': "0+60x100 6000+0x"}),
        {"ChanceryUnobserved": 1}),
    Case("nobody keeps the ledger", changed({'chancery_process_info{process="record"': ""}), {"ChanceryUnrecorded": 1}),
    Case("nobody keeps the audit chain", changed({'chancery_process_info{process="audit"': ""}), {"ChanceryUnrecorded": 1}),
    Case("no head is signed", changed({f'{HEADS}0"}}': "0+60x50 3000+0x", f'{HEADS}1"}}': "0+60x50 3000+0x"}),
        {"ChanceryAuditLate": 1}),
    Case("one of two chains had no news", changed({f'{HEADS}1"}}': "0+60x10 600+0x"}), {}),
    Case("there was no news", changed(
        {f'{HEADS}0"}}': "0+60x50 3000+0x", f'{HEADS}1"}}': "0+60x50 3000+0x", "chancery_work_total": "",
         "chancery_line_records": "", "chancery_line_seconds": ""}), {}),
    Case("the audit worker was started anew and signs again in a while", changed(
        {f'{HEADS}0", instance="a"}}': "0+60x80 _x", f'{HEADS}1"}}': "", f'{HEADS}0", instance="b"}}': "_x100 6060+60x"}), {}),
    Case("a model does not answer", changed(
        {'chancery_model_requests_total{model="language", outcome="failed"}': "0+2x"}), {"ChanceryModelFails": 1}),
)  # fmt: skip

#: What is over before it is worth waking somebody.
BRIEF = (
    Case("a server was away for two minutes", changed(
        {'chancery_pauses_total{process="ocr", code="dependency_unavailable"}': "0x113 0+2x2 6+0x"}), {}, 118),
)  # fmt: skip

#: The mean of days is compared over a week, and a head is due each day: half an hour a value will do.
SLOW = (
    Case("confidence falls", confidence("0+264x330 87384+240x", "0+300x"), {"ChanceryConfidenceFalls": 1}),
    Case("confidence stays", confidence("0+264x", "0+300x"), {}),
    Case("confidence falls on a handful of pages", confidence("0+2.64x330 873.84+2.4x", "0+3x"), {}),
    Case("a day without a head", {f'{HEADS}0"}}': "0+1800x330 594000+0x", f'{HEADS}1"}}': "0+1800x"}, {"ChanceryAuditLate": 1}),
    Case("a day between heads", {f'{HEADS}0"}}': "0+1800x350 630000+0x", f'{HEADS}1"}}': "0+1800x"}, {}),
)  # fmt: skip


def told(cases: tuple[Case, ...], minutes: int, step: int, every: int, alerts: str = ".+") -> dict[str, Any]:
    """A file for promtool: a value each `step` minutes, and rules looked at `every` so many."""
    count = minutes // step

    def values(short: str) -> str:
        *before, last = short.split(" ")
        used = sum(int(part.rpartition("x")[2]) + 1 for part in before)
        return " ".join([*before, f"{last}{count - used}"])

    tests = []
    for case in cases:
        expected = [{"labels": f'{{alertname="{name}"}}', "value": many} for name, many in case.fires.items()]
        series = case.series or healthy()
        tests.append(
            {
                "name": case.name,
                "interval": f"{step}m",
                "input_series": [{"series": name, "values": values(short)} for name, short in series.items()],
                "promql_expr_test": [
                    {
                        "expr": f'count by (alertname) (ALERTS{{alertstate="firing", alertname=~"{alerts}"}})',
                        "eval_time": f"{case.at or minutes - every}m",
                        "exp_samples": expected,
                    }
                ],
            }
        )
    return {
        "rule_files": list(map(str, files.RULES)),
        "evaluation_interval": f"{every}m",
        # Else an alert would look at what was recorded the time before, which is too long ago here.
        "group_eval_order": sorted(files.groups(), key=lambda name: name != "chancery-recording"),
        "tests": tests,
    }


def promtool(tmp_path: Path, *told_: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    written = []
    for number, one in enumerate(told_):
        file = tmp_path / f"{number}.yaml"
        file.write_text(yaml.safe_dump(one, sort_keys=False), encoding="utf-8")
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


def test_what_takes_days_fires_where_it_should_and_nowhere_else(tmp_path: Path) -> None:
    done = promtool(tmp_path, told(SLOW, 12_000, 30, 30, "ChanceryConfidenceFalls|ChanceryAuditLate"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", files.alerts())
def test_each_alert_is_tried_both_ways(alert: str) -> None:
    assert any(alert in case.fires for case in (*CASES, *SLOW))
    assert any(alert not in case.fires for case in (*CASES, *SLOW))


def test_an_alert_that_fires_unasked_is_found(tmp_path: Path) -> None:
    case = Case("all is well", changed({"chancery_oldest_open_seconds": "3601+0x"}), {})
    done = promtool(tmp_path, told((case,), MINUTES, 1, 5))
    assert done.returncode != 0
    assert "ChanceryDocumentsLate" in done.stdout + done.stderr
