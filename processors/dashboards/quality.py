"""Is what comes out as good as it was? Confidence, proof of values, and the models that are asked."""

from __future__ import annotations

from processors.dashboards.asking import a_minute, grown, mean, quantile, rate, share, total
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

_PAGE, _VALUE, _VALUES = "chancery_page_confidence", "chancery_value_confidence", "chancery_values_total"
_ASKED, _TOKENS = "chancery_model_requests_total", "chancery_model_tokens_total"
#: Pages differ: over less than an hour the mean tells which documents came, not how well they are read.
_LONG = "1h"
#: The words of a page below this are hardly legible.
_DOUBTFUL = "0.8"

QUALITY = Dashboard(
    name="models-and-quality",
    title="Chancery: models and quality",
    about="How sure the reading of pages and values is, how values are proven, and how models answer.",
    sections=(
        Section(
            "Rate",
            (
                Panel(
                    "Values by proof",
                    "How values stand on their pages: verbatim (the very words), normalised (a date or an amount "
                    "in other words), derived (follows from others), missing (nothing was found, so a person is "
                    "asked where the type requires it).",
                    per_minute("values"),
                    (Query(a_minute(_VALUES, "grounding"), "{{grounding}}"),),
                    stacked=True,
                ),
                Panel(
                    "Questions to models",
                    "What models behind an endpoint were asked: language (values of texts), vision (pages that "
                    "nothing else can read); and whether they answered.",
                    per_minute("questions"),
                    (Query(a_minute(_ASKED, "model, outcome"), "{{model}} {{outcome}}"),),
                ),
                Panel(
                    "Tokens",
                    "What models read (prompt) and wrote (completion). Time on a GPU goes with these.",
                    per_minute("tokens"),
                    (Query(a_minute(_TOKENS, "model, kind"), "{{model}} {{kind}}"),),
                ),
            ),
        ),
        Section(
            "Errors",
            (
                Panel(
                    "Share of questions without an answer",
                    "Of the last ten minutes. Documents wait while a language server is away; they are not lost.",
                    SHARE,
                    (
                        Query(
                            share(
                                rate(_ASKED, "model", "10m", outcome="failed"),
                                rate(_ASKED, "model", "10m"),
                                "model",
                                "model",
                            ),
                            "{{model}}",
                        ),
                    ),
                    bad=0.2,
                    most=1,
                ),
                Panel(
                    "Share of values that were not found, by type",
                    "Of the last hour. Rises where senders change a form, or where scans get worse.",
                    SHARE,
                    (
                        Query(
                            share(
                                grown(_VALUES, "document_type", grounding="missing"),
                                grown(_VALUES, "document_type"),
                                "document_type",
                                "document_type",
                            ),
                            "{{document_type}}",
                        ),
                    ),
                    most=1,
                ),
                Panel(
                    "Share of pages in doubt",
                    "Recognised pages of the last hour whose words have a mean confidence below 0.8.",
                    SHARE,
                    (
                        Query(
                            share(
                                rate(f"{_PAGE}_bucket", "", _LONG, le=_DOUBTFUL),
                                rate(f"{_PAGE}_count", "", _LONG),
                            ),
                            "pages",
                        ),
                    ),
                    most=1,
                ),
            ),
        ),
        Section(
            "Quality",
            (
                Panel(
                    "Confidence of pages",
                    "Mean over the words of a page range, once for each of its pages: half of the pages, and the "
                    "worst tenth. Ranges with text layers are left out.",
                    SHARE,
                    (
                        Query(quantile(0.5, _PAGE, "", _LONG), "half"),
                        Query(quantile(0.1, _PAGE, "", _LONG), "worst tenth"),
                    ),
                    most=1,
                    width=6,
                ),
                Panel(
                    "Confidence of pages, this day and a week before",
                    "The mean of a day beside the mean of the same day last week. A gap means other documents, or "
                    "that the reading has changed: a release, a language pack, a scanner at an agency.",
                    SHARE,
                    (
                        Query(mean(_PAGE, "", "1d"), "last 24 hours"),
                        Query(mean(_PAGE, "", "1d", before="1w"), "a week before"),
                    ),
                    most=1,
                    width=6,
                ),
                Panel(
                    "Confidence of values, by type",
                    "Mean of the last hour. It is calibrated: of values at 0.9, nine in ten are right. A type that "
                    "falls sends more to people.",
                    SHARE,
                    (Query(mean(_VALUE, "document_type", _LONG), "{{document_type}}"),),
                    most=1,
                    width=6,
                ),
                Panel(
                    "How values are proven, by type",
                    "Shares of the last hour, type by type.",
                    SHARE,
                    (
                        Query(
                            share(
                                grown(_VALUES, "document_type, grounding"),
                                grown(_VALUES, "document_type"),
                                "document_type, grounding",
                                "document_type",
                            ),
                            "{{document_type}} {{grounding}}",
                        ),
                    ),
                    most=1,
                    width=6,
                ),
            ),
        ),
        Section(
            "Duration",
            (
                Panel(
                    "Seconds to an answer",
                    "From a question to its answer, as Chancery waits for it: half, and 95 in 100.",
                    SECONDS,
                    (
                        Query(quantile(0.5, "chancery_model_seconds", "model"), "{{model}} half"),
                        Query(quantile(0.95, "chancery_model_seconds", "model"), "{{model}} 95 in 100"),
                    ),
                    width=12,
                ),
                Panel(
                    "Tokens of a question",
                    "Read and written by question, in the last hour. Longer questions take longer and cost more.",
                    COUNT,
                    (
                        Query(
                            share(
                                rate(_TOKENS, "model, kind", _LONG),
                                rate(_ASKED, "model", _LONG, outcome="answered"),
                                "model, kind",
                                "model",
                            ),
                            "{{model}} {{kind}}",
                        ),
                    ),
                    width=12,
                ),
            ),
        ),
        Section(
            "Language servers (vLLM), where Prometheus asks them",
            (
                Panel(
                    "Questions in work and waiting",
                    "In the server's own words. Waiting for minutes: another server, or fewer workers of extract.",
                    COUNT,
                    (
                        Query(total("vllm:num_requests_running", "model_name"), "{{model_name}} in work"),
                        Query(total("vllm:num_requests_waiting", "model_name"), "{{model_name}} waiting"),
                    ),
                    width=6,
                ),
                Panel(
                    "Tokens on the GPU",
                    "Read and written by the second.",
                    "suffix: tokens/s",
                    (
                        Query(rate("vllm:prompt_tokens_total", "model_name"), "{{model_name}} read"),
                        Query(rate("vllm:generation_tokens_total", "model_name"), "{{model_name}} written"),
                    ),
                    width=6,
                ),
                Panel(
                    "Memory for texts in work",
                    "Share of the GPU's cache that is in use. Full: questions wait, and some are begun again.",
                    SHARE,
                    (Query("max by (model_name, engine) (vllm:kv_cache_usage_perc)", "{{model_name}} {{engine}}"),),
                    width=6,
                    bad=0.95,
                    most=1,
                ),
                Panel(
                    "Seconds on the server",
                    "95 in 100 answers take less, from the server's side. Compare with the seconds to an answer "
                    "above: the rest is the way there.",
                    SECONDS,
                    (
                        Query(
                            quantile(0.95, "vllm:e2e_request_latency_seconds", "model_name"),
                            "{{model_name}} 95 in 100",
                        ),
                    ),
                    width=6,
                ),
            ),
        ),
    ),
)
