"""Who is there, as Airflow knows it: signed in, with rights on our DAG, and an agency's by a file of ours."""

from __future__ import annotations

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import HTTPException, Request

from processors import config
from processors.console.visitor import Visitor, let_in
from processors.people import People

#: Who may see this DAG may look; who may change it may decide reviews. Nothing here operates.
_DAG = DagDetails(id="reprocess")
_NOBODY_SAID = (
    "Nobody said whose documents you may see. Whoever runs this installation adds your name to the file that "
    "CHANCERY_CONSOLE_USERS names."
)


def doorkeeper(request: Request, user: GetUserDep) -> None:
    """See `app.create`. Airflow answers 401 by itself to who has not signed in.

    Raises:
        HTTPException: 403, they may not look, or no agency is theirs.
    """
    manager = get_auth_manager()
    if not manager.is_authorized_dag(method="GET", details=_DAG, user=user):
        raise HTTPException(
            403, "Your role in Airflow does not let you see the DAG `reprocess`: ask for that right."
        )
    may_change = manager.is_authorized_dag(method="PUT", details=_DAG, user=user)
    name = str(user.get_name())
    agencies = People(config.load().console_users).agencies_of(name)
    if agencies is not None and not agencies:
        raise HTTPException(403, _NOBODY_SAID)
    every = agencies is None
    let_in(request, Visitor(name, agencies or frozenset(), every, may_review=may_change))
