"""Real workers, whose reader's second version reads one field otherwise: which documents, this file alone decides.

Run as `python -m tests.faults.second_reader_worker STAGE --slot N`. A file of the name READER-2 in its home makes
the reader the second one. Everything that the stages do is done, so it costs what it costs.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from processors import config
from processors.fields import Fields
from processors.runtime import main
from processors.runtime.workbench import Child
from processors.stage import Done, Outcome, Work

SWITCH = "READER-2"
_run = Child.run


def changed(number: int) -> bool:
    """Whether the second version reads the field of this document otherwise."""
    return number % 7 == 3


def vanished(number: int) -> bool:
    """Whether it does not read it at all."""
    return number % 7 == 5


def altered(fields: Fields, number: int, path: str) -> Fields:
    """What the second version reads."""
    values, evidence = dict(fields.values), dict(fields.evidence)
    if path not in values or not (changed(number) or vanished(number)):
        return fields
    if changed(number):
        values[path] = f"{values[path]} (2)"
    else:
        del values[path], evidence[path]
    return fields.model_copy(update={"values": values, "evidence": evidence})


def run(child: Child, work: Work) -> Outcome:
    """The stage's work, and behind it the seeded change."""
    outcome = _run(child, work)
    found = re.fullmatch(r"paper-(\d+)\.pdf", work.event.data.document.original.key)
    if found is None or not isinstance(outcome, Done) or not (config.load().home / SWITCH).exists():
        return outcome
    for artefact in outcome.artefacts:
        if artefact.role == "fields":
            fields = Fields.model_validate_json(artefact.path.read_bytes())
            artefact.path.write_text(altered(fields, int(found[1]), FIELD).model_dump_json())
    return outcome


#: of the type of the documents that the test sends
FIELD = "advertiser"


if __name__ == "__main__":
    name, _, slot, _, lanes = sys.argv[1:]
    ours: Any = Child
    ours.run = run if name == "extract" else _run
    sys.exit(main.run(name, int(slot), config.load(), lanes=lanes))  # type: ignore[arg-type]
