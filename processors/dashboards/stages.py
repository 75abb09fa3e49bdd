"""Which stage is it? Work, failures, seconds and cost of each."""

from __future__ import annotations

from processors.dashboards.asking import a_minute, as_stage, grown, most, quantile, rate, share, total
from processors.dashboards.panels import (
    COUNT,
    SECONDS,
    SHARE,
    Choice,
    Dashboard,
    Panel,
    Query,
    Section,
    per_minute,
)
from processors.pipeline import STAGES

_WORK, _FAILED, _PAGES = "chancery_work_total", "chancery_failed_attempts_total", "chancery_pages_total"
_CHOSEN = {"stage": "$stage", "lane": "$lane"}
_PROCESSOR = "chancery_processor_seconds_total"
#: A hundred pages a day have pages in few minutes, and a cost that jumps says nothing.
_LONG = "1h"


def _price(resource: str) -> str:
    """Of an hour; no number where the site said none."""
    return f"scalar({most('chancery_price_per_hour', resource=resource)})"


#: Language servers hold their GPUs whether they are asked or not. 0, and not nothing, where there is none.
_GPUS = f"(count(vllm:num_requests_running) * $gpus * {_price('gpu')} or vector(0))"
_CORES = f"{rate(_PROCESSOR, '', _LONG)} * {_price('core')}"
_PAGES_A_HOUR = f"({rate(_PAGES, '', _LONG, stage='ocr')} * 3600)"
_OF_STAGES = as_stage(rate(_PROCESSOR, "process", _LONG, process="~" + "|".join(row.name for row in STAGES)))
_SECONDS_A_PAGE = share(f"sum by (stage) ({_OF_STAGES})", rate(_PAGES, "stage", _LONG), "stage", "stage")


STAGES_PAGE = Dashboard(
    name="stages",
    title="Chancery: stages",
    about="What each stage does, how often it fails and why, how long a piece of work takes, what a page costs.",
    choices=(
        Choice("stage", "Stage", tuple(row.name for row in STAGES)),
        Choice("lane", "Lane", ("live", "reprocessing")),
        Choice("gpus", "GPUs of a language server", ("1",), several=False),
    ),
    sections=(
        Section(
            "Rate",
            (
                Panel(
                    "Work done",
                    "Pieces of work that were answered for good. A stage whose line grows and whose rate does not "
                    "is at its bound: more workers, or a slow server behind it.",
                    per_minute("pieces"),
                    (Query(a_minute(_WORK, "stage, lane", outcome="!repeated", **_CHOSEN), "{{stage}} {{lane}}"),),
                ),
                Panel(
                    "Pages of that work",
                    "Pages, since a piece of work may have one or eight of them.",
                    per_minute("pages"),
                    (Query(a_minute(_PAGES, "stage, lane", **_CHOSEN), "{{stage}} {{lane}}"),),
                ),
                Panel(
                    "Work in hand",
                    "Pieces of work that a worker has at this moment: never more than there are workers. Zero "
                    "while a line waits means that workers are paused or stuck.",
                    COUNT,
                    (Query(total("chancery_work_in_progress", "stage", stage="$stage"), "{{stage}}"),),
                ),
            ),
        ),
        Section(
            "Errors",
            (
                Panel(
                    "How work ended, by share",
                    "Of the work of the last hour: done, quarantined, dead_lettered, repeated (another worker had "
                    "done it already, which is no failure; of intake half, since inboxes announce everything "
                    "twice).",
                    SHARE,
                    (
                        Query(
                            share(
                                grown(_WORK, "stage, outcome", **_CHOSEN),
                                grown(_WORK, "stage", **_CHOSEN),
                                "stage, outcome",
                                "stage",
                            ),
                            "{{stage}} {{outcome}}",
                        ),
                    ),
                    most=1,
                ),
                Panel(
                    "Failed attempts",
                    "Tries that did not succeed, by error code and by what was decided: retry (again in a moment), "
                    "pause (a server is away), quarantine, dead_letter. docs/reasons.md explains the codes.",
                    per_minute("attempts"),
                    (
                        Query(
                            a_minute(_FAILED, "stage, code, decision", stage="$stage"),
                            "{{stage}} {{code}} → {{decision}}",
                        ),
                    ),
                ),
                Panel(
                    "Pauses",
                    "Waits for a server that does not answer, by kind of process. Nothing is lost meanwhile and no "
                    "attempt counts; the process's log names the server.",
                    per_minute("pauses"),
                    (Query(a_minute("chancery_pauses_total", "process, code"), "{{process}} {{code}}"),),
                ),
            ),
        ),
        Section(
            "Duration",
            (
                Panel(
                    "Seconds of a piece of work, half",
                    "From taking it to its answer; half take less.",
                    SECONDS,
                    (Query(quantile(0.5, "chancery_work_seconds", "stage", **_CHOSEN), "{{stage}}"),),
                    width=6,
                ),
                Panel(
                    "Seconds of a piece of work, 95 in 100",
                    "95 in 100 take less. Near the bound of CHANCERY_WORK_SECONDS, work is ended and tried again.",
                    SECONDS,
                    (Query(quantile(0.95, "chancery_work_seconds", "stage", **_CHOSEN), "{{stage}}"),),
                    width=6,
                    bad=300,
                ),
                Panel(
                    "Seconds of a commit, 95 in 100",
                    "Transactions that write answers to Kafka. Milliseconds on a healthy cluster; seconds mean "
                    "that Kafka is slow, and every stage with it.",
                    SECONDS,
                    (Query(quantile(0.95, "chancery_commit_seconds", "process"), "{{process}}"),),
                    width=6,
                    bad=3,
                ),
                Panel(
                    "Processors in use",
                    "Processor seconds by the second: 1 is one core that is busy all the time.",
                    COUNT,
                    (Query(rate(_PROCESSOR, "process"), "{{process}}"),),
                    stacked=True,
                    width=6,
                ),
            ),
        ),
        Section(
            "Cost",
            (
                Panel(
                    "Processor seconds of a page, by stage",
                    "Of the last hour. What capacity was planned with stands in docs/capacity.md; a release that "
                    "makes a page dearer shows here first.",
                    SECONDS,
                    (Query(_SECONDS_A_PAGE, "{{stage}}"),),
                    width=12,
                ),
                Panel(
                    "Cost of a thousand pages",
                    "All processes' processor time at the price of a core, and the GPUs of language servers at "
                    "theirs, for pages read in the last hour; in the currency in which the site said its prices. "
                    "Empty where no price was said.",
                    COUNT,
                    (
                        Query(f"1000 * ({_CORES} + {_GPUS}) / {_PAGES_A_HOUR}", "all"),
                        Query(f"1000 / 3600 * {_price('core')} * {_SECONDS_A_PAGE}", "processors of {{stage}}"),
                    ),
                    width=12,
                ),
            ),
        ),
        Section(
            "Lag",
            (
                Panel(
                    "Line by topic",
                    "Records that wait, topic by topic: long documents and reprocessing runs have topics of their "
                    "own beside the live ones.",
                    COUNT,
                    (
                        Query(
                            most("chancery_line_records", "stage, topic, lane", **_CHOSEN),
                            "{{stage}} ← {{topic}}",
                        ),
                    ),
                    width=12,
                ),
                Panel(
                    "Age of the oldest record by topic",
                    "The front of each line.",
                    SECONDS,
                    (
                        Query(
                            most("chancery_line_seconds", "stage, topic, lane", **_CHOSEN),
                            "{{stage}} ← {{topic}}",
                        ),
                    ),
                    width=12,
                ),
            ),
        ),
    ),
)
