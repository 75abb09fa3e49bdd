"""The steps of the DAG `reprocess`, one function a task: each may be killed at any moment and called again.

They hand over names and numbers; what they work on lies in the object store, see `batch/reprocess/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from processors import document_types
from processors.acts import Act
from processors.batch.doors import Doors
from processors.batch.reprocess import approving, emitting, manifest, releasing
from processors.batch.reprocess.comparing import compare as compare_all
from processors.batch.reprocess.deciding import decision
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Manifest, Wish
from processors.batch.reprocess.pace import Pace
from processors.batch.reprocess.progress import progress
from processors.batch.reprocess.selection import select
from processors.events import Record
from processors.orchestration import form, operators, versions
from processors.orchestration.doors import Opened
from processors.orchestration.pools import EMITTING, POOLS
from processors.orchestration.summary import table
from processors.record.standing import Standing
from processors.runtime.acting import acting


class Request(Record):
    """What the first task found to be asked for."""

    wish: Wish
    #: documents a second, over all lists
    rate: float
    dry_run: bool
    #: how many are meant, as things stood then
    documents: int


def check(at: Opened, untrusted: Mapping[str, Any], run_id: str, by: str | None, now: datetime) -> Request:
    """Read the form, and count the documents that it means.

    Args:
        at: what the task works with
        untrusted: parameters of the run
        run_id: the run's name in Airflow
        by: who triggered it
        now: no document that ends later is in it

    Raises:
        ReprocessError: something of it is not known, cannot be, or is not at work; or nobody asked.
        NotAnOperatorError: who asked may not.
    """
    if not by:
        raise ReprocessError("Nobody is named as having asked for this: trigger it as a person who signed in.")
    asked = form.read(untrusted)
    # First of all: whoever may not has nothing looked up for them.
    operators.must_operate(at.settings, by, asked.agencies or None)
    versions.must_be(asked.expect, versions.at_work(at.settings, at.doors.objects))
    selection = select(
        agencies=asked.agencies,
        types=asked.types,
        states=asked.states,
        reasons=asked.reasons,
        since=asked.since,
        until=asked.until,
        known_agencies=at.doors.inboxes.agencies(),
        known_types=document_types.load(at.settings.document_types),
    )
    if not asked.compare_only:
        versions.nothing_on_trial(at.settings)
    wish = Wish(
        name=manifest.named(form.name_for(asked, run_id)),
        stage=manifest.begins_at(asked.stage),
        selection=selection,
        release=not asked.compare_only,
        by=by,
        reason=asked.why.strip(),
        at=now,
    )
    documents = sum(Standing(at.doors.ledger.engine).counts(selection.filter).values())
    return Request(wish=wish, rate=asked.rate, dry_run=asked.dry_run, documents=documents)


def freeze(at: Opened, request: Request, by: str | None) -> list[dict[str, Any]]:
    """List the documents, for good, or find the lists that an earlier try of this task made.

    Args:
        at: what the task works with
        request: what `check` returned; a value of a task, which others may have written
        by: who triggered the run

    Returns:
        Of each list its number and a label.

    Raises:
        ReprocessError: no document is meant, another reprocessing has this name, or somebody else asked.
        NotAnOperatorError: who asked may not.
    """
    wish = request.wish
    if wish.by != by:
        raise ReprocessError(f"{wish.by} is said to have asked for this, but {by} triggered the run.")
    operators.must_operate(at.settings, wish.by, wish.selection.agencies or None)
    with acting(at.acts, Act.REPROCESSING_REQUESTED, thing=wish.name, by=wish.by, reason=wish.reason):
        made = _ours(at.doors, wish) or manifest.freeze(at.doors, wish)
    many = len(made.chunks)
    return [
        {"number": one.number, "label": f"list {one.number} of {many}: {one.documents:,} documents"}
        for one in made.chunks
    ]


def emit(at: Opened, name: str, number: int, rate: float) -> dict[str, int]:
    """Send the documents of a list on their way, from where it was left.

    Raises:
        ReprocessError: see `emitting.emit`.
    """
    made = manifest.find(at.doors, name)
    done = emitting.emit(at.doors, made, made.chunks[number - 1], _pace(made, rate))
    return {"documents": done.documents, "left_out": done.left_out}


def compare(at: Opened, name: str) -> dict[str, Any]:
    """Compare, and write the reports.

    Returns:
        Counts, where the pages lie, a table for the person who decides, and the digest of what they are shown.
    """
    compared = compare_all(at.doors, manifest.find(at.doors, name))
    pages = [f"{page.bucket}/{page.key}" for page in compared.pages]
    return {
        "documents": compared.figures["documents"],
        "differ": compared.figures["differ"],
        "pages": pages,
        "table": table(compared.figures, compared.agencies),
        "digest": compared.digest,
    }


def decide(at: Opened, name: str, digest: str, answer: Mapping[str, Any], now: datetime) -> None:
    """Let a person's word count. The same word of the same person may be repeated.

    Args:
        at: what the task works with
        name: the reprocessing's
        digest: of the report that the person was shown
        answer: `word`, "approved" or "rejected"; `by`; `reason`
        now: results that are published are dated then

    Raises:
        ReprocessError: who asked cannot approve; a candidate is on trial; or the run is not finished and compared;
            see `approving`.
        NotAnOperatorError: this person may not.
    """
    made, by, reason = manifest.find(at.doors, name), answer["by"], (answer.get("reason") or "").strip()
    act = Act.REPROCESSING_APPROVED if answer["word"] == "approved" else Act.REPROCESSING_REJECTED
    with acting(at.acts, act, thing=name, by=by, reason=reason):
        # By the list as it lies in the store, whatever the question said.
        operators.must_operate(at.settings, by, made.wish.selection.agencies or None)
        if act is Act.REPROCESSING_APPROVED:
            versions.nothing_on_trial(at.settings)
            approving.approve(at.doors, made, by, reason, now, digest)
        else:
            approving.reject(at.doors, made, by, reason, now)


def decided(at: Opened, name: str) -> list[dict[str, Any]]:
    """The lists to publish, by the word that is kept; none after a rejection.

    Raises:
        ReprocessError: nobody's word is kept.
    """
    made = manifest.find(at.doors, name)
    kept = decision(at.doors, made.run)
    if kept is None:
        raise ReprocessError(f"Nobody has decided about {name}: clear the task `approve`, and it asks again.")
    if kept.word != "approved":
        return []
    return [{"number": one.number, "label": f"list {one.number} of {len(made.chunks)}"} for one in made.chunks]


def release(at: Opened, name: str, number: int, rate: float) -> dict[str, int]:
    """Publish what is held of a list, from where it was left.

    Raises:
        ReprocessError: nobody has approved.
    """
    made = manifest.find(at.doors, name)
    done = releasing.release(at.doors, made, made.chunks[number - 1], _pace(made, rate))
    return {"published": done.documents - done.left_out, "left_out": done.left_out}


def summary(at: Opened, request: Request, published: int) -> dict[str, int]:
    """Counts of the whole run, for the report of its end."""
    counts = {"documents": request.documents, "published": published}
    if request.dry_run:
        return counts
    made = manifest.find(at.doors, request.wish.name)
    found, decided = progress(at.doors, made), decision(at.doors, made.run)
    return {
        "documents": found.documents,
        "left_out": found.left_out,
        "ended": found.ended,
        "published": published,
        "rejected": int(decided is not None and decided.word == "rejected"),
    }


def _ours(doors: Doors, wish: Wish) -> Manifest | None:
    """What an earlier try of this very request froze."""
    if wish.name not in manifest.names(doors):
        return None
    found = manifest.find(doors, wish.name)
    return found if found.wish == wish else None


def _pace(made: Manifest, rate: float) -> Pace:
    """The share of the rate that a list has: as many are worked off side by side as the pool lets."""
    return Pace(rate / min(POOLS[EMITTING].slots, len(made.chunks)))
