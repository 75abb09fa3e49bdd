"""A worker whose extract stage asks a language model about each document before it does its own work.

Run as `python -m tests.live.asking_worker STAGE --slot N`. The answer shows in the provenance.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from processors import completions, config, pipeline
from processors.config import Settings
from processors.extract import stage as extract
from processors.pages import read_pages
from processors.runtime import child, main
from processors.runtime.workbench import Child
from processors.stage import Done, Outcome, Stage, Work
from tests.prompts import grounded, prompt

#: questions for each document
PROMPTS = 6


@dataclass(frozen=True)
class Asking:
    """Asks, checks that the answers stand in the document, then lets the real stage work."""

    real: Stage

    def process(self, work: Work) -> Outcome:
        pages = read_pages(work.inputs["pages"])
        words = list(islice((word.text for page in pages for word in page.words), 2_000))
        if not work.untrusted_answers:
            grammar = grounded(words)
            return Done(
                questions=tuple(
                    prompt(work.scratch, f"fields-{n}", text=f"Value {n}? {' '.join(words)}", grammar=grammar)
                    for n in range(PROMPTS)
                )
            )
        said = [completions.read(path) for path in work.untrusted_answers.values()]
        values = [json.loads(one.completion.untrusted_text)["total"] for one in said]
        assert len(values) == PROMPTS
        assert all(value is None or value in " ".join(words) for value in values)
        assert all(one.completion.tokens for one in said)
        done = self.real.process(replace(work, untrusted_answers={}))
        assert isinstance(done, Done)
        return replace(done, engine=f"{said[0].model}, {len(said)} answers", model_digest=said[0].digest)


def child_of(row: pipeline.StageRow, settings: Settings, scratch: Path, module: str = "") -> Child:
    """As in production, but for the module of the child."""
    made: Child = real_child_of(row, settings, scratch, *([__spec__.name] if row.name == "extract" else []))
    return made


if __name__ == "__main__":
    if sys.argv[2] == "--slot":
        ours: Any = main
        real_child_of = ours.child_of
        ours.child_of = child_of
        sys.exit(main.run(sys.argv[1], int(sys.argv[3]), config.load()))
    build = extract.build
    extract.build = lambda settings: Asking(build(settings))
    child.main()
