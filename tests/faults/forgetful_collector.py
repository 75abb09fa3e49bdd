"""A collector of refusals that tells its positions after the records, not with them: the control of a test."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from processors import config
from processors.adapters.kafka_positions import KafkaPositions
from processors.ports import Outgoing
from processors.refusals.tail import Position
from processors.runtime import main, refusals_worker


class Forgetful(KafkaPositions):
    """Two transactions in place of one."""

    def commit(self, records: Sequence[Outgoing], positions: Mapping[str, Position]) -> None:
        super().commit(records, self.positions())
        super().commit((), positions)


if __name__ == "__main__":
    refusals_worker.KafkaPositions = Forgetful  # type: ignore[attr-defined]
    sys.exit(main.run("refusals", 0, config.load()))
