"""What holds for every file in `dags/`: it is light, described, and Airflow has nothing to say against it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import airflow_home

FILES = sorted((airflow_home.ROOT / "dags").glob("*.py"))
#: What no task may load because its file was parsed.
HEAVY = {"torch", "transformers", "onnxruntime", "numpy", "tesserocr", "kafka", "minio"}
#: CPU seconds beyond Airflow's own.
MOST_SECONDS = 1.0

_IMPORT = """
import importlib.util, json, sys, time
import airflow.sdk, airflow.providers.standard.operators.hitl, airflow.providers.standard.decorators.python
from airflow.sdk import BaseOperator, ExceptionRetryPolicy, Param, TriggerRule, dag, get_current_context, task
before, loaded = time.process_time(), set(sys.modules)
spec = importlib.util.spec_from_file_location("one_dag", sys.argv[1])
spec.loader.exec_module(importlib.util.module_from_spec(spec))
took = time.process_time() - before
print(json.dumps({"seconds": took, "loaded": sorted({name.split(".")[0] for name in set(sys.modules) - loaded})}))
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_is_parsed_in_no_time_and_without_models(file: Path, tmp_path: Path) -> None:
    environment = {**os.environ, **airflow_home.settings(tmp_path), "PYTHONPATH": str(airflow_home.ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(file)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert HEAVY.isdisjoint(told["loaded"])
    assert told["seconds"] < MOST_SECONDS


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_thin_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 250
    assert ast.get_docstring(ast.parse(text))


@pytest.fixture(scope="module")
def bag(airflow_database: None) -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(airflow_home.ROOT / "dags")


def test_airflow_finds_no_errors_and_warns_of_nothing(bag: Any) -> None:
    assert bag.import_errors == {}
    assert bag.captured_warnings == {}
    assert bag.dag_warnings == set()
    assert (
        set(bag.dags)
        == {file.stem for file in FILES}
        >= {
            "reconcile",
            "replay_dead_letters",
            "report",
            "retain",
            "train",
        }
    )


def test_every_dag_says_what_it_is_and_whose(bag: Any) -> None:
    for name, dag in bag.dags.items():
        assert dag.doc_md, name
        assert dag.description, name
        assert {"chancery"} < set(dag.tags), name
        assert dag.deadline, name
        assert dag.catchup is False, name
        for task in dag.tasks:
            assert task.owner == "operators", (name, task.task_id)
            # What is no function of ours asks people, or waits, and its class says how.
            does = getattr(task, "python_callable", type(task))
            assert does.__doc__, (name, task.task_id)


def test_a_file_with_a_clock_in_it_is_noticed(tmp_path: Path, airflow_database: None) -> None:
    """The control: Airflow does warn, so that an empty list says something."""
    from airflow.dag_processing.dagbag import DagBag

    (tmp_path / "ticking.py").write_text(
        "import warnings\nfrom airflow.sdk import dag\nwarnings.warn('old', DeprecationWarning, stacklevel=1)\n"
        "@dag\ndef ticking():\n    ...\nticking()\n"
    )
    (tmp_path / "broken.py").write_text("from airflow.sdk import dag\nraise ValueError\n")
    bag = DagBag(tmp_path)
    assert len(bag.import_errors) == 1
    assert len(bag.captured_warnings) == 1


def test_every_parameter_of_a_form_is_described(bag: Any) -> None:
    for name, dag in bag.dags.items():
        for key in dag.params:
            schema = dag.params.get_param(key).schema
            assert schema.get("title"), (name, key)
