"""What the audit chain costs: a chain of everything that lies on a stack's topics, read without waiting.

The worker that keeps a stack's own chain mostly waits on a small machine: what it costs a document is lost in what
waiting costs. A large site's chains have no time to wait.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from processors.adapters.kafka_partitions import Gap, KafkaPartitions
from processors.audit.chain import Chain
from processors.audit.folder import Folder
from processors.audit.heads import Heads, Signer
from processors.audit.tip import tip_of
from processors.config import Settings
from processors.fail_points import never
from processors.places import Buckets
from processors.ports import Incoming
from processors.runtime import auditing

_ARRIVED = "documents.arrived"
#: Polls of half a second that bring nothing: then all was read.
_QUIET_POLLS = 4
_NAME = "bench"


class _Counted:
    """The topics, and what came of them; see `auditing.Source`."""

    def __init__(self, source: KafkaPartitions) -> None:
        self._source = source
        self.documents, self.quiet = 0, 0

    def poll(self, seconds: float) -> Sequence[Incoming | Gap]:
        came = self._source.poll(seconds)
        self.quiet = 0 if came else self.quiet + 1
        self.documents += sum(isinstance(one, Incoming) and one.origin.topic == _ARRIVED for one in came)
        return came

    def commit(self, positions: Mapping[tuple[str, int], int]) -> None:
        self._source.commit(positions)

    def close(self) -> None:
        self._source.close()


def cpu_seconds(settings: Settings) -> tuple[float, int]:
    """CPU seconds a document, and of how many documents: reading, hashing, and storing in a folder.

    Raises:
        RuntimeError: no document lies on the topics.
    """
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as folder:
        shelf = Folder(Path(folder))
        everything = KafkaPartitions(
            settings.kafka,
            auditing.pattern(),
            group=f"audit-{_NAME}",
            prefix=settings.prefix,
            mine=lambda *_: True,
            positions={},
            security=settings.kafka_security,
        )
        source = _Counted(everything)
        auditor = auditing.Auditor(
            source,
            Chain(shelf, _NAME, tip_of(shelf, _NAME), seconds=settings.audit.seconds, now=_now),
            Heads(shelf, _NAME, Signer(Ed25519PrivateKey.generate())),
            others=dict,
            buckets=Buckets(settings.prefix),
            head_minutes=settings.audit.head_minutes,
            now=_now,
            fail_point=never,
        )
        began = time.process_time()
        while source.quiet < _QUIET_POLLS:
            auditor.once()
        spent = time.process_time() - began
        source.close()
    if not source.documents:
        raise RuntimeError("no document lies on the topics: nothing was chained")
    return spent / source.documents, source.documents


def _now() -> datetime:
    return datetime.now(UTC)
