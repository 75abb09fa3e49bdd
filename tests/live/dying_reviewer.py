"""`chancery` that is killed when it would send a decision that it has stored."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from processors import cli
from processors.adapters.kafka_topics import KafkaTopics
from processors.ports import Outgoing


def _die(self: KafkaTopics, records: Sequence[Outgoing]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    KafkaTopics.write = _die  # type: ignore[method-assign]
    cli.main()
