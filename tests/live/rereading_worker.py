"""A worker whose later stages know every document by its file's number, with a reader whose version can be changed.

Run as `python -m tests.live.rereading_worker STAGE --slot N`. A file of the name READER-2 in its home makes the
reader the second one, which reads some values otherwise; which, this file alone decides, so that a comparison of
the two can be checked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from processors import config
from processors.events import DocumentClassified, DocumentExtracted, Evidence, ResultReleased
from processors.fields import Fields
from processors.runtime import main
from processors.runtime.workbench import Child
from processors.stage import Artefact, Done, Draft, Outcome, Work

TYPE = "receipt"


def read(number: int, version: int) -> dict[str, str]:
    """What a version of the reader reads in a document."""
    values = {"total": f"{number}.00", "date": f"2026-01-{number % 28 + 1:02}"}
    if version == 2:
        if number % 3 == 0:
            values["total"] = f"{number}.50"
        if number % 5 == 0:
            del values["date"]
        if number % 7 == 0:
            values["tax"] = "0.19"
    return values


def classify(work: Work) -> Outcome:
    """Everything is of one type."""
    classified = DocumentClassified(document=work.event.data.document, type=TYPE, confidence=0.99)
    return Done(events=(Draft(classified),), engine="numbers 1")


def extract(work: Work) -> Outcome:
    """The values, from the number in the file's name."""
    document = work.event.data.document
    version = 2 if (config.load().home / "READER-2").exists() else 1
    (number,) = re.findall(r"\d+", document.original.key)
    values = read(int(number), version)
    proof = Evidence(page=1, boxes=((0, 0, 1, 1),), verdict="verbatim", confidence=0.9 if version == 1 else 0.8)
    fields = Fields(
        type=TYPE,
        type_version=str(version),
        values=values,
        evidence=dict.fromkeys(values, proof),
        engine=f"reader {version}",
    )
    target = work.scratch / "fields.json"
    target.write_text(fields.model_dump_json())
    extracted = DocumentExtracted(
        document=document,
        type=TYPE,
        type_version=str(version),
        type_confidence=0.99,
        fields_total=3,
        fields_found=len(values),
    )
    artefact = Artefact("fields.json", "fields", target, "application/json")
    return Done(events=(Draft(extracted),), artefacts=(artefact,), engine=f"reader {version}")


def publish(work: Work) -> Outcome:
    """Everything is released."""
    fields = Fields.model_validate_json(work.inputs["fields"].read_bytes())
    released = ResultReleased(
        document=work.event.data.document,
        type=TYPE,
        type_version=fields.type_version,
        type_confidence=0.99,
        confidence=0.8,
        fields=fields.values,
        evidence=fields.evidence,
    )
    return Done(events=(Draft(released),))


_KNOWS: dict[str, Callable[[Work], Outcome]] = {"classify": classify, "extract": extract, "publish": publish}
_run = Child.run


if __name__ == "__main__":
    name, _, slot = sys.argv[1:]
    ours: Any = Child
    ours.run = lambda child, work: _KNOWS[name](work) if name in _KNOWS else _run(child, work)
    sys.exit(main.run(name, int(slot), config.load()))
