"""Work on many documents again, from a stage on.

Lists the documents that are meant, for good; sends them on their way at a rate, in a lane of their own that live
documents overtake; waits for their ends; compares old and new, value by value. Then a **second person** decides:
their approval publishes the new results, each naming the one that it takes the place of; their rejection publishes
nothing.

- **Dry run** only counts. **Compare only** makes a reprocessing that nobody can release.
- The stages before the chosen one do not run again. The models and types at work are used: promote first.
- Any task may be cleared and run again: it goes on where it was, and sends or publishes no document twice.

The same by hand: `chancery reprocess`. More in `docs/reprocess.md` and `docs/airflow.md`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from processors.orchestration import choices
from processors.orchestration.dag_settings import dag_settings
from processors.orchestration.ended import AwaitEnds
from processors.orchestration.pools import EMITTING
from processors.orchestration.second_person import SecondPerson

OFFERED = choices.load()
#: What another task returned: as this file is read a promise of it, in a task its value.
Passed = Any


def several(title: str, offered: tuple[str, ...], told: str) -> Param:
    """A field with any number of names; what is offered are suggestions, the first task checks."""
    return Param(
        [], type=["null", "array"], items={"type": "string"}, examples=list(offered), title=title, description=told
    )


def sent(context: Any) -> dict[str, Any]:
    """What was sent, not only what the form knows: a field that does not exist must not pass unseen."""
    return {**context["params"], **(context["dag_run"].conf or {})}


def day(title: str, told: str) -> Param:
    """A date, or nothing."""
    return Param(None, type=["null", "string"], format="date", title=title, description=told)


PARAMS = {
    "stage": Param(
        "extract",
        type="string",
        enum=["ocr", "classify", "extract", "publish"],
        title="From stage",
        description="The first stage that works again.",
    ),
    "agencies": several("Agencies", OFFERED.agencies, "Only theirs; all where none is named."),
    "types": several("Document types", (*OFFERED.types, "unknown"), "Only these; all where none is named."),
    "states": several(
        "Ended as", ("result", "review", "quarantined", "dead_letter"), "Only these ends; all where none is named."
    ),
    "since": day("Ended since", "This day included (UTC)."),
    "until": day("Ended until", "This day not included (UTC)."),
    "rate": Param(
        20, type="number", exclusiveMinimum=0, maximum=1000, title="Documents a second", description="At most."
    ),
    "dry_run": Param(False, type="boolean", title="Dry run", description="Only count; write nothing."),
    "compare_only": Param(
        False, type="boolean", title="Compare only", description="Nothing of it can be released."
    ),
    "why": Param(None, type=["null", "string"], format="multiline", title="Why", description="Kept for ever."),
    "name": Param(
        None,
        type=["null", "string"],
        pattern="^[a-z0-9][a-z0-9-]{0,39}$",
        title="Name",
        description="Small letters, digits, hyphens; made from the run's id where it is empty.",
        section="More",
    ),
    "reasons": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Ended because",
        description="Only what ended for these reasons, one a line; see docs/reasons.md.",
        section="More",
    ),
    "expect": Param(
        [],
        type="array",
        items={"type": "string"},
        examples=list(OFFERED.versions),
        title="Only with these versions",
        description="Models and types that must be at work, such as classifier@3; else the run fails at once.",
        section="More",
    ),
}


@dag(
    schedule=None,
    params=PARAMS,
    doc_md=__doc__,
    description="Work on many documents again from a stage on, compare, and publish what a second person approves.",
    max_active_runs=4,
    **dag_settings(tags=["reprocess"], deadline=timedelta(hours=24), counts_from="summary"),
)
def reprocess() -> None:
    """See the text above."""

    @task
    def check() -> dict[str, Any]:
        """Read the form again, and count."""
        from processors.orchestration import reprocess as steps
        from processors.orchestration.doors import opened

        context = get_current_context()
        run = context["dag_run"]
        with opened() as at:
            # Not the time of this try: cleared, the run finds the lists that it made before.
            found = steps.check(at, sent(context), run.run_id, run.triggering_user_name, run.run_after)
        return found.model_dump(mode="json")

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def go_on(request: Passed) -> bool:
        """Not after a dry run."""
        print(f"{request['documents']:,} documents are meant")
        return not request["dry_run"]

    @task
    def freeze(request: Passed) -> list[dict[str, Any]]:
        """List the documents, for good."""
        from processors.orchestration import reprocess as steps
        from processors.orchestration.doors import opened

        by = get_current_context()["dag_run"].triggering_user_name
        with opened() as at:
            return steps.freeze(at, steps.Request.model_validate(request), by)

    @task(pool=EMITTING, map_index_template="{{ label }}")
    def emit(request: Passed, chunk: Passed) -> dict[str, int]:
        """Send a list on its way."""
        from processors.orchestration import reprocess as steps
        from processors.orchestration.doors import opened

        get_current_context()["label"] = chunk["label"]  # type: ignore[typeddict-unknown-key]
        with opened() as at:
            return steps.emit(at, request["wish"]["name"], chunk["number"], request["rate"])

    @task
    def compare(request: Passed) -> dict[str, Any]:
        """Compare old and new ends, and write the reports."""
        from processors.orchestration import reprocess as steps
        from processors.orchestration.doors import opened

        with opened() as at:
            return steps.compare(at, request["wish"]["name"])

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def may_be_released(request: Passed) -> bool:
        """Not where it is to compare only."""
        return bool(request["wish"]["release"])

    def let_count(context: Any, answer: dict[str, str]) -> None:
        """Keep the second person's word."""
        from processors.orchestration import reprocess as steps
        from processors.orchestration import reprocess_question as question
        from processors.orchestration.doors import opened
        from processors.record.facts import utc_now

        # What `compare` returned, others may have written: it can keep an answer from counting, and redirect none.
        seen = context["ti"].xcom_pull(task_ids="compare")["digest"]
        with opened() as at:
            steps.decide(
                at, question.of_run(at, sent(context), context["dag_run"]).wish.name, seen, answer, utc_now()
            )

    def kept(context: Any) -> dict[str, str] | None:
        """The word that is kept already."""
        from processors.orchestration import reprocess_question as question
        from processors.orchestration.doors import opened

        with opened() as at:
            return question.kept(at, question.of_run(at, sent(context), context["dag_run"]))

    def shown(context: Any) -> str:
        """What was compared."""
        from processors.orchestration import reprocess_question as question
        from processors.orchestration.doors import opened

        with opened() as at:
            return question.shown(at, question.of_run(at, sent(context), context["dag_run"]))

    @task
    def decide(request: Passed) -> list[dict[str, Any]]:
        """Look up the word that is kept: which lists it publishes."""
        from processors.orchestration import reprocess as steps
        from processors.orchestration.doors import opened

        with opened() as at:
            return steps.decided(at, request["wish"]["name"])

    @task(pool=EMITTING, map_index_template="{{ label }}")
    def release(request: Passed, chunk: Passed) -> dict[str, int]:
        """Publish what is held of a list."""
        from processors.orchestration import reprocess as steps
        from processors.orchestration.doors import opened

        get_current_context()["label"] = chunk["label"]  # type: ignore[typeddict-unknown-key]
        with opened() as at:
            return steps.release(at, request["wish"]["name"], chunk["number"], request["rate"])

    # Its state is the run's: it runs where tasks were skipped, and fails where one has failed.
    @task(trigger_rule=TriggerRule.NONE_FAILED)
    def summary(request: Passed, released: Passed) -> dict[str, int]:
        """Count what became of it, for the report of the run's end."""
        from processors.orchestration import reprocess as steps
        from processors.orchestration.doors import opened

        published = sum(one["published"] for one in released or () if one)
        with opened() as at:
            return steps.summary(at, steps.Request.model_validate(request), published)

    request = check()
    chunks = freeze(request)
    name = "{{ ti.xcom_pull(task_ids='check')['wish']['name'] }}"
    ends = AwaitEnds(task_id="await_ends", name=name)
    compared = compare(request)
    approval = SecondPerson(
        task_id="approve",
        subject=f"Publish the results of {name}?",
        agencies="{{ ti.xcom_pull(task_ids='check')['wish']['selection']['agencies'] | tojson }}",
        let_count=let_count,
        kept=kept,
        shown=shown,
    )
    decided = decide(request)
    released = release.partial(request=request).expand(chunk=decided)

    go_on(request) >> chunks
    emit.partial(request=request).expand(chunk=chunks) >> ends >> compared
    compared >> may_be_released(request) >> approval >> decided
    summary(request, released)


DAG = reprocess()
