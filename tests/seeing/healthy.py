"""A site on which all is well, as series in the notation of `promtool test rules`, a value a minute."""

from __future__ import annotations

from processors.pipeline import STAGES

#: series -> its values; "0+5x" means five more each minute
Series = dict[str, str]

_PROCESSES = (*(row.name for row in STAGES), "record", "audit", "observe")


def healthy() -> Series:
    """Every series that alerts look at; values end in `x`, for whoever knows how many minutes there are."""
    made: Series = {}
    for process in _PROCESSES:
        where = f'job="chancery", instance="{process}:9100"'
        made[f"up{{{where}}}"] = "1+0x"
        made[f'chancery_process_info{{process="{process}", lanes="all", version="1", {where}}}'] = "1+0x"
        # Kafka stumbled once, for a moment.
        made[f'chancery_pauses_total{{process="{process}", code="dependency_unavailable", {where}}}'] = "0+0.02x"
    for row in STAGES:
        where = f'stage="{row.name}", instance="{row.name}:9100"'
        for topic in row.reads:
            lane = "reprocessing" if topic.endswith(".reprocessing") else "live"
            line = f'stage="{row.name}", topic="{topic}", lane="{lane}"'
            made[f"chancery_line_records{{{line}}}"] = "0+0x" if lane == "reprocessing" else "4+0x"
            made[f"chancery_line_seconds{{{line}}}"] = "0+0x" if lane == "reprocessing" else "3+0x"
            for outcome, values in {"done": "0+6x", "quarantined": "0+0.2x", "dead_lettered": "0+0x"}.items():
                told = "0+0x" if lane == "reprocessing" else values
                made[f'chancery_work_total{{{where}, lane="{lane}", outcome="{outcome}"}}'] = told
        for decision in ("retry", "quarantine", "dead_letter"):
            failed = f'{where}, code="stage_crashed", decision="{decision}"'
            made[f"chancery_failed_attempts_total{{{failed}}}"] = "0+0x" if decision == "dead_letter" else "0+0.2x"
    for end, reason, values in (
        ("result", "", "0+5x"),
        ("review", "confidence_low", "0+1x"),
        ("quarantine", "encrypted", "0+0.2x"),
        ("dead_letter", "stage_failed", "0+0x"),
    ):
        made[f'chancery_documents_ended_total{{end="{end}", reason="{reason}"}}'] = values
    made["chancery_oldest_open_seconds"] = "40+0x"
    for of in ("kafka", "ledger"):
        made[f'chancery_observed_timestamp_seconds{{of="{of}"}}'] = "0+60x"
    for chain in ("audit-0", "audit-1"):
        made[f'chancery_audit_head_timestamp_seconds{{chain="{chain}"}}'] = "0+60x"
    for state in ("succeeded", "failed", "late"):
        made[f'chancery_runs_total{{dag="reconcile", state="{state}"}}'] = (
            "7+0x" if state != "succeeded" else "0+0.02x"
        )
    for model in ("language", "vision"):
        made[f'chancery_model_requests_total{{model="{model}", outcome="answered"}}'] = "0+3x"
        made[f'chancery_model_requests_total{{model="{model}", outcome="failed"}}'] = "0+0.1x"
    made |= confidence("0+8.8x")
    return made


def confidence(sum_: str, count: str = "0+10x") -> Series:
    """Ten pages a minute; 0.88 is what scans of offices have."""
    return {"chancery_page_confidence_sum": sum_, "chancery_page_confidence_count": count}


def changed(*changes: Series) -> Series:
    """The healthy site with some series in place of others: those whose name begins so; "" takes them away."""
    made = healthy()
    for change in changes:
        for name, values in change.items():
            beginning = name.rstrip("}")
            for there in [one for one in made if one.startswith(beginning) or one == name]:
                del made[there]
            if values:
                made[name] = values
    return made
