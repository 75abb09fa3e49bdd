"""DAG files are parsed again by every task: they must be quick to read, and load neither clients nor models."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from processors.config import DAGS, PACKAGE

FILES = sorted(DAGS.glob("*.py"))
HEAVY = ("torch", "transformers", "onnxruntime", "numpy", "tesserocr", "kafka", "minio")

#: Reads a file as Airflow does, and says what that cost besides Airflow itself.
READ = """
import json, runpy, sys, time
import airflow.sdk, airflow.triggers.base, airflow.providers.standard.operators.hitl
from airflow.sdk import BaseOperator, ExceptionRetryPolicy, Param, TriggerRule, dag, get_current_context, task
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert
before, start = set(sys.modules), time.process_time()
names = runpy.run_path(sys.argv[1])
print(json.dumps({"seconds": time.process_time() - start, "loaded": sorted(set(sys.modules) - before)}))
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_read_in_less_than_a_second_of_work_and_loads_nothing_heavy(file: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path), "PYTHONPATH": str(PACKAGE.parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["seconds"] < 1.0
    assert [name for name in HEAVY if name in told["loaded"]] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_thin_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 250
    assert ast.get_docstring(ast.parse(text))


def test_there_are_files() -> None:
    assert FILES, "or nothing above was tested"
