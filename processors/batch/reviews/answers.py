"""What a person says, as a command or a page hands it over; nothing of it is believed yet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from processors.batch.reviews.errors import ReviewError
from processors.decisions import Says
from processors.reasons import BY_REVIEWERS

#: Characters of one value; the longest of a type, an address, has some hundred.
_MOST_TEXT = 4_000
_MOST_WORDS = 500
_MOST_CHANGES = 5_000
#: More documents come of no file, whatever the limits.
_MOST_CUTS = 5_000
#: Characters of a path, a rule's name or a type; rules of a type; faults of an answer that are told.
_MOST_NAME, _MOST_RULES, _MOST_TOLD = 200, 1_000, 10
Name = Annotated[str, StringConstraints(max_length=_MOST_NAME)]


class _Strict(BaseModel):
    """What is misspelt is refused and not passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Strict):
    """One value: words that were pointed at, a text, both, or that there is none."""

    #: as a person would write it; "" = as the words say
    text: str = Field(default="", max_length=_MOST_TEXT)
    #: counted from 1; 0 = it stands nowhere
    page: int = Field(default=0, ge=0)
    #: numbers of words on that page, counted from 0 in reading order
    words: tuple[int, ...] = Field(default=(), max_length=_MOST_WORDS)
    #: the document has no such value
    absent: bool = False

    @model_validator(mode="after")
    def _one_thing(self) -> Change:
        if self.absent == bool(self.text.strip() or self.words):
            raise ValueError("say a text, words of a page, or that it is absent")
        if bool(self.words) != bool(self.page):
            raise ValueError("words need their page")
        return self


class Answer(_Strict):
    """A decision about a document under review."""

    says: Says = "values"
    #: by field path, such as "total" or "lines/0/amount"; what is not named stays as it was read
    changes: dict[Name, Change] = Field(default_factory=dict, max_length=_MOST_CHANGES)
    #: rules of the type that the document itself breaks
    accept_rules: tuple[Name, ...] = Field(default=(), max_length=_MOST_RULES)
    #: of "type": the right one
    type: Name = ""
    #: of "cut": the pages, counted from 1, with which a further document begins, in their order
    cuts: tuple[int, ...] = Field(default=(), max_length=_MOST_CUTS)
    #: of "set_aside": why
    reason: Literal["", "not_wanted", "illegible", "incomplete"] = ""

    @model_validator(mode="after")
    def _whole(self) -> Answer:
        if (self.says == "type") != bool(self.type):
            raise ValueError('say a type with "says": "type", and only then')
        if (self.says == "set_aside") != bool(self.reason):
            raise ValueError('say a reason with "says": "set_aside", and only then')
        if (self.says == "cut") != bool(self.cuts):
            raise ValueError('say cuts with "says": "cut", and only then')
        if self.says != "values" and (self.changes or self.accept_rules):
            raise ValueError('values and rules go with "says": "values"')
        return self


assert set(Answer.model_fields["reason"].annotation.__args__) == {"", *(r.value for r in BY_REVIEWERS)}  # type: ignore[union-attr]


def read_answer(untrusted: bytes | str) -> Answer:
    """An answer from its JSON.

    Raises:
        ReviewError: it is none; the text names each place that is wrong, and quotes no value.
    """
    try:
        return Answer.model_validate_json(untrusted)
    except ValidationError as error:
        faults = error.errors(include_input=False)
        places = (
            ("/".join(map(str, one["loc"]))[:_MOST_NAME] or "the whole", one["msg"]) for one in faults[:_MOST_TOLD]
        )
        told = "; ".join(f"{place}: {said}" for place, said in places)
        if len(faults) > _MOST_TOLD:
            told += f"; and {len(faults) - _MOST_TOLD} more"
        raise ReviewError(f"This is no decision: {told}. See docs/reviews.md.") from None
