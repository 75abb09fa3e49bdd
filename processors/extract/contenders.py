"""What the readers say of one field, value by value: each contender with the figures that belief in it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Final

from processors.document_types import FieldRule
from processors.extract.grounding import Grounded, ground, missing
from processors.extract.reader import Proposal
from processors.pages import Page

#: kinds of engines, in the order of the figures
READERS: Final = ("labels", "encoder", "language")
#: what a probability is bounded to before its logarithm is taken
_SURE: Final = 0.005
#: names of the figures of a contender, in their order
FIGURES: Final = (
    *(f"{reader}_{what}" for reader in READERS for what in ("there", "belief", "first", "lead")),
    "agree",
    "read",
    "worst_word",
    "quality",
    "places",
)


@dataclass
class Contender:
    """One value that was proposed and proven, by whichever readers, at whichever places."""

    #: the best proof
    proof: Grounded
    #: by reader, its best belief in this value, 0 to 1
    beliefs: dict[str, float]
    #: how many proposals
    places: int = 1
    #: see `FIGURES`; filled when all contenders of a field are known
    figures: tuple[float, ...] = field(default=())


@dataclass(frozen=True)
class Proposed:
    """All that was proposed for one field."""

    #: the proven values, in no order
    contenders: list[Contender]
    #: what the firmest proposal without a value lacks, and how firm it was, 0 to 1
    lacking: Grounded
    lacking_belief: float = 0.0


def proposed(proposals: Iterable[Proposal], pages: Mapping[int, Page], rule: FieldRule) -> Proposed:
    """Check every proposal for a field, and put together those that say the same."""
    found: dict[str, Contender] = {}
    lacking, firmest = missing("no_candidate"), 0.0
    for proposal in proposals:
        proof = ground(proposal, pages, rule)
        if proof.value is None:
            if proposal.score > firmest:
                lacking, firmest = proof, proposal.score
            continue
        key = _key(proof.value, rule)
        one = found.get(key)
        if one is None:
            found[key] = Contender(proof, {proposal.reader: proposal.score})
            continue
        one.places += 1
        one.beliefs[proposal.reader] = max(one.beliefs.get(proposal.reader, 0.0), proposal.score)
        if proof.evidence.confidence > one.proof.evidence.confidence:
            one.proof = proof
    made = list(found.values())
    for one in made:
        one.figures = tuple(_figures(one, made, pages))
    return Proposed(made, lacking, firmest)


def _key(value: object, rule: FieldRule) -> str:
    """Names that differ in punctuation or letter case are one value."""
    if rule.normaliser in ("name", "text", "person", "address"):
        return re.sub(r"[\W_]+", "", str(value)).casefold()
    return str(value)


def _figures(one: Contender, among: Sequence[Contender], pages: Mapping[int, Page]) -> Iterable[float]:
    for reader in READERS:
        mine = one.beliefs.get(reader)
        others = max((c.beliefs.get(reader, 0.0) for c in among if c is not one), default=0.0)
        if mine is None:
            yield from (0.0, 0.0, 0.0, -others)
        else:
            yield from (1.0, _logit(mine), float(mine >= others), mine - others)
    proof = one.proof.evidence
    yield float(len(one.beliefs) > 1)
    yield one.proof.read
    yield one.proof.worst
    yield pages[proof.page].quality
    yield log(one.places)


def _logit(probability: float) -> float:
    bounded = min(max(probability, _SURE), 1 - _SURE)
    return log(bounded / (1 - bounded)) / 5
