"""Runs a DAG by `dag.test()` on an office in memory, in a process of its own: `python -m … FOLDER`, JSON on stdout.

Airflow reads its settings when it is imported, so it must not have been before. A person's answer cannot come in
such a run; what they would have answered is handed to the operator.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.people import people


def main(folder: Path) -> None:
    from processors.config import DAGS

    os.environ |= {
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
        "CHANCERY_HOME": str(folder / "home"),
        "CHANCERY_AGENCIES": "alpha",
        "CHANCERY_CONSOLE_USERS": str(people(folder)),
    }
    from airflow.utils.db import initdb

    initdb()
    # The name of the file, as Airflow reads it.
    sys.path.insert(0, str(DAGS))
    reprocess: Any = importlib.import_module("reprocess")

    told = {name: run(reprocess.DAG, folder / name, **how) for name, how in SCENARIOS.items()}
    sys.stdout.write("\n" + json.dumps(told) + "\n")


SCENARIOS: dict[str, dict[str, Any]] = {
    "approved": {"option": "Approve", "conf": {"name": "a"}},
    "rejected": {"option": "Reject", "conf": {"name": "b"}},
    "approved-at-last": {"option": "Approve", "conf": {"name": "g"}, "by": ["ruth", "gil", "dag_test", "grace"]},
    # The look that the question takes at who answers is switched off.
    "unguarded-asker": {"option": "Approve", "conf": {"name": "c"}, "by": ["dag_test", "grace"], "guarded": False},
    "unguarded-reviewer": {"option": "Approve", "conf": {"name": "h"}, "by": ["ruth", "grace"], "guarded": False},
    "compare-only": {"conf": {"name": "d", "compare_only": True}},
    "dry": {"conf": {"name": "e", "dry_run": True}},
    "wrong": {"conf": {"name": "f", "agencies": ["gone"]}},
}


def run(
    dag: Any,
    folder: Path,
    conf: dict[str, Any],
    option: str = "",
    by: Sequence[str] = ("grace",),
    guarded: bool = True,
) -> Any:
    """One run: the state of the run and of each task, what was published, what was reported."""
    from airflow.sdk import DAG

    from processors import config
    from processors.orchestration import doors, ended, outcomes, second_person
    from processors.orchestration.doors import Opened
    from tests.unit.batch.reprocess.office import Office
    from tests.unit.orchestration.test_outcomes import Acts

    assert isinstance(dag, DAG)
    folder.mkdir()
    office, acts, looks, reported, people_left = Office(folder), Acts(), [0], [], list(by)
    said: list[str] = []
    for number in range(3):
        office.ended(f"paper-{number}", {"total": f"{number}.00"})
    office.objects.put("inbox-alpha", "unseen.pdf", b"x", "application/pdf")

    @contextmanager
    def opened() -> Iterator[Opened]:
        yield Opened(config.load(), office.doors, acts)

    look = ended.look

    def looking(name: str) -> dict[str, Any]:
        # The stages work behind the first look, so that the task has to wait.
        looks[0] += 1
        found = look(name)
        office.work()
        return found

    def ask(self: Any, context: Any) -> Any:
        assert option, "nobody should be asked"
        said.append(context["task_state_store"].get("left_out") or "")
        name = people_left.pop(0)
        event = {
            "chosen_options": [option],
            "params_input": {"reason": "a trial"},
            "responded_at": datetime.now(UTC),
            "responded_by_user": {"id": name, "name": name},
        }
        return self.execute_complete(context, event)

    asking = second_person.SecondPerson
    kept = (doors.opened, ended.look, asking.execute, asking.why_not, outcomes._write)
    doors.opened, ended.look, asking.execute = opened, looking, ask  # type: ignore[method-assign]
    outcomes._write = lambda event: reported.append(event.data.model_dump(mode="json"))
    if not guarded:
        asking.why_not = lambda *_: ""  # type: ignore[method-assign]
    # Airflow 3.3.2: `dag.test()` takes the deadline for one of its database's and fails over it.
    dag.deadline = None
    try:
        ran = dag.test(run_conf={**conf, "rate": 1000})
    finally:
        (
            doors.opened,
            ended.look,
            asking.execute,  # type: ignore[method-assign]
            asking.why_not,  # type: ignore[method-assign]
            outcomes._write,
        ) = kept
    published = [event for event in office.results() if event.runid.startswith("re-")]
    return {
        "state": str(ran.state),
        "tasks": {ti.task_id: str(ti.state) for ti in ran.get_task_instances()},
        "published": len(published),
        "looks": looks[0],
        "reported": reported,
        "said": said,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
