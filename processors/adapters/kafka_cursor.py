"""How far a list was worked off, kept by Kafka in the transaction of the records that were written for it."""

from __future__ import annotations

from collections.abc import Sequence

from processors.adapters.kafka_positions import KafkaPositions
from processors.fail_points import FailPoint, never
from processors.ports import Outgoing, Reached
from processors.refusals.tail import Position
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: The one list of a slot; what is read by positions in several files is a position in one here.
_LIST = "list"


class KafkaCursor:
    """See `ports.Cursor`. Kafka forgets a position a week after it was last moved (`offsets.retention.minutes`)."""

    def __init__(
        self,
        servers: str,
        *,
        name: str,
        number: int,
        topic: str,
        prefix: str = "",
        security: KafkaSecurity = PLAINTEXT,
        fail_point: FailPoint = never,
    ) -> None:
        """Prepare; `reached` connects.

        Args:
            servers: host:port[,host:port]
            name: of what is done, without the prefix; names the transactional id, with the number
            number: of the list
            topic: one that exists, without the prefix: the position is kept beside it
            prefix: of the installation
            security: how to sign in
            fail_point: called at "in_transaction" and "committed"
        """
        self._positions = KafkaPositions(
            servers, name=name, slot=number, topic=topic, prefix=prefix, security=security, fail_point=fail_point
        )

    def reached(self) -> Reached:
        """See `ports.Cursor`."""
        at = self._positions.positions().get(_LIST, Position("0", 0))
        return Reached(entries=at.offset, left_out=int(at.file))

    def write(self, records: Sequence[Outgoing], reached: Reached) -> None:
        """See `ports.Cursor`."""
        self._positions.commit(records, {_LIST: Position(str(reached.left_out), reached.entries)})

    def close(self) -> None:
        """See `ports.Cursor`."""
        self._positions.close()
