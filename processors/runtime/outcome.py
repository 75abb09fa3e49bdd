"""Work and outcomes as JSON, to cross the border between the worker and its child.

What comes back from a child that parsed a hostile file is untrusted: it is rebuilt from the closed vocabulary here,
and files it names must lie in its scratch folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from processors.errors import StageFailed
from processors.events import PUBLISHED, Event, EventData, ObjectCreated, Record
from processors.reasons import QuarantineReason
from processors.stage import Artefact, Done, Draft, Enclosure, Join, Outcome, Prompt, Question, Rejected, Work

#: An answer is a few kB of references; the largest result carries its values and evidence.
MOST_ANSWER_BYTES = 64 * 1024 * 1024
#: A detail is a number or a name of ours, such as a media type; more than this would be text of the document.
_MOST_DETAIL = 100

_CLASSES: tuple[type[Record], ...] = (*PUBLISHED, ObjectCreated)
_DATA: dict[str, type[EventData]] = {cls.TYPE: cls for cls in _CLASSES if issubclass(cls, EventData)}


def work_to_json(work: Work) -> dict[str, Any]:
    """A piece of work as JSON."""
    return {
        "event": work.event.model_dump(mode="json"),
        "inputs": {name: str(path) for name, path in work.inputs.items()},
        "scratch": str(work.scratch),
        "died": work.died,
        "answers": {name: str(path) for name, path in work.untrusted_answers.items()},
        "whole": None if work.whole is None else str(work.whole),
    }


def work_from_json(record: dict[str, Any]) -> Work:
    """What `work_to_json` wrote."""
    event = Event[_DATA[record["event"]["type"]]].model_validate(record["event"])  # type: ignore[misc]
    return Work(
        event,
        {name: Path(path) for name, path in record["inputs"].items()},
        Path(record["scratch"]),
        died=record["died"],
        untrusted_answers={name: Path(path) for name, path in record["answers"].items()},
        whole=None if record["whole"] is None else Path(record["whole"]),
    )


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON."""
    if isinstance(outcome, Rejected):
        return {
            "rejected": outcome.reason.value,
            "details": dict(outcome.details),
            "enclosures": _enclosures_to_json(outcome.enclosures),
        }
    join = outcome.join
    return {
        "events": [_draft_to_json(draft) for draft in outcome.events],
        "artefacts": [
            {"name": a.name, "role": a.role, "path": str(a.path), "media_type": a.media_type}
            for a in outcome.artefacts
        ],
        "join": None
        if join is None
        else {
            "parts": list(join.parts),
            "whole": join.whole,
            "role": join.role,
            "media_type": join.media_type,
        },
        "enclosures": _enclosures_to_json(outcome.enclosures),
        "questions": [_question_to_json(question) for question in outcome.questions],
        "engine": outcome.engine,
        "model_digest": outcome.model_digest,
    }


def outcome_from_json(untrusted: dict[str, Any], scratch: Path) -> Outcome:
    """What `outcome_to_json` wrote, checked.

    Raises:
        StageFailed: the child answered something that is no outcome, or named a file outside `scratch`.
    """
    try:
        # Half a surrogate pair and "not a number" pass `json.loads`, and fail where the answer is written.
        json.dumps(untrusted, ensure_ascii=False, allow_nan=False).encode()
        if "rejected" in untrusted:
            details = {str(k): v for k, v in untrusted["details"].items() if isinstance(v, str | int | float)}
            if any(len(f"{name}{value}") > _MOST_DETAIL for name, value in details.items()):
                raise ValueError("details")
            reason = QuarantineReason.of(untrusted["rejected"])
            return Rejected(reason, details, _enclosures_from_json(untrusted, scratch))
        join = untrusted["join"]
        return Done(
            events=tuple(_draft_from_json(draft) for draft in untrusted["events"]),
            artefacts=tuple(
                Artefact(_name(a["name"]), str(a["role"]), _inside(Path(a["path"]), scratch), str(a["media_type"]))
                for a in untrusted["artefacts"]
            ),
            join=None
            if join is None
            else Join(
                tuple(_name(part) for part in join["parts"]),
                _name(join["whole"]),
                str(join["role"]),
                str(join["media_type"]),
            ),
            enclosures=_enclosures_from_json(untrusted, scratch),
            questions=_questions_from_json(untrusted.get("questions", ()), scratch),
            engine=str(untrusted["engine"]),
            model_digest=str(untrusted["model_digest"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OSError) as error:
        raise StageFailed(f"no outcome: {type(error).__name__}") from None


def _enclosures_to_json(enclosures: Sequence[Enclosure]) -> list[dict[str, str]]:
    return [{"path": str(one.path), "name": one.untrusted_name} for one in enclosures]


def _enclosures_from_json(untrusted: dict[str, Any], scratch: Path) -> tuple[Enclosure, ...]:
    found = untrusted.get("enclosures", ())
    return tuple(Enclosure(_inside(Path(one["path"]), scratch), str(one["name"])) for one in found)


def _draft_to_json(draft: Draft) -> dict[str, Any]:
    return {"type": draft.data.TYPE, "data": draft.data.model_dump(mode="json"), "part": draft.part}


def _draft_from_json(record: dict[str, Any]) -> Draft:
    data = _DATA[record["type"]].model_validate(record["data"])
    type(data).model_validate_json(data.model_dump_json())  # "nan" in a string becomes a number that no JSON has
    return Draft(data, str(record["part"]))


def _question_to_json(question: Question | Prompt) -> dict[str, Any]:
    if isinstance(question, Question):
        return {"name": question.name, "page": question.page, "picture": str(question.picture)}
    return {
        "name": question.name,
        "messages": str(question.messages),
        "grammar": str(question.grammar),
        "most_tokens": question.most_tokens,
    }


def _questions_from_json(records: Sequence[dict[str, Any]], scratch: Path) -> tuple[Question | Prompt, ...]:
    questions = tuple(_question_from_json(record, scratch) for record in records)
    if len({question.name for question in questions}) < len(questions):
        raise ValueError("two questions of one name")  # the answers would lie in one file
    return questions


def _question_from_json(record: dict[str, Any], scratch: Path) -> Question | Prompt:
    name = _name(record["name"])
    if "picture" in record:
        return Question(name, int(record["page"]), _inside(Path(record["picture"]), scratch))
    messages, grammar = (_inside(Path(record[file]), scratch) for file in ("messages", "grammar"))
    return Prompt(name, messages, grammar, int(record["most_tokens"]))


def _name(untrusted_name: str) -> str:
    """An artefact's name: it becomes the end of an object key, so it may not climb."""
    if not untrusted_name or any(c in untrusted_name for c in "/\\\0") or untrusted_name.startswith("."):
        raise ValueError("artefact name")
    return untrusted_name


def _inside(path: Path, scratch: Path) -> Path:
    """`path` if it is a plain file in `scratch`; a link could point at anything the worker may read."""
    if path.is_symlink() or not path.resolve().is_relative_to(scratch.resolve()) or not path.is_file():
        raise ValueError("artefact path")
    return path
