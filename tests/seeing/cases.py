"""Sites on which something is wrong, or only looks so, each with the alert that fires then."""

from __future__ import annotations

from dataclasses import dataclass

from tests.seeing.healthy import Series, changed, confidence

#: of a case that takes no more than two hours
MINUTES = 130


@dataclass(frozen=True)
class Case:
    """A site, and the alert that fires there; no other does."""

    name: str
    series: Series
    #: names, with blanks
    fires: str = ""
    #: the minute; 0 is nearly the end of the series
    at: int = 0


def case(name: str, *changes: Series, fires: str = "", at: int = 0) -> Case:
    """The healthy site with some changes."""
    return Case(name, changed(*changes), fires, at)


def work(stage: str, lane: str = "live", **outcomes: str) -> Series:
    """What was answered."""
    where = f'stage="{stage}", instance="{stage}:9100", lane="{lane}"'
    return {f'chancery_work_total{{{where}, outcome="{one}"}}': values for one, values in outcomes.items()}


def line(topic: str, records: str, seconds: str, lane: str = "live") -> Series:
    """What waits before ocr."""
    where = f'stage="ocr", topic="{topic}", lane="{lane}"'
    return {f"chancery_line_records{{{where}}}": records, f"chancery_line_seconds{{{where}}}": seconds}


def behind(seconds: str) -> Series:
    """What waits before ocr to be read again."""
    return line("pages.requested.reprocessing", "9+0x", seconds, "reprocessing")


def readers(*lanes: str) -> Series:
    """Workers of ocr, one for each of these; none of them is the one that was there."""
    made = {'chancery_process_info{process="ocr"}': ""}
    return made | {f'chancery_process_info{{process="ocr", lanes="{one}"}}': "1+0x" for one in lanes}


def idle() -> Series:
    """Nothing is done at ocr, not even wrongly."""
    return {'chancery_failed_attempts_total{stage="ocr"}': ""} | work("ocr", done="50+0x", quarantined="1+0x")


def failed(stage: str, decision: str, values: str) -> Series:
    """Tries that did not succeed."""
    where = f'stage="{stage}", code="stage_failed", decision="{decision}"'
    return {f"chancery_failed_attempts_total{{{where}}}": values}


def ended(end: str, reason: str, values: str) -> Series:
    """Documents that ended so."""
    return {f'chancery_documents_ended_total{{end="{end}", reason="{reason}"}}': values}


def head(chain: int, values: str, instance: str = "") -> Series:
    """When heads of an audit chain were signed."""
    told = f', instance="{instance}"' if instance else ""
    return {f'chancery_audit_head_timestamp_seconds{{chain="audit-{chain}"{told}}}': values}


def runs(job: str, state: str, values: str) -> Series:
    """Runs that ended so."""
    return {f'chancery_runs_total{{dag="{job}", state="{state}"}}': values}


def back_after_a_while(series: Series) -> Series:
    """The same, but Prometheus looks at it only since a quarter of an hour before the end."""
    return {
        name: f"_x115 {values.replace('0+', '6960+', 1) if values.endswith('+60x') else values}"
        for name, values in series.items()
    }


NOTHING_IN_LINE = line("pages.requested", "0+0x", "0+0x") | line("pages.requested.long", "0+0x", "0+0x")
LONG_WAIT = line("pages.requested", "90+0x", "700+0x")
AWAY = {'chancery_pauses_total{process="ocr", code="dependency_unavailable"}': "0+2x"}
STUMBLED = {'chancery_pauses_total{process="ocr", code="dependency_unavailable"}': "0x113 0+2x2 6+0x"}
NO_WORD = {'chancery_pauses_total{process="ocr", code="dependency_unavailable"}': "0+0.4x"}
AGAIN = work("ocr", "reprocessing", done="0+1x")
UNSIGNED = "0+60x50 3000+0x"

LINES = (
    case("all is well"),
    case("all is well from the first minutes on", at=20),
    case("a stage stands", idle(), fires="ChanceryLineStands"),
    case("a stage has nothing to do", idle(), NOTHING_IN_LINE),
    case("live work goes on, reprocessing stands", behind("100+0x"), fires="ChanceryLineStands"),
    case("a stage stands, since a server is away", idle(), AWAY, fires="ChanceryPaused"),
    case("a stage stands, since a server says nothing", idle(), NO_WORD, fires="ChanceryPaused"),
    case("no worker, and a line", readers(), idle(), LONG_WAIT, fires="ChanceryNobodyWorks"),
    case("no worker of reprocessing, and a line", readers("live"), behind("900+0x"), fires="ChanceryNobodyWorks"),
    case("a worker for each lane", readers("live", "reprocessing"), AGAIN, behind("900+0x")),
    case("no worker, and nothing to do", readers(), idle(), NOTHING_IN_LINE),
    case("a document is late", {"chancery_oldest_open_seconds": "3000+10x"}, fires="ChanceryDocumentsLate"),
    case("a document is as old as it may be", {"chancery_oldest_open_seconds": "3600+0x"}),
    case("reprocessing is in the way", LONG_WAIT, AGAIN, fires="ChanceryReprocessingInTheWay"),
    case("live documents wait, and nothing is reprocessed", LONG_WAIT),
)
ENDS = (
    case("a dead letter", work("ocr", dead_lettered="0x115 1x"), fires="ChanceryDeadLetters"),
    case("a new process's first", work("ocr", dead_lettered="_x115 1x"), fires="ChanceryDeadLetters"),
    case("dead letters of yesterday", work("ocr", dead_lettered="3+0x")),
    Case("yesterday's, seen anew", back_after_a_while(changed(work("ocr", dead_lettered="3+0x")))),
    case("more is set aside", ended("quarantine", "encrypted", "0+0.2x80 17+3x"), fires="ChanceryQuarantineJumps"),
    case("as much is set aside as always", ended("quarantine", "encrypted", "0+2x")),
    case(
        "three bad files at night",
        ended("quarantine", "encrypted", "0x60 0+0.05x"),
        ended("result", "", "0+0.1x"),
        ended("review", "confidence_low", "0+0x"),
    ),
    case("tries fail", failed("extract", "retry", "0+3x"), fires="ChanceryAttemptsFail"),
    case(
        "tries fail for good at once, and none was ever followed by another",
        {"chancery_failed_attempts_total": ""},
        failed("extract", "dead_letter", "0+3x"),
        fires="ChanceryAttemptsFail",
    ),
    case("tries wait, which is no failure", failed("extract", "pause", "0+9x")),
    case("a job fails", runs("reconcile", "failed", "7x115 8x"), fires="ChanceryRunFailed"),
    case("a job fails for the first time", runs("retain", "failed", "_x115 1x"), fires="ChanceryRunFailed"),
    case("a job is late", runs("retain", "late", "0x115 1x"), fires="ChanceryRunFailed"),
)
PROCESSES = (
    case("a server says nothing, and is waited for each time", NO_WORD, fires="ChanceryPaused"),
    case("a server is away", AWAY, fires="ChanceryPaused"),
    case("a process is silent", {'up{job="chancery", instance="ocr:9100"}': "1x100 0x"}, fires="ChancerySilent"),
    case("somebody else's process is silent", {'up{job="kafka", instance="k:9100"}': "0+0x"}),
    case("nobody looks at lines", {"chancery_observed_timestamp_seconds": ""}, fires="ChanceryUnobserved"),
    case(
        "the ledger does not answer",
        {'chancery_observed_timestamp_seconds{of="ledger"}': "0+60x100 6000+0x"},
        fires="ChanceryUnobserved",
    ),
    case("no ledger", {'chancery_process_info{process="record"}': ""}, fires="ChanceryUnrecorded"),
    case("no audit chain", {'chancery_process_info{process="audit"}': ""}, fires="ChanceryUnrecorded"),
    case("no head is signed", head(0, UNSIGNED), head(1, UNSIGNED), fires="ChanceryAuditLate"),
    case("one of two chains had no news", head(1, "0+60x10 600+0x")),
    case(
        "there was no news",
        head(0, UNSIGNED),
        head(1, UNSIGNED),
        {"chancery_work_total": "", "chancery_line_records": "", "chancery_line_seconds": ""},
    ),
    case(
        "the audit worker began anew, and signs again in a while",
        head(1, ""),
        head(0, "0+60x80 _x", "before"),
        head(0, "_x100 6060+60x", "after"),
    ),
    case(
        "a model does not answer",
        {'chancery_model_requests_total{model="language", outcome="failed"}': "0+2x"},
        fires="ChanceryModelFails",
    ),
)

#: Over before it is worth waking somebody: looked at minute by minute.
BRIEF = (case("a server was away for two minutes", STUMBLED, at=118),)

#: The mean of a day is compared over a week, and a head is due each day: half an hour a value will do.
SLOW = (
    Case("confidence falls", confidence("0+264x330 87384+240x", "0+300x"), "ChanceryConfidenceFalls"),
    Case("confidence stays", confidence("0+264x", "0+300x")),
    Case("confidence falls on a handful of pages", confidence("0+2.64x330 873.84+2.4x", "0+3x")),
    Case("a day without a head", head(0, "0+1800x330 594000+0x") | head(1, "0+1800x"), "ChanceryAuditLate"),
    Case("a day between heads", head(0, "0+1800x350 630000+0x") | head(1, "0+1800x")),
)
