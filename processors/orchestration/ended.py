"""Waiting until every document of a reprocessing has an end, without a worker that waits.

The trigger remembers nothing: how far the run is stands in the store and in the ledger. A triggerer that is killed
loses nothing, the next one looks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.sdk import BaseOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent

from processors.errors import DependencyUnavailable

#: seconds between two looks: each asks the store for a note a list, and the ledger for counts
PERIOD = 5.0


def look(name: str) -> dict[str, Any]:
    """How far the reprocessing is, in counts, and whether it is finished.

    Raises:
        ReprocessError: there is none of this name.
        DependencyUnavailable: a server does not answer.
    """
    # Clients and the ledger: a DAG file that names this module needs neither.
    from processors.batch.reprocess import manifest  # noqa: PLC0415
    from processors.batch.reprocess.progress import progress  # noqa: PLC0415
    from processors.orchestration.doors import opened  # noqa: PLC0415

    with opened() as at:
        found = progress(at.doors, manifest.find(at.doors, name))
    return {
        "documents": found.documents,
        "sent": found.sent,
        "ended": found.ended,
        "left_out": found.left_out,
        "finished": found.finished,
    }


class ReprocessingEnded(BaseTrigger):
    """Fires once, when all documents have an end."""

    def __init__(self, name: str, period: float = PERIOD) -> None:
        """Wait for the reprocessing of this name, with `period` seconds between two looks."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.name, self.period = name, period

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """What a triggerer makes this trigger from."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"name": self.name, "period": self.period}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look, again and again; a server that is away is waited for."""
        while True:
            try:
                found = await asyncio.to_thread(look, self.name)
            except DependencyUnavailable as error:
                self.log.warning("cannot look at %s: %s", self.name, error.code)
                found = {}
            if found.get("finished"):
                yield TriggerEvent(found)  # type: ignore[no-untyped-call]
                return
            await asyncio.sleep(self.period)


class AwaitEnds(BaseOperator):
    """Waits until every document of a reprocessing has an end; the task's value is the counts."""

    template_fields = ("name",)

    def __init__(self, *, name: str, **arguments: Any) -> None:
        """Wait for the reprocessing of this name; a template."""
        super().__init__(**arguments)
        self.name = name

    def execute(self, context: Any) -> Any:
        """Hand over to the trigger, unless all is done."""
        found = look(self.name)
        if found["finished"]:
            return found
        self.log.info("%s of %s documents have an end", found["ended"], found["documents"])
        trigger = ReprocessingEnded(self.name)
        return self.defer(trigger=trigger, method_name="ended")

    def ended(self, context: Any, event: dict[str, Any]) -> dict[str, Any]:
        """Take what the trigger found."""
        return event
