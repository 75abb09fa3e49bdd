"""An installation in memory with documents that have become old, and a vault that keeps locks and holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from processors.adapters.memory_vault import MemoryVault
from processors.batch.retention import deciding, plan
from processors.batch.retention.due import Rules
from processors.batch.retention.plan import Plan
from processors.batch.retention.working import Worked, total, work_off
from processors.ports import Lock, Outgoing, Stored
from processors.record.tables import documents
from tests.unit.batch.reprocess.office import Office
from tests.unit.runtime.shop import NOW

RULES = Rules({"receipt": 100, "letter": 10_000}, {"receipt": "a schedule", "letter": "a law"})
#: receipts that arrived at NOW are old then, letters are not
THEN = NOW + timedelta(days=101)


class Killed(BaseException):
    """Stands for kill -9: nothing catches it, nothing is tidied."""


@dataclass
class DyingVault(MemoryVault):
    """Dies before it deletes the nth version."""

    dies_at: int = -1

    def remove(self, one: Stored) -> bool:
        if len(self.removed) == self.dies_at:
            raise Killed
        return super().remove(one)


@dataclass
class Archive(Office):
    """Its vault's clock stands at `THEN`."""

    acts: list[Outgoing] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.vault = DyingVault(self.objects, clock=THEN)

    def write(self, record: Outgoing) -> None:
        """As `runtime.acting.Acts`."""
        self.acts.append(record)

    def kept(self, name: str, *, kind: str = "receipt", agency: str = "alpha", **more: Any) -> str:
        """A document that ended, with its upload in the inbox; its id."""
        ref = self.objects.put(f"inbox-{agency}", f"{name}.pdf", b"%PDF", "application/pdf")
        assert ref is not None
        more = {"values": {"shop": f"secret {name}"}} | more
        return self.ended(name, kind=kind, agency=agency, version=ref.version_id, **more)

    def lock(self, document: str, until: datetime, agency: str = "alpha") -> None:
        """Put the original under lock."""
        for one in self.vault.versions("documents", f"{agency}/{document}/"):
            if one.key.endswith("/intake/original"):
                self.objects.locks[one.bucket, one.key, one.version_id] = Lock(until, "GOVERNANCE")

    def plan_disposal(self, name: str = "spring", by: str = "Ada", rules: Rules = RULES) -> Plan | None:
        return plan.freeze(self.doors, self.vault, rules, name, by, "", THEN)

    def approve(self, made: Plan, by: str = "Ben") -> None:
        deciding.decide(self.doors, made, "approved", by, "", THEN)

    def dispose(self, made: Plan) -> Worked:
        """Work all lists off, as one process would."""
        return total(work_off(self.doors, self.vault, self, made, chunk, now=lambda: THEN) for chunk in made.chunks)

    def traces(self, document: str) -> list[str]:
        """Where anything of a document lies, in every bucket."""
        return [key for key in self._keys() if document in key]

    def holding(self, text: str) -> list[str]:
        """Which objects hold these words, in every bucket and version."""
        found = []
        for bucket in sorted(self.objects.buckets()):
            for info in self.objects.versions(bucket):
                if text.encode() in self.objects.read(info.ref):
                    found.append(f"{bucket}/{info.ref.key}")
        return found

    def _keys(self) -> Iterator[str]:
        for bucket in sorted(self.objects.buckets()):
            for info in self.objects.versions(bucket):
                yield f"{bucket}/{info.ref.key}"

    def forget_ledger(self) -> None:
        """As if the database had been lost."""
        with self.ledger.engine.begin() as connection:
            for table in reversed(documents.metadata.sorted_tables):
                if table.name != "schema_version":
                    connection.execute(table.delete())
