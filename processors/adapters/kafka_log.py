"""The transactional reader and writer on Kafka: read, process, write, all or nothing.

The settings are the verified ones: one fixed transactional id and a static member per worker slot, so that a
restarted slot fences its predecessor and frees its open transaction at once; `read_committed`; `earliest`; offsets
sent with the group's metadata, so that a frozen worker whose partition was given away cannot commit.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from kafka import KafkaProducer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from processors.adapters import (
    kafka_membership,
    kafka_patches,  # noqa: F401 - imported for its repairs
)
from processors.adapters.kafka_client import client_settings, headers_of, incoming_of
from processors.adapters.kafka_errors import translate, translated
from processors.adapters.kafka_lanes import GLANCE_MS, Lanes
from processors.adapters.kafka_marks import Marks
from processors.adapters.watchdog import deadline
from processors.errors import SlotTaken
from processors.events import Origin
from processors.fail_points import FailPoint, never
from processors.ports import Incoming, Outgoing
from processors.server_settings import PLAINTEXT, KafkaSecurity

log = logging.getLogger(__name__)
#: Below the transaction timeout, so that a hung commit ends before the broker gives up on us.
_COMMIT_SECONDS = 25.0
_TRANSACTION_TIMEOUT_MS = 30_000
#: Records of the largest event (2,000 pages in 64 ranges) stay below 100 kB; results may carry long lists.
_MAX_RECORD_BYTES = 4 * 1024 * 1024


class KafkaLog:
    """One worker slot's hold on Kafka; see `ports.Log`. Not thread-safe: use it from the polling thread alone."""

    def __init__(
        self,
        servers: str,
        *,
        group: str,
        slot: int,
        topics: Sequence[str],
        batch: int,
        prefix: str = "",
        fail_point: FailPoint = never,
        security: KafkaSecurity = PLAINTEXT,
    ) -> None:
        """Join `group` and fence whoever ran in this slot before.

        Args:
            servers: host:port[,host:port]
            security: how to sign in
            group: the stage's consumer group, without the prefix
            slot: number of this worker among the stage's workers; names the transactional id and the member
            topics: what is read, without the prefix, the most urgent first
            batch: most records between two commits, all of one topic; fewer of a slower lane, see kafka_lanes.py
            prefix: put before group and topics, so that several installations can share a cluster
            fail_point: called at "in_transaction" and "committed"
        """
        self._client, self._fail_point = client_settings(servers, security), fail_point
        self._prefix, self._batch = prefix, batch
        self._group, self._name = f"{prefix}{group}", f"{prefix}{group}-{slot}"
        self._lanes = Lanes(prefix + topic for topic in topics)
        #: records handed out and not yet committed, in order
        self._open: list[Incoming] = []
        #: partitions that were taken from us while records were open; they may have come back, but another member
        #: may have answered those records and more in between
        self._lost: set[TopicPartition] = set()
        #: a commit failed, and Kafka did not answer when we asked how it ended
        self._unsettled = False
        #: commits in a row that Kafka refused as of no member of the group
        self._refused = 0
        with translated(), deadline(120, "join"):
            self._consumer, self._marks = self._join()
            self._producer = self._new_producer()

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """See `ports.Log`. Returns at once with what is there, else waits up to `seconds`."""
        if self._unsettled:
            self._recover()
        with translated(), deadline(120, "poll"):
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=self._batch)
            if self._open:
                return ()
            if not polled:
                self._marks.settle()
                return ()
            self._take(polled)
            if preferred := self._lanes.preferred_to(self._partition(self._open[0].origin).topic):
                self._exchange(preferred)
            self._lanes.took(self._partition(self._open[0].origin).topic)
            self._consumer.pause(*self._consumer.assignment())
        return tuple(self._open)

    def _take(self, polled: Mapping[TopicPartition, Sequence[Any]]) -> None:
        taken, given_back = self._lanes.of_one(polled, self._batch)
        for partition, records in given_back.items():
            self._consumer.seek(partition, records[0].offset)
        self._open = [incoming_of(record, self._prefix) for record in chain.from_iterable(taken.values())]

    def _exchange(self, preferred: frozenset[str]) -> None:
        """Give the open records back for some of the preferred topics, where there are any.

        Kafka answers a fetch at once where there is something, so a glance tells. Nothing else may be handed out
        meanwhile; a rebalance in this moment finds the first records open, as it must.
        """
        assignment = self._consumer.assignment()
        self._consumer.pause(*assignment)
        self._consumer.resume(*(partition for partition in assignment if partition.topic in preferred))
        better = self._consumer.poll(timeout_ms=GLANCE_MS, max_records=self._batch)
        if better:
            self._seek(self._open)
            self._take(better)

    def owned(self, origin: Origin) -> bool:
        """See `ports.Log`."""
        partition = self._partition(origin)
        return partition in self._consumer.assignment() and partition not in self._lost

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        """See `ports.Log`; the process ends with exit code 70 if Kafka does not answer in time."""
        positions = {self._partition(one.origin): OffsetAndMetadata(one.origin.offset + 1, "", -1) for one in done}
        try:
            with deadline(_COMMIT_SECONDS, "commit"):
                self._producer.begin_transaction()
                sent = [
                    self._producer.send(
                        self._prefix + out.topic, key=out.key, value=out.value, headers=headers_of(out)
                    )
                    for out in outputs
                ]
                self._producer.flush()
                for future in sent:
                    future.get(timeout=0)
                self._producer.send_offsets_to_transaction(positions, self._consumer.group_metadata())
                self._fail_point("in_transaction")
                self._producer.commit_transaction()
        except KafkaError as error:
            log.warning("commit failed: %s", type(error).__name__)
            ours = translate(error)
            self._refused = self._refused + 1 if isinstance(error, kafka_membership.LOST) else 0
            # A new producer would fence the process that has taken over this slot.
            if not isinstance(ours, SlotTaken):
                self._recover()
            raise ours from error
        self._refused = 0
        self._fail_point("committed")
        finished = {incoming.origin for incoming in done}
        self._seek([incoming for incoming in self._open if incoming.origin not in finished])

    def rewind(self) -> None:
        """See `ports.Log`."""
        self._seek(self._open)

    def close(self) -> None:
        """See `ports.Log`. A static member's partitions stay reserved for its return until the session ends."""
        with translated(), deadline(30, "close"):
            self._producer.close(timeout=5)
            self._consumer.close(autocommit=False, timeout_ms=5_000)

    def pause_newcomers(self, partitions: Iterable[TopicPartition]) -> None:
        """Called on assignment: while records are open, nothing more may be handed out."""
        if self._open:
            self._consumer.pause(*partitions)

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """Called on revocation: the open records of these partitions are somebody else's from now on."""
        if self._open:
            self._lost.update(partitions)

    def _seek(self, undone: Sequence[Incoming]) -> None:
        """Stand before the first undone record of each partition, and go on."""
        first: dict[TopicPartition, int] = {}
        for incoming in undone:
            partition = self._partition(incoming.origin)
            first[partition] = min(first.get(partition, incoming.origin.offset), incoming.origin.offset)
        assignment = self._consumer.assignment()
        for partition, offset in first.items():
            # One that was lost and came back stands where the group committed, which may be further.
            if partition in assignment and partition not in self._lost:
                self._consumer.seek(partition, offset)
        self._open = []
        self._lost.clear()
        self._consumer.resume(*assignment)

    def _recover(self) -> None:
        """After a failed commit: a new producer (ends the old transaction), then the committed positions.

        Whether the transaction was committed is not known here, so the positions are asked for, not assumed.
        """
        self._unsettled = True
        with translated(), deadline(120, "recover"):
            self._producer.close(timeout=0)
            self._producer = self._new_producer()
            if self._refused >= kafka_membership.MOST_REFUSED:
                self._join_again()
            assignment = self._consumer.assignment()
            undone = []
            for incoming in self._open:
                partition = self._partition(incoming.origin)
                committed = self._consumer.committed(partition) if partition in assignment else None
                if committed is None or incoming.origin.offset >= committed:
                    undone.append(incoming)
            self._seek(undone)
        self._unsettled = False

    def _join_again(self) -> None:
        """What was open comes again from the committed positions, to us or whoever reads these partitions now."""
        self._consumer.close(autocommit=False, timeout_ms=5_000)
        self._consumer, self._marks = self._join()
        self._open = []
        self._refused = 0

    def _join(self) -> tuple[Any, Marks]:
        consumer = kafka_membership.join(
            self._group,
            f"{self._name}-{self._lanes.digest}",
            name=self._name,
            topics=self._lanes.topics,
            batch=self._batch,
            max_bytes=_MAX_RECORD_BYTES,
            owner=self,
            client=self._client,
        )
        return consumer, Marks(consumer)

    def _new_producer(self) -> Any:
        producer = KafkaProducer(
            transactional_id=self._name,
            transaction_timeout_ms=_TRANSACTION_TIMEOUT_MS,
            client_id=self._name,
            acks="all",
            max_request_size=_MAX_RECORD_BYTES,
            max_block_ms=20_000,
            **self._client,
        )
        producer.init_transactions()
        return producer

    def _partition(self, origin: Origin) -> TopicPartition:
        return TopicPartition(self._prefix + origin.topic, origin.partition)
