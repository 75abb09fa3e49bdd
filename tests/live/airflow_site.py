"""A local stack with Airflow for a test, and the people who work with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from processors import config
from processors.adapters import provision
from processors.config import Settings
from processors.local import stack
from processors.local.plan import Plan
from processors.local.state import Stack, WorkerRunning
from tests.live.airflow_client import Person

SAMPLES = Path(__file__).parents[2] / "samples"
#: Released without a person: text layers that are good.
RELEASED = ("fcc-order.pdf", "fcc-contract.pdf", "fara-amendment-law-firm.pdf")


@dataclass(frozen=True)
class Site:
    """The stack, and who works with it."""

    stack: Stack
    #: as a command reaches it
    settings: Settings
    ada: Person
    grace: Person
    vera: Person
    #: reviews
    ruth: Person


def that_reprocesses(stack: Stack, stage: str) -> WorkerRunning:
    """The worker of a stage that does the work of reprocessing runs."""
    return next(one for one in stack.workers if (one.stage, one.lanes) == (stage, "reprocessing"))


@contextmanager
def started(
    home: Path,
    *,
    secured: bool,
    agencies: Sequence[str] = ("alpha",),
    more: Mapping[str, str] = MappingProxyType({}),
    plan: Callable[[Plan], Plan] = lambda planned: planned,
) -> Iterator[Site]:
    """Real servers, workers and Airflow; a minute on a busy machine. Stopped at the end.

    Args:
        home: of the stack
        secured: with TLS, passwords and rights
        agencies: get an inbox
        more: variables of `docs/settings.md`
        plan: see `stack.up`
    """
    told = {"CHANCERY_HOME": str(home), "CHANCERY_AGENCIES": ",".join(agencies)}
    # No document is drawn by lot for a second look: a test decides about one once.
    told["CHANCERY_SECOND_LOOK_PERCENT"] = "0"
    made = config.load({**told, **more})
    try:
        up = stack.up(made, airflow=True, secured=secured, workers_seconds=180.0, plan=plan)
        settings = stack.connected(made, up)
        for agency in agencies:
            provision.add_agency(settings, agency)
        with ExitStack() as people:
            names = ("ada", "grace", "vera", "ruth")
            yield Site(up, settings, *(people.enter_context(closing(Person(up, name))) for name in names))
    finally:
        stack.down(made)
