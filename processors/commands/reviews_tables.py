"""Reviews as tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from processors.batch.reviews.cases import Case
from processors.batch.reviews.deciding import waits_for
from processors.commands.fields_table import leaves
from processors.commands.screen import cell, counted, line, out
from processors.pages import Page
from processors.record.review_work import Waiting


def listed(waiting: Sequence[Waiting], *, as_json: bool) -> None:
    """A row a review."""
    if as_json:
        for one in waiting:
            line(asdict(one) | {"people": len(one.people)})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("document", "agency", "type", "reason", "since (UTC)", "look", "with", "file"):
        table.add_column(title, no_wrap=title != "file", overflow="fold")
    for one in waiting:
        plain = (one.document[:12], one.agency, one.type, one.reason, f"{one.since:%Y-%m-%d %H:%M}")
        table.add_row(*map(cell, plain), str(one.looks + 1), cell(one.holder), cell(one.name))
    out().print(table if waiting else "Nothing waits.")
    if waiting:
        out().print(counted(len(waiting), "review"))


def shown(case: Case, pages: Mapping[int, Page], *, as_json: bool) -> None:
    """One review."""
    if as_json:
        line(_json(case, pages))
        return
    asked, console = case.event.data, out()
    console.print(
        cell(f"{case.document.id}, {asked.type} {asked.type_version}: waits for {waits_for(case.looks)}.")
    )
    reasons: dict[str, list[str]] = {}
    for reason, path in asked.reasons:
        reasons.setdefault(path, []).append(reason)
    for reason in reasons.pop("", []):
        console.print(cell(f"the whole: {reason}"))
    for rule in asked.failed_rules:
        console.print(cell(f"broken rule {rule.name}: {', '.join(rule.paths)}"))
    table = Table(box=None, pad_edge=False)
    for title in ("field", "value", "page", "on the page", "note", "why"):
        table.add_column(title, overflow="fold")
    for path, value in leaves(case.fields.values):
        proof = case.fields.evidence.get(path)
        text = "—" if value in (None, []) else value if isinstance(value, str) else json.dumps(value)
        found = (str(proof.page or ""), proof.text, proof.note) if proof else ("", "", "")
        why = ", ".join(reasons.get(path, ()))
        table.add_row(*map(cell, (path, text, *found, why)))
    console.print(table)
    for number, look in enumerate(case.shown, 1):
        word = list(look.cuts) if look.says == "cut" else look.values
        console.print(cell(f"{number}. {look.by} says {look.says}: {json.dumps(word, ensure_ascii=False)}"))
    for page in pages.values():
        said = " ".join(f"[{number}]{word.text}" for number, word in enumerate(page.words))
        console.print(cell(f"page {page.number}: {said}"))


def _json(case: Case, pages: Mapping[int, Page]) -> dict[str, Any]:
    asked = case.event.data
    return {
        "document": case.document.id,
        "agency": case.document.agency,
        "run": asked.document.run_id,
        "type": asked.type,
        "type_version": asked.type_version,
        "pages": asked.document.original.pages,
        "reasons": asked.reasons,
        "failed_rules": [rule.model_dump() for rule in asked.failed_rules],
        "look": case.number,
        "waits_for": waits_for(case.looks),
        "fields": case.fields.values,
        "evidence": {path: proof.model_dump(mode="json") for path, proof in case.fields.evidence.items()},
        "looks": [
            look.model_dump(mode="json", include={"by", "says", "reason", "type", "values", "cuts"})
            for look in case.shown
        ],
        "words": {str(page.number): [word.text for word in page.words] for page in pages.values()},
    }
