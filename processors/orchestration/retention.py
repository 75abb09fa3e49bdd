"""The steps of the DAG `retain`, one function a task: each may be killed at any moment and called again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from processors import document_types
from processors.acts import Act
from processors.batch.retention import deciding, working
from processors.batch.retention import plan as plans
from processors.batch.retention.due import Rules
from processors.batch.retention.errors import RetentionError
from processors.batch.retention.plan import Count, Plan
from processors.batch.retention.working import Worked
from processors.orchestration import doors, operators
from processors.orchestration.doors import Opened
from processors.orchestration.parameters import SCHEDULED, Parameters, Text
from processors.places import disposal_key
from processors.runtime.acting import acting

#: Rows of the table for the person who decides; the command shows all.
_ROWS = 200


class Wanted(Parameters):
    """What a run of `retain` may be told."""

    #: also documents without a type, after so many days; None = they are kept
    untyped_days: Annotated[int, Field(ge=1)] | None = None
    dry_run: bool = False
    why: Text = ""


def name_for(run_id: str, day: datetime) -> str:
    """What the disposal of a run is called: the same at every try."""
    return f"{day:%Y-%m-%d}-{hashlib.sha256(run_id.encode()).hexdigest()[:8]}"


def plan(at: Opened, wanted: Wanted, name: str, by: str, now: datetime) -> dict[str, Any]:
    """List what may be disposed of, or find the list that an earlier try of this task made.

    Returns:
        `name`, `documents`, their `agencies`, `chunks` as numbers with labels, `digest` of the list, and `table`,
        for the person who decides.

    Raises:
        RetentionError: another's disposal has this name.
        DependencyUnavailable: a server does not answer; call again.
    """
    vault = doors.vault_of(at.settings)
    rules = Rules.of(document_types.load(at.settings.document_types), wanted.untyped_days)
    if wanted.dry_run:
        counts, kept = plans.look(at.doors, vault, rules, now)
        documents = sum(one.documents for one in counts)
        nothing = {"agencies": [], "chunks": [], "digest": ""}
        return {"name": name, "documents": documents, "table": table(counts, kept), **nothing}
    made = _ours(at, name, by)
    if made is None:
        with acting(at.acts, Act.DISPOSAL_REQUESTED, thing=name, by=by or SCHEDULED, reason=wanted.why):
            made = plans.freeze(at.doors, vault, rules, name, by, wanted.why.strip(), now)
    if made is None:
        return {"name": name, "documents": 0, "agencies": [], "chunks": [], "digest": "", "table": ""}
    many = len(made.chunks)
    chunks = [
        {"number": one.number, "label": f"list {one.number} of {many}: {one.documents:,} documents"}
        for one in made.chunks
    ]
    return {
        "name": name,
        "documents": made.documents,
        "agencies": made.agencies,
        "chunks": chunks,
        "digest": made.digest,
        "table": table(made.counts, made.kept),
    }


def decide(at: Opened, name: str, digest: str, answer: Mapping[str, str], now: datetime) -> None:
    """Let a person's word count. The same word of the same person may be repeated.

    Args:
        at: what the task works with
        name: of the disposal
        digest: of the list that the person was asked about
        answer: theirs, see `second_person.py`
        now: the time of the decision

    Raises:
        RetentionError: who asked cannot approve, somebody decided otherwise, or the list was changed since.
        NotAnOperatorError: this person may not.
    """
    made, word = plans.find(at.doors, name), _word(answer["word"])
    act = Act.DISPOSAL_APPROVED if word == "approved" else Act.DISPOSAL_REJECTED
    by, reason = answer["by"], answer["reason"]
    with acting(at.acts, act, thing=name, by=by, reason=reason, details={"plan": made.digest}):
        # By the list as it lies in the store, whatever the question said.
        operators.must_operate(at.settings, by, made.agencies)
        deciding.decide(at.doors, made, word, by, reason, now, seen=digest)


def of_run(at: Opened, run: Any) -> Plan:
    """The list of a run, by what Airflow says of the run: values of tasks may be written by others.

    Raises:
        RetentionError: it has none, or somebody else asked for that.
    """
    made = plans.find(at.doors, name_for(run.run_id, run.run_after))
    return _of(made, str(run.triggering_user_name or ""))


def shown(at: Opened, run: Any) -> str:
    """What the person who decides about a run's list needs, as Markdown, by the list as it lies in the store."""
    made = of_run(at, run)
    return f"**{made.name}**: {made.documents:,} documents.\n\n{table(made.counts, made.kept)}"


def kept(at: Opened, run: Any) -> dict[str, str] | None:
    """The word that is kept about a run's list, as a person's answer; None = nobody has decided."""
    word = deciding.decision(at.doors, of_run(at, run).name)
    return None if word is None else {"word": word.word, "by": word.by, "reason": word.reason}


def decided(at: Opened, name: str) -> bool:
    """Whether somebody's approval is kept; nobody's word approves nothing."""
    kept = deciding.decision(at.doors, name)
    return kept is not None and kept.word == "approved"


def dispose(at: Opened, name: str, number: int) -> dict[str, Any]:
    """Dispose of the documents of a list, from where it was left.

    Raises:
        RetentionError: see `working.work_off`.
    """
    made = plans.find(at.doors, name)
    vault = doors.vault_of(at.settings)
    worked = working.work_off(at.doors, vault, at.acts, made, made.chunks[number - 1])
    return worked.model_dump(mode="json")


def record(at: Opened, name: str, parts: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Write down what became of all lists, and count it for the report of the run's end."""
    whole = working.total(Worked.model_validate(one) for one in parts)
    if whole.documents:
        content = whole.model_dump_json(indent=1).encode()
        place = disposal_key(name, "worked.json")
        at.doors.objects.put(at.doors.buckets.work, place, content, "application/json")
    kept = {f"kept_{why}": many for why, many in sorted(whole.kept.items())}
    return {"documents": whole.documents, "disposed": whole.disposed, "objects": whole.objects, **kept}


def table(counts: Iterable[Count], kept: Iterable[Count]) -> str:
    """What a person needs to decide, as Markdown. Agencies, types and codes are names of ours."""
    rows = ["| agency | type | documents | |", "| --- | --- | ---: | --- |"]
    told = (*counts, *kept)
    for one in told[:_ROWS]:
        what = f"kept: {one.kept}" if one.kept else "**to be disposed of**"
        rows.append(f"| {one.agency} | {one.type or '(none)'} | {one.documents:,} | {what} |")
    more = f"\n\n… and {len(told) - _ROWS:,} rows more: `chancery retain show`." if len(told) > _ROWS else ""
    return "\n".join(rows) + more


def _ours(at: Opened, name: str, by: str) -> Plan | None:
    made = plans.there(at.doors, name)
    return None if made is None else _of(made, by)


def _of(made: Plan, by: str) -> Plan:
    if made.by != by:
        raise RetentionError(f"{made.name} was asked for by {made.by or SCHEDULED}: clear that run instead.")
    return made


def _word(word: str) -> Literal["approved", "rejected"]:
    return "approved" if word == "approved" else "rejected"
