"""The console as Airflow's server serves it; loaded there alone, see `airflow_plugin.py`."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from threading import Lock

from processors import config
from processors.console.airflow_door import doorkeeper
from processors.console.app import create
from processors.console.desk import Desk, opened


class _Opening:
    """Opened at the first page, so that Airflow starts while our servers are away; a failure is tried again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._desk: Desk | None = None

    def __call__(self) -> Desk:
        with self._lock:
            if self._desk is None:
                with ExitStack() as stack:
                    desk = stack.enter_context(opened(config.load()))
                    atexit.register(stack.pop_all().close)
                self._desk = desk
            return self._desk


app = create(_Opening(), doorkeeper)
