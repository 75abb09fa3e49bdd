"""Documents of real workers are disposed of on a real store: not under lock, not under hold, and then for good."""

from __future__ import annotations

import base64
import hashlib
import math
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from processors.adapters.minio_objects import MinioObjects
from processors.batch.doors import Doors
from processors.batch.reconcile import Wishes, reconcile
from processors.batch.retention import deciding, holds, plan, working
from processors.batch.retention.due import Rules
from processors.batch.retention.working import Worked
from processors.config import Settings
from processors.orchestration.doors import doors_of, vault_of
from processors.places import Buckets
from processors.ports import Outgoing, Stored
from processors.record.facts import utc_now
from processors.record.ledger import Ledger
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

#: Documents that were quarantined before anybody could tell their type.
RULES = Rules({"": 1}, {"": "a test"})
LATER = timedelta(days=2)


class Acts(list[Outgoing]):
    def write(self, record: Outgoing) -> None:
        self.append(record)


@pytest.fixture
def doors(installation: Settings) -> Iterator[Doors]:
    with Ledger.open(installation.database) as ledger:
        yield doors_of(installation, ledger)


def shorten(settings: Settings, one: Stored) -> float:
    """What an administrator may do to a governance lock, so that a test need not wait for a year.

    Returns:
        When it ends, in seconds of the epoch: soon, and late enough for a store that answers slowly, since a lock
        cannot be set to end in the past.
    """
    ends = math.ceil(time.time()) + 4
    moment = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%dT%H:%M:%SZ}"
    body = f"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>{moment}</RetainUntilDate></Retention>".encode()
    MinioObjects(settings.s3).client._execute(
        "PUT",
        one.bucket,
        one.key,
        body=body,
        headers={
            "x-amz-bypass-governance-retention": "true",
            "Content-MD5": base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode(),
        },
        query_params={"retention": "", "versionId": one.version_id},
    )
    return ends


def test_locks_and_holds_keep_documents_and_what_is_disposed_of_is_not_found_lost(
    installation: Settings, doors: Doors
) -> None:
    vault, acts, later = vault_of(installation), Acts(), utc_now() + LATER

    def dispose(made: plan.Plan) -> Worked:
        return working.total(
            working.work_off(doors, vault, acts, made, one, now=lambda: later) for one in made.chunks
        )

    def left(document: str) -> list[str]:
        return [one.key for one in vault.versions(doors.buckets.documents, f"alpha/{document}/")]

    with workers(installation, stages=("intake", "record")), closing(Oracle(installation)) as oracle:
        ids = [upload(installation, f"empty {n}.pdf", b"") for n in range(3)]
        assert {end.state for end in oracle.wait(ids).values()} == {"quarantined"}
        until(lambda: not doors.ledger.waiting(ids), "the ledger knows all ends", pause=0.2)
    before = {one: left(one) for one in ids}
    assert all(before.values())

    assert plan.look(doors, vault, RULES, utc_now()) == ((), ()), "they are young"
    # Only our own clock says that the year of their locks has passed; the store knows better.
    far = utc_now() + timedelta(days=400)
    made = plan.freeze(doors, vault, RULES, "spring", "Ann", "", far)
    assert made is not None
    assert plan.look(doors, vault, RULES, later)[1][0].kept == "locked"
    deciding.decide(doors, made, "approved", "Bea", "", utc_now())
    later, real = far, later
    assert dispose(made).kept == {"locked": 3}
    assert {one: left(one) for one in ids} == before

    later = real
    originals = [one for document in ids for one in holds.originals(doors, vault, "alpha", document)]
    unlocked = max(shorten(installation, one) for one in originals)
    held, *gone = ids
    placed = holds.place(doors, vault, "alpha", held, "case", "Cem", "a suit", utc_now())
    assert placed.originals == 1
    until(lambda: time.time() > unlocked + 0.5, "the locks end")
    worked = dispose(made)
    assert (worked.disposed, worked.kept) == (2, {"held": 1})
    assert left(held) == before[held]
    assert [left(one) for one in gone] == [[], []]
    inbox = [one.key for one in vault.versions(Buckets(installation.prefix).inbox("alpha"), "")]
    assert inbox == ["empty 0.pdf"]

    report = reconcile(doors, ["alpha"], Wishes(grace=timedelta(0), patience=timedelta(0), whole=True, resume=True))
    assert not report.found
    with closing(Oracle(installation)) as oracle:
        assert {end.state for end in oracle.wait(ids).values()} == {"quarantined"}, "each ended once, and still has"
    holds.lift(doors, vault, "alpha", held, "case", "Cem", "settled", utc_now())
    assert dispose(made).disposed == 3
    assert left(held) == []
