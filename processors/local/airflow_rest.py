"""The little that the local stack asks of Airflow's REST API."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any

from processors.local.failures import StackError

#: What the health answer calls the components that report themselves.
REPORTING = ("metadatabase", "scheduler", "dag_processor", "triggerer")
_SECONDS = 10.0


def unhealthy(endpoint: str, seconds: float = 2.0) -> tuple[str, ...]:
    """What is not healthy, in Airflow's words; "api-server" where it does not answer at all. Needs no sign-in."""
    try:
        status, found = _ask(endpoint, "GET", "/api/v2/monitor/health", seconds=seconds)
    except (OSError, http.client.HTTPException, ValueError):
        return ("api-server",)
    if status != http.client.OK:
        return ("api-server",)
    return tuple(name for name in REPORTING if (found.get(name) or {}).get("status") != "healthy")


def token(endpoint: str, user: str, password: str) -> str:
    """What signs in as this user for a day.

    Raises:
        StackError: Airflow does not take the password.
    """
    status, found = _ask(endpoint, "POST", "/auth/token", {"username": user, "password": password})
    if status != http.client.CREATED:
        raise StackError("Airflow", f"did not let {user} sign in ({status})", "Run `chancery down --wipe`.")
    signed: str = found["access_token"]
    return signed


def make_pool(endpoint: str, signed: str, name: str, slots: int, description: str) -> None:
    """Make a pool, if it is not there; one that a person has changed stays as it is.

    Raises:
        StackError: Airflow made none.
    """
    wanted = {"name": name, "slots": slots, "description": description, "include_deferred": False}
    status, _ = _ask(endpoint, "POST", "/api/v2/pools", wanted, signed)
    if status not in (http.client.CREATED, http.client.CONFLICT):
        raise StackError("Airflow", f"did not make the pool {name} ({status})", "See airflow-api-server.log.")


def set_variable(endpoint: str, signed: str, name: str, value: str, description: str) -> None:
    """Make a Variable, or give it this value.

    Raises:
        StackError: Airflow does not.
    """
    wanted = {"key": name, "value": value, "description": description}
    status, _ = _ask(endpoint, "POST", "/api/v2/variables", wanted, signed)
    if status == http.client.CONFLICT:
        status, _ = _ask(endpoint, "PATCH", f"/api/v2/variables/{name}", wanted, signed)
    if status not in (http.client.CREATED, http.client.OK):
        raise StackError("Airflow", f"did not take the Variable {name} ({status})", "See airflow-api-server.log.")


def _ask(
    endpoint: str,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    signed: str = "",
    seconds: float = _SECONDS,
) -> tuple[int, dict[str, Any]]:
    host, _, port = endpoint.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=seconds)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {signed}"} if signed else {})
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            # Such as a database that is locked for too long: whoever asks asks again.
            raise http.client.HTTPException(f"{path} was answered {answer.status}")
        return answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()
