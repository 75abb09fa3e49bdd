"""From an engine's raw confidence to a precision: isotonic bins per field, measured on labelled documents.

The bins are data, written by `python -m processors.forge.calibrate_labels`. A type or field without bins keeps the
raw confidence, capped: what was never measured may not claim to be nearly always right.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: the most that an unmeasured field may claim
UNMEASURED: Final = 0.7
Bins = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Calibration:
    """Bins (lowest raw confidence, precision) by "type/field", rising."""

    bins: Mapping[str, Bins] = field(default_factory=dict)
    #: sha256 of the file, "" for none
    digest: str = ""
    #: the most that a field without bins may claim
    cap: float = UNMEASURED

    def confidence(self, document_type: str, name: str, raw: float) -> float:
        """The precision that values of this raw confidence had."""
        bins = self.bins.get(f"{document_type}/{name}")
        if not bins:
            return round(min(raw, self.cap), 4)
        at = bisect_right([low for low, _ in bins], raw) - 1
        return bins[max(at, 0)][1]


def load(file: Path) -> Calibration:
    """Read a calibration; without the file nothing is measured."""
    if not file.is_file():
        return Calibration()
    content = file.read_bytes()
    bins = {key: tuple((low, precision) for low, precision in rows) for key, rows in json.loads(content).items()}
    return Calibration(bins, hashlib.sha256(content).hexdigest())
