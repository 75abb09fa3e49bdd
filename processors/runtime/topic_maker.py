"""Result topics, made when their first record comes: agencies and types of an installation change."""

from __future__ import annotations

import math
import time

from processors.adapters.kafka_admin import create_result_topics
from processors.config import Settings

#: A result for a topic that is gone pauses publish for at most so long; a look costs one question to Kafka.
_LOOK_AGAIN_SECONDS = 60.0


class TopicMaker:
    """Makes a result topic before its first record, and looks again now and then: it may have been deleted."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        #: when each topic was last seen
        self._seen: dict[str, float] = {}

    def __call__(self, name: str) -> None:
        """Make sure that the topic of this name, without the prefix, is there."""
        now = time.monotonic()
        if now - self._seen.get(name, -math.inf) >= _LOOK_AGAIN_SECONDS:
            create_result_topics(self._settings, [name])
            self._seen[name] = now
