"""Train a model on a dataset of the installation, judge it, and put it to work once a **second person** approves.

The training runs as `chancery forge train` in a process of its own on the node of the task, which needs the extra
`train`. The candidate is registered in the name of whoever triggered the run and judged on the locked test split.
Where the gate lets it through, its promotion is asked for, and another person decides with the gate's table before
them. Workers take the model at their next start.

- **Only judge** ends after the gate: nothing is asked for.
- The training is not tried again by itself: clear its task. A candidate of an earlier try stays registered.

The same by hand, step by step: `chancery forge`; more in `docs/forge.md`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from processors.orchestration.asking import Approval
from processors.orchestration.dag_settings import dag_settings

Passed = Any

PARAMS = {
    "kind": Param(
        "reader",
        type="string",
        examples=["classifier", "reader", "language"],
        title="Kind of model",
        description="classifier, reader, reader-TYPE or language.",
    ),
    "dataset": Param(
        "", type="string", title="Dataset", description="NAME or NAME@VERSION; see `chancery forge dataset list`."
    ),
    "base": Param(
        None,
        type=["null", "string"],
        title="Begin with",
        description="KIND@VERSION; left empty, the shipped model.",
    ),
    "types": Param(
        [], type="array", items={"type": "string"}, title="Document types", description="All where none is named."
    ),
    "seed": Param(
        0, type="integer", minimum=0, title="Seed", description="The same gives the same model.", section="More"
    ),
    "only_judge": Param(False, type="boolean", title="Only judge", description="Ask for no promotion."),
}


def of_this_run(context: Any) -> str:
    """The candidate. What a task returned, others may have written: the registry must say that it is this run's."""
    from processors.orchestration import parameters, training

    wanted = parameters.checked(training.Wanted, context)
    return training.of_run(wanted, context["dag_run"], context["ti"].xcom_pull(task_ids="candidate"))


@dag(
    schedule=None,
    params=PARAMS,
    doc_md=__doc__,
    description="Train a model, judge it, and put it to work once a second person approves.",
    max_active_runs=1,
    **dag_settings(tags=["models"], deadline=timedelta(hours=24)),
)
def train() -> None:
    """See the text above."""

    @task
    def check() -> dict[str, Any]:
        """Read the parameters again."""
        from processors import config
        from processors.orchestration import operators, parameters, training

        context = get_current_context()
        wanted = parameters.checked(training.Wanted, context)
        # A model reads documents of every agency.
        return training.check(wanted, operators.asked_for(config.load(), context, None))

    # A second try would register a second model.
    @task(retries=0)
    def candidate(asked: Passed) -> str:
        """Train and register it; its name and version."""
        from processors import config
        from processors.orchestration import operators, training

        # Once more: whoever may change the DAG may also write what `check` returned, and mark it as done.
        by = operators.asked_for(config.load(), get_current_context(), None)
        return training.train({**asked, "by": by})

    @task
    def judge(asked: Passed, model: Passed) -> dict[str, Any]:
        """Judge it on the locked test split, beside what is at work."""
        from processors.orchestration import training

        return training.judge(asked, model)

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def may_be_asked_for(asked: Passed, judged: Passed) -> bool:
        """Where the gate lets it through, and somebody wants it."""
        print(judged["table"])
        return judged["passed"] and not asked["only_judge"]

    @task
    def ask(asked: Passed, model: Passed) -> None:
        """Ask for its promotion."""
        from processors import config
        from processors.orchestration import operators, training

        by = operators.asked_for(config.load(), get_current_context(), None)
        training.ask({**asked, "by": by}, model)

    def let_count(context: Any, answer: dict[str, str]) -> None:
        """Put it to work where another person approved."""
        from processors.orchestration import training

        if answer["word"] == "approved":
            training.decide(of_this_run(context), answer)

    def kept(context: Any) -> dict[str, str] | None:
        """The word that is kept already."""
        from processors.orchestration import training

        return training.kept(of_this_run(context))

    @task
    def decide(answer: Passed) -> bool:
        """Whether it was put to work, for the summary."""
        return answer is not None and answer["word"] == "approved"

    # Its state is the run's: it runs where tasks were skipped, and fails where one has failed.
    @task(trigger_rule=TriggerRule.NONE_FAILED)
    def summary(judged: Passed, promoted: Passed) -> dict[str, Any]:
        """What became of it."""
        return {"passed": judged["passed"], "promoted": bool(promoted)}

    asked = check()
    model = candidate(asked)
    judged = judge(asked, model)
    approval = Approval(
        task_id="approve",
        subject="Put {{ ti.xcom_pull(task_ids='candidate') }} to work?",
        body="{{ ti.xcom_pull(task_ids='judge')['table'] }}",
        let_count=let_count,
        kept=kept,
    )
    may_be_asked_for(asked, judged) >> ask(asked, model) >> approval
    summary(judged, decide(approval.output))


train()
