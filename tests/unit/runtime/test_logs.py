"""The log of a process: JSON with the names of what is in hand, and never a message that quotes a document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from processors.telemetry.trace_ids import trace_of
from tests.unit.runtime.makers import DOCUMENT

ROOT = Path(__file__).parents[3]


def logged(code: str, *, prepare: str = "logs.configure(stage='ocr', slot=3)") -> list[dict[str, Any]]:
    """The lines that a process of its own writes on standard error: each must be JSON."""
    whole = f"import logging, structlog\nfrom processors.runtime import logs\n{prepare}\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", whole], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


IN_HAND = """
from processors.events import Origin
from processors.ports import Incoming
from processors.telemetry.tracing import OFF, Attempt, Off, in_hand
from tests.unit.runtime.makers import DOCUMENT
log = structlog.get_logger()
record = Incoming(Origin(topic="pages.requested", partition=0, offset=0), b"", b"")
with in_hand(TRACING, Attempt(record, DOCUMENT, "w", None, 1, False)):
    log.info("inside")
    logging.getLogger("a.library").warning("inside too")
log.info("outside")
"""


def test_every_line_names_what_is_in_hand() -> None:
    inside, library, outside = logged(IN_HAND.replace("TRACING", "Off()"))
    for line in (inside, library):
        assert (line["document"], line["run"]) == (DOCUMENT.id, "live")
        assert line["trace"] == f"{trace_of(DOCUMENT.id, 'live'):032x}"
        assert (line["stage"], line["slot"]) == ("ocr", 3)
    assert (inside["level"], library["level"]) == ("info", "warning")
    assert {"document", "run", "trace"} & set(outside) == set()


def test_where_nothing_is_traced_no_line_names_a_trace() -> None:
    inside, *_ = logged(IN_HAND.replace("TRACING", "OFF"))
    assert inside["document"] == DOCUMENT.id
    assert "trace" not in inside


RAISES = "int('private')"


@pytest.mark.parametrize(
    ("code", "event"),
    [
        (f"try:\n    {RAISES}\nexcept ValueError:\n    structlog.get_logger().exception('failed')", "failed"),
        (f"try:\n    {RAISES}\nexcept ValueError:\n    logging.getLogger('lib').exception('failed')", "failed"),
        (RAISES, "died"),
        (f"import threading\nt = threading.Thread(target=lambda: {RAISES})\nt.start()\nt.join()", "died"),
    ],
)
def test_an_error_is_told_by_class_and_place_and_not_by_its_message(code: str, event: str) -> None:
    (line,) = logged(code)
    assert line["event"] == event
    assert "ValueError" in (line.get("error"), line.get("detail"))
    assert line["at"]
    assert "private" not in json.dumps(line)


def test_without_the_guard_the_message_would_stand_there() -> None:
    """The negative control of the test above: the library's own way writes it."""
    prepare = "logs._without_message = structlog.processors.format_exc_info\nlogs.configure(stage='ocr', slot=3)"
    code = f"try:\n    {RAISES}\nexcept ValueError:\n    structlog.get_logger().exception('failed')"
    (line,) = logged(code, prepare=prepare)
    assert "private" in json.dumps(line)


AWAY = """
from processors.adapters.minio_objects import MinioObjects
from processors.config import S3Settings
from processors.errors import DependencyUnavailable
store = MinioObjects(S3Settings("127.0.0.1:1", "key", "secret"))
try:
    store.info("inbox-alpha", "private letter.pdf")
except DependencyUnavailable as error:
    structlog.get_logger().warning("paused", code=error.code, detail=error.detail)
"""


def test_a_store_that_is_away_costs_no_name_of_a_file() -> None:
    lines = logged(AWAY)
    assert [line["event"] for line in lines] == ["paused"]
    assert "private" not in json.dumps(lines)


def test_heard_from_its_own_level_on_the_client_would_name_the_file() -> None:
    """The negative control of the test above: urllib3 warns of each try with the whole path."""
    lines = logged(AWAY, prepare="logs._HEARD_FROM.pop('urllib3')\nlogs.configure(stage='ocr', slot=3)")
    assert "private" in json.dumps(lines)


def test_a_command_that_runs_as_a_job_logs_json_and_nothing_into_its_answer() -> None:
    """What is logged on the way goes to standard error, and never between what the command answers."""
    code = (
        "import sys\nsys.argv = ['chancery', 'types', '--json']\n"
        "import structlog\nfrom processors import cli\nfrom processors.commands import types\n"
        "answer = cli._real('types')\ncli._log_as_a_job(sys.argv[1:])\n"
        "structlog.get_logger().warning('second_end_dropped', document='d')\n"
        "cli.app(prog_name='chancery', args=['types', '--json'])"
    )
    own = {k: v for k, v in os.environ.items() if not k.startswith("CHANCERY_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=own, capture_output=True, text=True, check=False, timeout=60
    )
    (line,) = done.stderr.splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["command"]) == ("second_end_dropped", "warning", "types")
    assert "second_end_dropped" not in done.stdout
    assert done.stdout
