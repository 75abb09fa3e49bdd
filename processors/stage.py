"""The one verb of Chancery: `process(work) -> Done | Rejected`.

A stage is handed an event and opened files; it hands back events and files. It sees no client, topic, bucket or
offset, so it runs the same in a worker, a DAG, a notebook, a benchmark and a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from processors.events import Event, EventData
from processors.reasons import QuarantineReason

#: Create-only is a condition on one request, and the store's client cuts anything larger into several.
MOST_ARTEFACT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Work:
    """One piece of work for a stage."""

    #: what happened, and to which document
    event: Event[Any]
    #: the artefacts that the stage asked for in `pipeline.py`, by name, as local files; read-only
    inputs: Mapping[str, Path]
    #: a folder for intermediate and output files, empty at the first try; removed after the artefacts are stored
    scratch: Path
    #: how an earlier try at this very work, in this scratch folder, died: "crashed" or "timed_out"; "" = first try
    died: str = ""
    #: what a model said to the questions of an earlier try in this same scratch folder, by the question's name
    untrusted_answers: Mapping[str, Path] = field(default_factory=dict)
    #: all parts of the set that this work completed, one behind the other: the last call, in which the stage makes
    #: what only the whole document can give, and says what follows (see `Join`)
    whole: Path | None = None


@dataclass(frozen=True)
class Artefact:
    """A file that the stage made; the runtime stores it in the document's folder under `name`."""

    #: file name in the document's folder, such as "pages.jsonl"
    name: str
    #: key under which later events refer to it, such as "pages"; empty = not referred to by later events
    role: str
    path: Path
    media_type: str


@dataclass(frozen=True)
class Enclosure:
    """A file inside this one, such as an attachment of a mail: it becomes a document of its own.

    The runtime stores it and announces it to intake, so that it passes the same door as every upload.
    """

    path: Path
    #: as the sender chose it: its extension is a claim about the type, and people want to see it
    untrusted_name: str


@dataclass(frozen=True)
class Question:
    """A page picture for a model that sees; the runtime asks, since a stage sees no network, and calls again."""

    #: such as "page-00007"
    name: str
    #: counted from 1
    page: int
    #: PNG
    picture: Path


@dataclass(frozen=True)
class Prompt:
    """A text for a language model to continue, within a grammar; the runtime asks where the model is a server."""

    #: such as "pages-1-4-fields-0"; the answer comes under this name
    name: str
    #: chat messages as JSON: `[{"role": "system" | "user", "content": text}, …]`
    messages: Path
    #: Lark, as llguidance reads it; every answer is a sentence of it
    grammar: Path
    #: tokens of the answer at most
    most_tokens: int


@dataclass(frozen=True)
class Completion:
    """What a language model said to a prompt. Untrusted, whatever grammar it was held to."""

    untrusted_text: str
    #: each token's text and its logarithm of probability among the tokens that the grammar allowed, in order
    tokens: tuple[tuple[str, float], ...] = ()
    #: whether the model ended by itself; else it ran out of tokens and the text is a part
    finished: bool = True
    #: of each token, the probability that the model gave to what the grammar forbade: high where it wanted to say
    #: something else; empty where only a server could tell
    outside: tuple[float, ...] = ()


@dataclass(frozen=True)
class Draft:
    """An event as the stage knows it; the runtime adds id, time, source and artefact references."""

    data: EventData
    #: tells apart several events of one type from one piece of work, such as "pages-1-8"
    part: str = ""


@dataclass(frozen=True)
class Join:
    """Fan-in: this work was one of several parts.

    For the part that completes the set, the runtime concatenates the artefacts of all parts, in order, into one and
    calls the stage again with it as `Work.whole`. What that call answers follows from the set as a whole.
    """

    #: names of the artefacts of all parts, in order, this one's included
    parts: tuple[str, ...]
    #: the artefact that the completed set becomes
    whole: str
    role: str
    media_type: str


@dataclass(frozen=True)
class Done:
    """The stage did its work."""

    events: tuple[Draft, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    join: Join | None = None
    #: files inside the document that become documents of their own, in order
    enclosures: tuple[Enclosure, ...] = ()
    #: not done yet: answer these, then call again with `Work.untrusted_answers`
    questions: tuple[Question | Prompt, ...] = ()
    #: engine and version that did the work, such as "tesserocr 5.5.4", for the provenance
    engine: str = ""
    #: sha256 of the model or language data
    model_digest: str = ""


@dataclass(frozen=True)
class Rejected:
    """The document is at fault: it goes to quarantine at once, with a reason that names what is wrong."""

    reason: QuarantineReason
    #: counts, limits and names from our own vocabulary; never text of the document
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    #: of a packet that a person cuts: the documents that were in it, in order, which go on in its place
    enclosures: tuple[Enclosure, ...] = ()


Outcome = Done | Rejected


class Stage(Protocol):
    """What `intake`, `ocr`, `classify`, `extract` and `publish` are."""

    def process(self, work: Work) -> Outcome:
        """Work on one document.

        Raises:
            PipelineError: we are at fault; the runtime retries or writes a dead letter.
        """
        ...
