"""What a run of `bench.ocr` measured, and the one JSON object that says it to machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.ocr import accuracy
from bench.ocr.accuracy import Score
from bench.ocr.text_layer import TextLayer
from bench.ocr.turns import FLOOR, Row

OURS = "ours"


@dataclass(frozen=True)
class Measured:
    """One run."""

    #: the floors, ours, the peers
    rows: Sequence[Row]
    documents: int
    pages: int
    rounds: int
    #: None where the folder has no page with a text layer, or the stage could not read them
    layer: TextLayer | None
    layer_failed: str
    scores: Sequence[Score]
    #: peer -> why it took no part
    absent: Mapping[str, str]
    #: peer that starts for each document -> CPU seconds for one start
    start_each: Mapping[str, float]
    #: media type of what ours wrote -> bytes a page
    outputs: Mapping[str, float]
    #: document -> its pages, CPU seconds a page of the floor and of ours
    by_document: Mapping[str, tuple[int, float, float]]

    @property
    def compared(self) -> list[Row]:
        """The tools that read something."""
        return [row for row in self.rows if row.ratios]

    @property
    def times_less(self) -> dict[str, float]:
        """Peer -> its CPU by ours, for peers that ran on the same engine build as ours."""
        by_name = {row.name: row for row in self.compared}
        ours = by_name.get(OURS)
        if ours is None:
            return {}
        version = ours.engine.split()[-1]
        return {
            name: row.ratio / ours.ratio
            for name, row in by_name.items()
            if not name.startswith((OURS, FLOOR)) and row.engine.split()[-1] == version
        }

    @property
    def times_less_but_for_starts(self) -> dict[str, float]:
        """The same for peers that start for each document, had their starts cost nothing."""
        by_name = {row.name: row for row in self.compared}
        return {
            name: self.times_less[name] * (1 - seconds * row.documents / (row.pages * row.cpu))
            for name, seconds in self.start_each.items()
            if name in self.times_less and (row := by_name[name])
        }

    def to_json(self) -> dict[str, Any]:
        """The line for machines."""
        rows = self.compared
        return {
            "bench": "ocr",
            "cpu_ratio_to_floor": {row.name: round(row.ratio, 4) for row in rows},
            "cpu_ratio_to_floor_by_round": {row.name: [round(one, 4) for one in row.ratios] for row in rows},
            "cpu_ratio_to_floor_of_own_engine": {
                row.name: round(row.own_ratio, 4) for row in rows if row.own_ratios
            },
            "times_less_cpu_on_same_engine": _round(self.times_less),
            "times_less_cpu_but_for_starts": _round(self.times_less_but_for_starts),
            "start_cpu_seconds_per_document": _round(self.start_each),
            "cpu_seconds_per_page": {row.name: round(row.cpu, 4) for row in rows},
            "start_cpu_seconds_per_page": {row.name: round(row.start, 4) for row in rows if row.start},
            "wall_seconds_per_page": {row.name: round(row.wall, 4) for row in rows},
            "text_layer_times_cheaper": None if self.layer is None else round(self.layer.times_cheaper, 1),
            "text_layer": None if self.layer is None else self.layer.to_json(),
            "word_f1": _rounded(accuracy.table(self.scores, lambda one: one.word_f1)),
            "cer": _rounded(accuracy.table(self.scores, lambda one: one.cer)),
            "accuracy_documents": {
                group: {"documents": all_, "made_worse_here": made, "unread_by_ours": failed}
                for group, (all_, made, failed) in accuracy.counts(self.scores).items()
            },
            "pages": self.pages,
            "documents": self.documents,
            "rounds": self.rounds,
            "engines": {row.name: row.engine for row in self.rows},
            "absent": dict(self.absent),
            "failures": {row.name: list(row.failures) for row in self.rows if row.failures},
            "output_bytes_per_page": {name: round(size) for name, size in self.outputs.items()},
        }


def _round(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}


def _rounded(table: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {group: {tool: round(value, 4) for tool, value in by.items()} for group, by in table.items()}
