"""Brings the console into Airflow's pages; found by Airflow through the package's entry point."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin


class ConsolePlugin(AirflowPlugin):
    """See `airflow.plugins_manager`."""

    name = "chancery_console"
