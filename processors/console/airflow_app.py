"""The console as Airflow's server serves it; loaded there alone, see `airflow_plugin.py`."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache
from threading import Lock

import structlog

from processors import config
from processors.console.airflow_door import doorkeeper
from processors.console.app import create
from processors.console.desk import Desk, opened
from processors.telemetry import process
from processors.variables import SettingInvalid


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


@cache
def tell() -> None:
    """Tell metrics from now on, not from the first page: nobody could tell a server that hangs from one at rest.

    What keeps it from that is said in the log, and costs no page. Airflow may run several servers: the first of
    them has the address.
    """
    try:
        settings = config.load()
    except SettingInvalid as error:
        _not_told(str(error))
        return
    with ExitStack() as stack:
        told = process.told_if_free(settings.telemetry, settings.home, "console", "airflow", _not_told)
        stack.enter_context(told)
        atexit.register(stack.pop_all().close)


def _not_told(why: str) -> None:
    structlog.get_logger().warning("metrics_not_told", detail=why)


app = create(_Opening(), doorkeeper)
