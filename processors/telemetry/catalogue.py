"""Every metric that a process of Chancery may tell, as one table: name, labels, meaning.

Dashboards, alerts and documentation use these names and no others, and a test holds them together. Labels take
values from closed lists (`labels.py`); a document's id, a file's name or a person never becomes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]

#: seconds of work: from what costs nothing to the longest piece of work that is allowed
_WORK = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
#: seconds from a document's arrival to its end: a minute is live, a day is a backlog
_DOCUMENT = (1.0, 3.0, 10.0, 30.0, 60.0, 180.0, 600.0, 1800.0, 3600.0, 21600.0, 86400.0)
_CONFIDENCE = (0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)


@dataclass(frozen=True)
class Metric:
    """One metric. A counter's name ends in `_total`; units are seconds, bytes, or a share from 0 to 1."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    meaning: str
    #: upper bounds of a histogram's buckets, in its unit
    buckets: tuple[float, ...] = ()


#: Of what each worker does. `lane` is "live" or "reprocessing".
WORK = (
    Metric("chancery_process_info", "gauge", ("process", "lanes", "version"), "1 for each process that runs."),
    Metric(
        "chancery_work_total",
        "counter",
        ("stage", "lane", "outcome"),
        "Pieces of work whose answer is written: done, quarantined, dead_lettered, or repeated (nothing to add).",
    ),
    Metric("chancery_work_seconds", "histogram", ("stage", "lane"), "From taking work to its answer.", _WORK),
    Metric("chancery_work_in_progress", "gauge", ("stage",), "Pieces of work that a worker has in hand."),
    Metric(
        "chancery_failed_attempts_total",
        "counter",
        ("stage", "code", "decision"),
        "Attempts that failed, by error code and what was decided: retry, pause, quarantine, dead_letter.",
    ),
    Metric("chancery_pauses_total", "counter", ("process", "code"), "Waits for a server that does not answer."),
    Metric("chancery_commit_seconds", "histogram", ("process",), "Transactions that write to Kafka.", _WORK),
    Metric("chancery_pages_total", "counter", ("stage", "lane"), "Pages of the work that was done."),
    Metric("chancery_processor_seconds_total", "counter", ("process",), "Processor time, of child processes too."),
)

#: Of what was read, by the stage that read it.
READING = (
    Metric(
        "chancery_page_confidence",
        "histogram",
        (),
        "Mean confidence of the words of a page range, 0 to 1, once for each of its pages; without words, or with "
        "text layers among them: nothing.",
        _CONFIDENCE,
    ),
    Metric(
        "chancery_value_confidence",
        "histogram",
        ("document_type",),
        "Confidence of a value that was read, 0 to 1.",
        _CONFIDENCE,
    ),
    Metric(
        "chancery_values_total",
        "counter",
        ("document_type", "grounding"),
        "Values, by how they are proven on the page: verbatim, normalised, derived, missing.",
    ),
)

#: Of models behind an endpoint. `model` is "language" or "vision".
MODELS = (
    Metric("chancery_model_requests_total", "counter", ("model", "outcome"), "Questions: answered, or failed."),
    Metric("chancery_model_seconds", "histogram", ("model",), "From a question to its answer.", _WORK),
    Metric(
        "chancery_model_tokens_total",
        "counter",
        ("model", "kind"),
        "Tokens that a model read (prompt) or wrote (completion).",
    ),
)

#: Of documents as a whole, by the worker that keeps the ledger. A ledger that is built anew counts them again.
DOCUMENTS = (
    Metric(
        "chancery_documents_ended_total",
        "counter",
        ("end", "reason"),
        "Runs of documents that ended: result, review, quarantine, dead_letter or held, with the reason code.",
    ),
    Metric(
        "chancery_document_seconds",
        "histogram",
        ("end",),
        "From a document's first event in a run to its end; nothing where the end is its first event.",
        _DOCUMENT,
    ),
    Metric("chancery_runs_total", "counter", ("dag", "state"), "Runs of the operators' jobs, by how they ended."),
    Metric(
        "chancery_audit_head_timestamp_seconds",
        "gauge",
        ("chain",),
        "When the last head of an audit chain was signed.",
    ),
)

#: Of the whole, by `chancery observe`, which asks Kafka and the ledger.
WHOLE = (
    Metric(
        "chancery_line_records",
        "gauge",
        ("stage", "topic", "lane"),
        "Records of a topic that a stage has not dealt with yet; of a long line an estimate from its first part.",
    ),
    Metric(
        "chancery_line_seconds",
        "gauge",
        ("stage", "topic", "lane"),
        "Age of the oldest record of a topic that a stage has not dealt with yet; 0 where none waits.",
    ),
    Metric("chancery_documents_open", "gauge", ("state",), "Documents that have no end yet, or wait for a person."),
    Metric(
        "chancery_oldest_open_seconds",
        "gauge",
        (),
        "Age of the oldest document that is on its way, what is reprocessed left out; 0 where none is.",
    ),
    Metric("chancery_observed_timestamp_seconds", "gauge", ("of",), "When kafka or the ledger last answered."),
    Metric(
        "chancery_price_per_hour",
        "gauge",
        ("resource",),
        "What an hour of a core or a GPU costs, as the site says in its settings.",
    ),
)

#: Of the pages for people.
CONSOLE = (
    Metric(
        "chancery_console_requests_total",
        "counter",
        ("route", "status"),
        "Requests, by route pattern and status class.",
    ),
    Metric("chancery_console_seconds", "histogram", ("route",), "From a request to its answer.", _WORK),
)

CATALOGUE: tuple[Metric, ...] = (*WORK, *READING, *MODELS, *DOCUMENTS, *WHOLE, *CONSOLE)
