"""Is everything well? Documents as a whole: the page to begin with."""

from __future__ import annotations

from processors.dashboards.asking import a_minute, age, grown, most, quantile, share, total
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

_ENDED = "chancery_documents_ended_total"
_DOCUMENT = "chancery_document_seconds"
#: Two processes may look at the same lines for a moment, while one takes the other's place.
_LINES = "stage, topic, lane"

OVERVIEW = Dashboard(
    name="overview",
    title="Chancery: overview",
    about="Whether documents come in, come out, how many go wrong, how long they take and how many wait.",
    sections=(
        Section(
            "Rate",
            (
                Panel(
                    "Documents at the door",
                    "What intake dealt with, by how that ended; each once, though inboxes announce it twice. Zero "
                    "at an hour when agencies send means that inboxes do not announce what lands: run chancery "
                    "reconcile.",
                    per_minute("documents"),
                    (
                        Query(
                            a_minute("chancery_work_total", "outcome", stage="intake", outcome="!repeated"),
                            "{{outcome}}",
                        ),
                    ),
                    stacked=True,
                ),
                Panel(
                    "Documents that came to an end",
                    "By end: result, review (a person must decide), quarantine (the document is at fault), "
                    "dead_letter (Chancery is at fault), held (a reprocessing that waits for a person's word). "
                    "Over an hour it should follow what comes in at the door.",
                    per_minute("documents"),
                    (Query(a_minute(_ENDED, "end"), "{{end}}"),),
                    stacked=True,
                ),
                Panel(
                    "Pages read",
                    "Pages that were recognised or whose text layer was taken, live documents and reprocessing "
                    "runs apart. What the site must be able to read at its peak is what capacity was planned for.",
                    per_minute("pages"),
                    (Query(a_minute("chancery_pages_total", "lane", stage="ocr"), "{{lane}}"),),
                    stacked=True,
                ),
            ),
        ),
        Section(
            "Errors",
            (
                Panel(
                    "Share of documents that went wrong",
                    "Of what ended in the last hour: set aside for a fault of the document (quarantine), or given "
                    "up for a fault of ours (dead_letter). A few in quarantine are usual; any dead letter is not.",
                    SHARE,
                    (
                        Query(
                            share(
                                grown(_ENDED, "end", end="~quarantine|dead_letter"),
                                grown(_ENDED),
                                "end",
                            ),
                            "{{end}}",
                        ),
                    ),
                    bad=0.1,
                    width=6,
                ),
                Panel(
                    "Quarantined in the last hour, by reason",
                    "Why documents were set aside; docs/reasons.md says what each code means. One reason that "
                    "grows alone usually has one sender.",
                    COUNT,
                    (Query(grown(_ENDED, "reason", end="quarantine"), "{{reason}}"),),
                    stacked=True,
                    width=6,
                ),
                Panel(
                    "Dead letters in the last hour, by reason",
                    "Work that Chancery gave up, by error code. None is lost: mend the cause, then replay them.",
                    COUNT,
                    (
                        Query(grown(_ENDED, "reason", end="dead_letter"), "{{reason}}"),
                        Query(
                            grown("chancery_work_total", "stage", outcome="dead_lettered"),
                            "at {{stage}}",
                        ),
                    ),
                    width=6,
                    bad=1,
                ),
                Panel(
                    "Sent to people in the last hour, by reason",
                    "Documents about which a person must decide before anything is released. More than people can "
                    "decide in a day is a question for the type's thresholds, not for the machine.",
                    COUNT,
                    (Query(grown(_ENDED, "reason", end="review"), "{{reason}}"),),
                    stacked=True,
                    width=6,
                ),
            ),
        ),
        Section(
            "Duration",
            (
                Panel(
                    "From arrival to result",
                    "Half of the documents with a result took less than the lower line, 95 in 100 less than the "
                    "upper one. It includes the time in every line; compare with Lag below before you add workers.",
                    SECONDS,
                    (
                        Query(quantile(0.5, _DOCUMENT, end="result"), "half"),
                        Query(quantile(0.95, _DOCUMENT, end="result"), "95 in 100"),
                    ),
                    width=12,
                ),
                Panel(
                    "From arrival to an end, 95 in 100",
                    "The same upper line for each end. Documents that people decide about do not count the wait "
                    "for them: that a person is asked is the end.",
                    SECONDS,
                    (Query(quantile(0.95, _DOCUMENT, "end"), "{{end}}"),),
                    width=12,
                ),
            ),
        ),
        Section(
            "Lag",
            (
                Panel(
                    "Oldest document on its way",
                    "Its age. This is the number that an agency feels. `chancery status` names where it is.",
                    SECONDS,
                    (Query(most("chancery_oldest_open_seconds"), "oldest"),),
                    kind="number",
                    width=4,
                    bad=3600,
                ),
                Panel(
                    "Documents without an end, and with people",
                    "How many are on their way, and how many wait for a person.",
                    COUNT,
                    (Query(most("chancery_documents_open", "state"), "{{state}}"),),
                    width=8,
                ),
                Panel(
                    "Line before each stage",
                    "Records that wait. A line that grows for an hour means that the stage has too few workers or "
                    "stands still; the page Stages says which.",
                    COUNT,
                    (
                        Query(
                            f"sum by (stage) ({most('chancery_line_records', _LINES)})",
                            "{{stage}}",
                        ),
                    ),
                    width=6,
                ),
                Panel(
                    "Age of the oldest record in line",
                    "How long the front of each line has waited. Long with a short line: the stage is stuck.",
                    SECONDS,
                    (Query(most("chancery_line_seconds", "stage"), "{{stage}}"),),
                    width=6,
                ),
            ),
        ),
        Section(
            "Can these figures be trusted?",
            (
                Panel(
                    "What is wrong now",
                    "Alerts that fire. Each has a page in docs/runbooks, named like it.",
                    COUNT,
                    (Query('ALERTS{alertname=~"Chancery.+", alertstate="firing"}'),),
                    kind="rows",
                    width=12,
                ),
                Panel(
                    "Processes",
                    "How many of each kind run and are asked for figures; by version, while one takes another's "
                    "place.",
                    COUNT,
                    (Query(total("chancery_process_info", "process, version"), "{{process}} {{version}}"),),
                    width=6,
                ),
                Panel(
                    "Since lines and ledger were last looked at",
                    "Lag above is as old as this. More than a minute or two: chancery observe is away, or what it "
                    "asks is.",
                    SECONDS,
                    (Query(age("chancery_observed_timestamp_seconds", "of"), "{{of}}"),),
                    width=6,
                    bad=300,
                ),
            ),
        ),
    ),
)
