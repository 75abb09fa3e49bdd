"""What a run of `bench.extraction` measured: as tables and as a Markdown file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

SCORED = (
    "F1 counts every value whatever its confidence; micro-averaged over a set, 95 % intervals by bootstrap over "
    "documents. `typed`: dates and amounts by value, identifiers by letters and digits, names and texts by the "
    "words that they share (0.8). `kleister`: GEval's MultiLabel-F1 on `KEY=VALUE`, upper case. `sroie`: the "
    "printed text exactly. `vrdu`: its published matchers, which take names letter by letter. Legible are fields "
    "whose labelled text stands on the pages as recognition read them, searched generously, or of which the label "
    "says that plain OCR read it. Held out of the rules are documents that nobody looked at when the type files "
    "were written."
)
RELEASED = (
    "Released are values at or above their type's threshold: nobody looks at them. Not on the page are values "
    "whose words are not there, found out again by code that shares nothing with extraction. Schema-valid is "
    "output that fits the type's schema but for what was not found. Whole are documents without any doubt."
)
HOW = {
    "shipped": "The shipped models read; documents that they say they were made from are left out where there are "
    "others.",
    "trained": "Models were trained on the folder of --train; all documents are new to them.",
    "cross-validated": "Each document was read by models that learned from the other folds alone.",
}
#: whether models that read a set were made from documents of it
_KNOWN = {True: "", False: " (known to the models)", None: " (perhaps known to the models)"}
SCORE_HEAD = (
    "set", "documents", "measure", "micro-F1", "legible fields", "held out of the rules", "typed", "vrdu", "ANLS*",
)  # fmt: skip
RELEASE_HEAD = (
    "set", "AUROC", "ECE", "values released", "precision", "not on the page", "schema-valid", "whole documents",
    "with a wrong value", "to review for 1 % wrong: values, documents",
)  # fmt: skip
COST_HEAD = ("what", "measured")


def score_rows(line: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A row a set."""
    return [
        (
            name + _KNOWN[one["new_to_the_models"]],
            str(one["documents"]),
            _measure(one),
            told(one["micro_f1"]),
            told(one["micro_f1_legible"]),
            told(one["micro_f1_held_out_of_the_rules"]),
            told(one["scores"]["typed"]),
            told(one["scores"]["vrdu"]),
            told(one["anls"]),
        )
        for name, one in line["sets"].items()
    ]


def _measure(one: Mapping[str, Any]) -> str:
    """Labels of receipts are in capitals throughout: what small letters cost is told beside."""
    if one["measure"] != "sroie":
        return str(one["measure"])
    return f"sroie; {one['scores']['sroie_any_case']['value']:.3f} in any case"


def release_rows(line: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A row a set."""
    return [
        (
            name,
            told(one["auroc_interval"]),
            _number(one["ece"]),
            f"{one['released']['values']} of {one['released']['of']}",
            _number(one["released"]["precision"]),
            str(one["ungrounded"]),
            f"{one['schema_valid']:.1%}",
            f"{one['whole']['documents']} of {one['whole']['of']}",
            str(one["whole"]["with_wrong"]),
            f"{one['review']['values']:.0%}, {one['review']['documents']:.0%}",
        )
        for name, one in line["sets"].items()
    ]


def cost_rows(line: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Classification, cost and few-shot figures."""
    cpu, own = line["extraction_cpu"], line["classifier_cross_validated"]
    rows = [
        (f"right type, {line['classification_documents']} documents", told(line["classification_accuracy"])),
        (
            f'foreign kinds to "unknown" or "other", {line["unknown_documents"]} documents',
            told(line["unknown_rate"]),
        ),
        *((f"the classifier's own report, {name}", f"{value:.3f}") for name, value in (own or {}).items()),
        ("classification, CPU ms a document", _milliseconds(line["classification_cpu"])),
        ("extraction, CPU ms a document", _milliseconds(cpu.get("document"))),
        ("extraction, CPU ms a page", _milliseconds(cpu.get("page"))),
        ("extraction, CPU ms a scanned page", _milliseconds(cpu.get("scanned_page"))),
        ("recognition, CPU ms a scanned page", _milliseconds(line["recognition_cpu_page"])),
        ("extraction adds to a scanned page", _percent(line["extraction_share_of_ocr"])),
        ("grammar of a contract on 3,000 words, CPU ms", _plain(line["grammar_ms"])),
    ]
    for name, shots in (line["few_shot"] or {}).items():
        rows += [(f"{name}, learned from {size} documents", told(one)) for size, one in shots.items()]
    if line["few_shot_absent"]:
        rows.append(("learned from few documents", line["few_shot_absent"]))
    return rows


def tables(line: Mapping[str, Any]) -> list[Table]:
    """For the terminal."""
    drawn = []
    for title, head, rows in (
        ("accuracy", SCORE_HEAD, score_rows(line)),
        ("confidence and release", RELEASE_HEAD, release_rows(line)),
        ("classification, cost, few documents", COST_HEAD, cost_rows(line)),
    ):
        table = Table(*head, title=f"bench.extraction: {title}")
        for row in rows:
            table.add_row(*row)
        drawn.append(table)
    return drawn


def markdown(line: Mapping[str, Any], date: str, command: str, surroundings: Mapping[str, str]) -> str:
    """The file beside the plot."""
    return "\n".join(
        (
            "# bench.extraction",
            "",
            f"{date}, `{command}`",
            "",
            *(f"- {name}: {value}" for name, value in surroundings.items()),
            "",
            HOW[line["how"]],
            "",
            "## Accuracy",
            "",
            SCORED,
            "",
            *_grid(SCORE_HEAD, score_rows(line)),
            "",
            "## Confidence and release",
            "",
            RELEASED,
            "",
            *_grid(RELEASE_HEAD, release_rows(line)),
            "",
            *(f"- {name}: {one['review']['sentence']}" for name, one in line["sets"].items()),
            "",
            "## Classification, cost, few documents",
            "",
            *_grid(COST_HEAD, cost_rows(line)),
            "",
            "![Micro-F1 by set, and risk by coverage](extraction.png)",
            "",
        )
    )


def told(estimate: Mapping[str, float] | None) -> str:
    """A figure with its interval."""
    return "-" if estimate is None else f"{estimate['value']:.3f} ({estimate['low']:.3f} to {estimate['high']:.3f})"


def _number(number: float | None) -> str:
    return "-" if number is None else f"{number:.3f}"


def _plain(number: float | None) -> str:
    return "not measured" if number is None else f"{number:.0f}"


def _milliseconds(seconds: float | None) -> str:
    return "not measured" if seconds is None else f"{1000 * seconds:.1f}"


def _percent(share: float | None) -> str:
    return "not measured" if share is None else f"{100 * share:.1f} % of its recognition"


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(one)} |" for one in (head, ["---"] * len(head), *rows)]
