"""What a question of `reprocess` is about, by what Airflow says of its run and the store holds for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processors.batch.reprocess import manifest
from processors.batch.reprocess.comparing import last
from processors.batch.reprocess.deciding import decision
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Manifest
from processors.orchestration import form
from processors.orchestration.doors import Opened
from processors.orchestration.summary import table


def of_run(at: Opened, untrusted: Mapping[str, Any], run: Any) -> Manifest:
    """The reprocessing of a run, by what Airflow says of the run: values of tasks may be written by others.

    Args:
        at: what the task works with
        untrusted: parameters of the run
        run: of Airflow

    Raises:
        ReprocessError: it has none; or another run or person asked for what has its name.
    """
    made = manifest.find(at.doors, form.name_for(form.read(untrusted), run.run_id))
    if (made.wish.by, made.wish.at) != (run.triggering_user_name, run.run_after):
        raise ReprocessError(f"{made.wish.name} was not asked for by this run: decide in the one that did.")
    return made


def shown(at: Opened, made: Manifest) -> str:
    """What the person who decides needs, as Markdown, by the report as it lies in the store.

    Raises:
        ReprocessError: nobody has compared it.
    """
    report = last(at.doors, made)
    if report is None:
        raise ReprocessError(f"Nobody has compared {made.wish.name}: clear the task `compare`.")
    told = (*report.figures["ends"], *report.figures["left_out"])
    return table(report.figures, sorted({one["agency"] for one in told}))


def kept(at: Opened, made: Manifest) -> dict[str, str] | None:
    """The word that is kept, as a person's answer; None = nobody has decided."""
    word = decision(at.doors, made.run)
    return None if word is None else {"word": word.word, "by": word.by, "reason": word.reason}
