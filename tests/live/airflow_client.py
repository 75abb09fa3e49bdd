"""People at Airflow's REST API, each signed in under their own name."""

from __future__ import annotations

import time
from typing import Any

import httpx

from processors.local.airflow_home import AirflowHome
from processors.local.state import Stack
from tests.waiting import until

#: seconds; a task's process takes 2 to 4 s to start on a busy machine
RUN_SECONDS = 240.0
#: what a person takes to read a question; a busy machine takes as long to see a process end
READING_SECONDS = 4.0
ENDED = ("success", "failed")


class Person:
    """Somebody with a password of the local stack."""

    def __init__(self, stack: Stack, name: str) -> None:
        password = AirflowHome(stack.home).password(name)
        self._http = httpx.Client(base_url=f"http://{stack.airflow}", timeout=30.0)
        signed = self._http.post("/auth/token", json={"username": name, "password": password})
        assert signed.status_code == 201, signed.text
        self._http.headers["Authorization"] = f"Bearer {signed.json()['access_token']}"

    def close(self) -> None:
        """Sign off."""
        self._http.close()

    def get(self, path: str) -> Any:
        answer = self._http.get(f"/api/v2/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def trigger(self, dag: str, run: str, conf: dict[str, Any]) -> int:
        """The status of the answer."""
        wanted = {"dag_run_id": run, "logical_date": None, "conf": conf}
        return self._http.post(f"/api/v2/dags/{dag}/dagRuns", json=wanted).status_code

    def tasks(self, dag: str, run: str) -> dict[str, str | None]:
        """The state of each task; of mapped ones that of the last."""
        found = self.get(f"dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return {one["task_id"]: one["state"] for one in found}

    def tries(self, dag: str, run: str, task: str) -> int:
        found = self.get(f"dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return max(int(one["try_number"]) for one in found if one["task_id"] == task)

    def value(self, dag: str, run: str, task: str) -> Any:
        return self.get(f"dags/{dag}/dagRuns/{run}/taskInstances/{task}/xcomEntries/return_value")["value"]

    def answer(self, dag: str, run: str, task: str, option: str, reason: str = "") -> int:
        """The status of the answer."""
        wanted = {"chosen_options": [option], "params_input": {"reason": reason or None}}
        path = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/-1/hitlDetails"
        return self._http.patch(path, json=wanted).status_code

    def until_task(self, dag: str, run: str, task: str, state: str, seconds: float = RUN_SECONDS) -> None:
        """Wait until a task is in a state; fails at once where the run has ended without it."""

        def there() -> bool:
            states = self.tasks(dag, run)
            ended = self.get(f"dags/{dag}/dagRuns/{run}")["state"] in ENDED
            assert states.get(task) == state or not ended, f"the run ended: {states}"
            return states.get(task) == state

        until(there, f"{task} is {state}", seconds=seconds, pause=1.0)

    def until_asked(self, dag: str, run: str, task: str) -> None:
        """Wait until a person is asked, and as long as a person would take to read it.

        An answer before Airflow 3.3.2 has seen the asking process end makes it take the task for killed: it is
        tried again and asks again.
        """
        self.until_task(dag, run, task, "awaiting_input")
        time.sleep(READING_SECONDS)

    def decide(self, dag: str, run: str, task: str, option: str, reason: str = "") -> None:
        """Wait for the question, answer it, and wait until the answer counts."""
        self.until_task(dag, run, task, "awaiting_input")
        self.until_taken(dag, run, task, option, reason)

    def until_taken(self, dag: str, run: str, task: str, option: str, reason: str) -> None:
        """Wait until an answer counts: one is given wherever the question stands, also where one was lost."""

        def taken() -> bool:
            state = self.tasks(dag, run)[task]
            if state == "awaiting_input":
                time.sleep(READING_SECONDS)
                assert self.answer(dag, run, task, option, reason) == 200
            return state == "success"

        until(taken, f"{task} is answered", seconds=RUN_SECONDS, pause=0.2)

    def left_out(self, dag: str, run: str, task: str) -> str:
        """Why the last answer was left out, as the page's tab "Storage" shows it; "" where none was."""
        found = self._http.get(f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/state-store/left_out")
        return str(found.json()["value"]) if found.status_code == 200 else ""

    def until_left_out(self, dag: str, run: str, task: str, option: str, why: str) -> None:
        """Answer, and wait until it is told why that does not count, and as long as a person takes to read it.

        One is given wherever the question stands, also where one was lost, as in `until_taken`.
        """

        def told() -> bool:
            waits = self.tasks(dag, run)[task] == "awaiting_input"
            if waits and why not in self.left_out(dag, run, task):
                time.sleep(READING_SECONDS)
                assert self.answer(dag, run, task, option) == 200
                return False
            return waits

        until(told, f"it is told: {why}", seconds=RUN_SECONDS, pause=0.2)
        time.sleep(READING_SECONDS)

    def until_ended(self, dag: str, run: str, seconds: float = RUN_SECONDS) -> str:
        """How the run ended."""

        def state() -> str:
            found: str = self.get(f"dags/{dag}/dagRuns/{run}")["state"]
            return found if found in ENDED else ""

        try:
            return until(state, f"{run} ends", seconds=seconds, pause=1.0)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.tasks(dag, run)}") from error
