"""Where Airflow is, who signs in, and where the passwords lie: for `chancery up` and `chancery status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processors.local.airflow_home import FOLDER, PASSWORDS, USERS
from processors.local.state import Stack


def facts(stack: Stack) -> dict[str, Any]:
    """Address, users with their roles, the file of passwords, and what of it runs; empty where there is none."""
    if not stack.airflow:
        return {}
    parts = {
        name.removeprefix("airflow-"): one for name, one in stack.servers.items() if name.startswith("airflow")
    }
    return {
        "url": f"http://{stack.airflow}",
        "users": dict(USERS),
        "passwords": str(stack.home / FOLDER / PASSWORDS),
        "alive": {name: one.alive for name, one in parts.items()},
    }


def sentence(pages: Mapping[str, Any]) -> str:
    """The same in a line or two."""
    users = ", ".join(f"{name} ({role})" for name, role in pages["users"].items())
    down = [name for name, alive in pages["alive"].items() if not alive]
    ailing = f" Down: {', '.join(down)}." if down else ""
    return f"Airflow {pages['url']}: {users}; passwords in {pages['passwords']}.{ailing}"
