"""A person's word about a disposal. Nothing is deleted before a second person has approved the very list.

`decision.json` is written create-only: of two people who decide at the same moment the first counts, and nobody can
take it back. It names the digest of the plan that the person had before them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from processors.batch.doors import Doors
from processors.batch.retention.errors import RetentionError
from processors.batch.retention.plan import Plan
from processors.events import Record
from processors.names import person
from processors.places import disposal_key
from processors.runtime.firsts import first_bytes


class Decision(Record):
    """A person's word."""

    word: Literal["approved", "rejected"]
    by: str
    at: datetime
    reason: str
    #: of the plan, see `Plan.digest`
    plan: str


def decision(doors: Doors, name: str) -> Decision | None:
    """What was decided; None as long as nothing was."""
    there = doors.objects.info(doors.buckets.work, disposal_key(name, "decision.json"))
    return None if there is None else Decision.model_validate_json(doors.objects.read(there.ref))


def decide(
    doors: Doors,
    plan: Plan,
    word: Literal["approved", "rejected"],
    by: str,
    reason: str,
    now: datetime,
    seen: str = "",
) -> Decision:
    """Decide; the same word of the same person may be repeated. What a scheduled job listed, anybody may approve.

    Args:
        doors: where the decision is kept
        plan: as it lies in the store
        word: theirs
        by: who decides
        reason: why
        now: the time of the decision
        seen: the digest of the plan that the person had before them; "" = they looked at the store itself

    Raises:
        RetentionError: it was decided otherwise, by somebody else, this person may not, or they saw another plan.
    """
    if not person(by):
        raise RetentionError("Say who you are: --by NAME.")
    if seen and seen != plan.digest:
        raise RetentionError(f"{plan.name} is not the list that {by} was shown: it was changed. Plan it anew.")
    if word == "approved" and person(by) == person(plan.by):
        raise RetentionError(f"{plan.by} asked for {plan.name}: another person must approve it.")
    wanted = Decision(word=word, by=by.strip(), at=now, reason=reason.strip(), plan=plan.digest)
    content, key = wanted.model_dump_json(indent=1).encode(), disposal_key(plan.name, "decision.json")
    decided = Decision.model_validate_json(
        first_bytes(doors.objects, doors.buckets.work, key, content, "application/json")
    )
    if (decided.word, person(decided.by)) != (word, person(by)):
        raise RetentionError(f"{decided.by} has {decided.word} {plan.name} already.")
    return decided


def approved(doors: Doors, plan: Plan) -> Decision:
    """The word under which the plan is carried out.

    Raises:
        RetentionError: nobody approved this very plan.
    """
    decided = decision(doors, plan.name)
    if decided is None or decided.word != "approved":
        how = "nobody has decided about it" if decided is None else f"{decided.by} has rejected it"
        raise RetentionError(f"{plan.name} is not approved: {how}. See `chancery retain approve`.")
    if decided.plan != plan.digest:
        raise RetentionError(f"{plan.name} is not the list that {decided.by} approved: plan it anew.")
    return decided
