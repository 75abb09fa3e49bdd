"""Brings the console into Airflow's pages; found by Airflow through the package's entry point.

Every process of Airflow loads this, each task too, and only its server asks for the app: what the app needs is
loaded then. A plugin's app is not protected by itself: `airflow_door.py` asks Airflow, before every page, who is
there and what they may do.
"""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from processors.console.places import PLACES
from processors.orchestration.links import CONSOLE


class _Apps:
    """The list of apps, made when somebody looks at it."""

    def __get__(self, *_: object) -> list[Any]:
        from processors.console.airflow_app import app, tell  # noqa: PLC0415 - two seconds that a task does not have

        tell()
        return [{"app": app, "url_prefix": CONSOLE, "name": "Chancery"}]


class ConsolePlugin(AirflowPlugin):
    """See `airflow.plugins_manager`."""

    name = "chancery_console"
    fastapi_apps = _Apps()
    external_views = [  # noqa: RUF012 - as Airflow's own class has it
        {
            "name": f"Chancery {place.label.lower()}",
            "href": f"{CONSOLE}{place.path}",
            "destination": "nav",
            # One name for each: of two views of one name Airflow opens the wrong one.
            "url_route": f"chancery-{place.label.lower()}",
            "category": "browse",
        }
        for place in PLACES
    ]
