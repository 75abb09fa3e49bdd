"""Live documents beside reprocessing runs, the operators' jobs, the audit chain, and the pages for people."""

from __future__ import annotations

from processors.dashboards.asking import a_minute, age, grown, most, quantile, rate, share, total
from processors.dashboards.panels import (
    COUNT,
    SECONDS,
    SHARE,
    Dashboard,
    Panel,
    Query,
    Section,
    per_minute,
)

_WORK, _PAGES = "chancery_work_total", "chancery_pages_total"

LANES = Dashboard(
    name="lanes",
    title="Chancery: lanes, jobs and people",
    about="Whether reprocessing holds up live documents, how jobs end, how old the last audit head is, and how the "
    "pages for people answer.",
    sections=(
        Section(
            "Rate",
            (
                Panel(
                    "Work, live and reprocessing",
                    "Pieces of work of all stages by lane. Reprocessing takes what live documents leave.",
                    per_minute("pieces"),
                    (Query(a_minute(_WORK, "lane"), "{{lane}}"),),
                    stacked=True,
                ),
                Panel(
                    "Share of reprocessing, by stage",
                    "Of the work of the last ten minutes. High while live documents wait means that workers of all "
                    "lanes are busy with the past: give reprocessing workers of its own, or let the run wait.",
                    SHARE,
                    (
                        Query(
                            share(
                                rate(_WORK, "stage", "10m", lane="reprocessing"),
                                rate(_WORK, "stage", "10m"),
                                "stage",
                                "stage",
                            ),
                            "{{stage}}",
                        ),
                    ),
                    most=1,
                ),
                Panel(
                    "Processes by what they read",
                    "all: live documents first, reprocessing when there is none; live and reprocessing: that "
                    "alone.",
                    COUNT,
                    (Query(total("chancery_process_info", "process, lanes"), "{{process}}, {{lanes}}"),),
                ),
            ),
        ),
        Section(
            "Errors",
            (
                Panel(
                    "Dead letters of the last hour, by lane",
                    "Work that Chancery gave up. A reprocessing with another model or type that fails shows here "
                    "before it reaches anybody: its ends are held.",
                    COUNT,
                    (Query(grown(_WORK, "lane", outcome="dead_lettered"), "{{lane}}"),),
                    bad=1,
                ),
                Panel(
                    "Runs of jobs in the last day",
                    "Jobs of operators and of the schedule (reconcile, report, retain, reprocess, …) by how they "
                    "ended; late: not ended by the time that the job allows.",
                    COUNT,
                    (Query(grown("chancery_runs_total", "dag, state", "1d"), "{{dag}} {{state}}"),),
                ),
                Panel(
                    "Requests of people that failed",
                    "Share of requests to the console in the last hour that were answered with a fault of ours.",
                    SHARE,
                    (
                        Query(
                            share(
                                grown("chancery_console_requests_total", "route", status="5xx"),
                                grown("chancery_console_requests_total", "route"),
                                "route",
                                "route",
                            ),
                            "{{route}}",
                        ),
                    ),
                    bad=0.05,
                    most=1,
                ),
            ),
        ),
        Section(
            "Duration",
            (
                Panel(
                    "Seconds of a piece of work, by lane",
                    "95 in 100 take less. Live work that gets slower while reprocessing runs shares its "
                    "processors.",
                    SECONDS,
                    (Query(quantile(0.95, "chancery_work_seconds", "stage, lane"), "{{stage}} {{lane}}"),),
                    width=12,
                ),
                Panel(
                    "Seconds to a page of the console",
                    "95 in 100 requests take less, route by route.",
                    SECONDS,
                    (Query(quantile(0.95, "chancery_console_seconds", "route"), "{{route}}"),),
                    width=6,
                ),
                Panel(
                    "Requests of people",
                    "By status class: 4xx are mistakes, or rights that somebody lacks; 5xx are faults of ours.",
                    per_minute("requests"),
                    (Query(a_minute("chancery_console_requests_total", "status"), "{{status}}"),),
                    stacked=True,
                    width=6,
                ),
            ),
        ),
        Section(
            "Lag",
            (
                Panel(
                    "Line by lane",
                    "Records that wait. The line of reprocessing may be long for days; the live one may not.",
                    COUNT,
                    (
                        Query(
                            f"sum by (lane) ({most('chancery_line_records', 'stage, topic, lane')})",
                            "{{lane}}",
                        ),
                    ),
                ),
                Panel(
                    "Age of the oldest record, by lane",
                    "The front of the live line must stay young whatever reprocessing does.",
                    SECONDS,
                    (Query(most("chancery_line_seconds", "lane"), "{{lane}}"),),
                ),
                Panel(
                    "Age of the last audit head",
                    "Since a chain's last head was signed. While there is news a head is signed every quarter of "
                    "an hour (CHANCERY_AUDIT_HEAD_MINUTES), and once a day in any case.",
                    SECONDS,
                    (Query(age("chancery_audit_head_timestamp_seconds", "chain"), "chain {{chain}}"),),
                    bad=90_000,
                ),
            ),
        ),
    ),
)
