"""Running whole DAGs in this process, on one database of Airflow's for all tests of the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import airflow_home
from tests.people import people
from tests.unit.batch.world import World

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Airflow and its libraries warn of themselves; that no DAG of ours does, test_all_dags.py asks of Airflow."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("default"))


@dataclass(frozen=True)
class Ran:
    """What came of a run."""

    state: str
    #: by task, mapped ones as "task/0"
    states: Mapping[str, str]
    #: what each task returned, by the same names
    returned: Mapping[str, Any]


@pytest.fixture(autouse=True)
def who_is_who(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of people; whoever triggers the runs of a test, "dag_test", operates for every agency."""
    file = people(tmp_path, bea={"agencies": "*", "operates": True})
    monkeypatch.setenv("CHANCERY_CONSOLE_USERS", str(file))
    return file


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's tables, made once."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture
def run_dag(airflow_database: None) -> Callable[..., Ran]:
    """Runs a DAG of the folder `dags`: its id, its conf, and what is passed over since no person answers.

    `dag.test` knows no person, so approvals are passed over by the expression `passing_over`, and return nothing.
    """
    from airflow.dag_processing.dagbag import DagBag

    def run(dag_id: str, conf: Mapping[str, Any] | None = None, passing_over: str = "") -> Ran:
        bag = DagBag(airflow_home.ROOT / "dags" / f"{dag_id}.py", collect_dags=True)
        assert bag.import_errors == {}
        dag = bag.dags[dag_id]
        # Reports of ends run in the DAG processor, whose doors to Airflow `dag.test` does not open, and it does not
        # know deadlines as the scheduler keeps them; tests/unit/orchestration/ holds both.
        dag.on_success_callback = dag.on_failure_callback = dag.deadline = None
        done = dag.test(run_conf=dict(conf or {}), mark_success_pattern=passing_over or None)
        instances = {
            one.task_id if one.map_index < 0 else f"{one.task_id}/{one.map_index}": one
            for one in done.get_task_instances()
        }
        return Ran(
            state=str(done.state),
            states={name: str(one.state) for name, one in sorted(instances.items())},
            returned={
                name: one.xcom_pull(task_ids=one.task_id, map_indexes=one.map_index)
                for name, one in sorted(instances.items())
            },
        )

    return run


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An installation in memory."""
    made = World(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def acts(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Lets every task find that installation behind its doors; the records of people's acts."""
    from processors import config
    from processors.orchestration import doors

    monkeypatch.setenv("CHANCERY_HOME", str(world.home))

    kept: list[Any] = []

    class Kept:
        def write(self, record: Any) -> None:
            kept.append(record)

    @contextmanager
    def opened() -> Iterator[doors.Opened]:
        yield doors.Opened(config.load(), world.doors, Kept())

    monkeypatch.setattr(doors, "opened", opened)
    return kept


@pytest.fixture
def answering(airflow_database: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Lets people answer what a run asks, as the page does it: the task, their choice, and who they are.

    Several people answer one after the other, each when it is asked again. Returns the questions, as they come.
    `dag.test` sleeps while it waits for an answer that comes from outside; the answer comes then.
    """

    def answers(task_id: str, choice: str, *by: str) -> list[str]:
        import time

        slept, left, asked = time.sleep, list(by), list[str]()

        def answer(seconds: float) -> None:
            question = _answer(task_id, choice, left[0]) if left else None
            if question is None:
                slept(seconds)
            else:
                asked.append(question)
                left.pop(0)

        monkeypatch.setattr(time, "sleep", answer)
        return asked

    return answers


def _answer(task_id: str, choice: str, by: str) -> str | None:
    """Write the answer to the task that waits, and return what it asked; None where none waits."""
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.sdk import timezone
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    with create_session() as session:
        waiting = session.scalar(
            select(TaskInstance).where(
                TaskInstance.task_id == task_id, TaskInstance.state == TaskInstanceState.AWAITING_INPUT
            )
        )
        detail = None if waiting is None else session.get(HITLDetail, waiting.id)
        if waiting is None or detail is None:
            return None
        detail.responded_by = {"id": by, "name": by}
        detail.responded_at = timezone.utcnow()
        detail.chosen_options = [choice]
        detail.params_input = {"reason": "as agreed"}
        payload = TriggerEvent(detail.as_resume_event_payload())  # type: ignore[no-untyped-call]
        handle_event_submit(payload, task_instance=waiting, session=session)
        return str(detail.body)
