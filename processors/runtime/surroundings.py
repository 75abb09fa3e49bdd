"""What the order of effects needs of the world, gathered in one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from processors.advisers import LanguageModel, Scanner, VisionModel
from processors.config import Limits
from processors.fail_points import FailPoint, never
from processors.places import Buckets
from processors.ports import Objects
from processors.runtime.arrival import LockPolicy
from processors.runtime.originals import Originals
from processors.runtime.scratch import Scratches
from processors.runtime.workbench import Workbench
from processors.telemetry.work import Telling


@dataclass(frozen=True)
class Surroundings:
    """Stores, workbench, limits and clock of one worker."""

    objects: Objects
    buckets: Buckets
    workbench: Workbench
    scratches: Scratches
    limits: Limits
    lock: LockPolicy
    #: the clock
    now: Callable[[], datetime]
    #: makes sure that a result topic exists before the first result of its kind
    ensure_topic: Callable[[str], None]
    #: where long documents are kept between their page ranges; None = fetched anew each time
    originals: Originals | None = None
    #: reads pages that the stage's own engine could hardly read; None = there is none
    vision: VisionModel | None = None
    #: answers the stage's prompts; None = there is none
    language: LanguageModel | None = None
    #: names the Kafka whose records this worker answers, see `claims.py`
    cluster: str = ""
    #: knows malware; None = nothing is scanned
    scanner: Scanner | None = None
    fail_point: FailPoint = never
    #: hears of failures and of what was read
    telling: Telling = field(default_factory=Telling)
