"""From an engine's raw confidence to a precision: isotonic bins per field, measured on labelled documents.

The bins are data, written by the reader's training from documents that it had not seen. A type or field without
bins keeps the raw confidence, capped: what was never measured may not claim to be nearly always right.
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
    """Bins (lowest raw belief, precision) by "type/field", rising."""

    bins: Mapping[str, Bins] = field(default_factory=dict)
    #: sha256 of the file, "" for none
    digest: str = ""

    def confidence(self, key: str, belief: float) -> tuple[float, bool]:
        """The precision that values of this belief had, and whether it was ever measured.

        Args:
            key: "type/field"; what was measured for one type says nothing of another
            belief: raw, 0 to 1
        """
        bins = self.bins.get(key)
        if not bins:
            return round(min(belief, UNMEASURED), 4), False
        at = bisect_right([low for low, _ in bins], belief) - 1
        return bins[max(at, 0)][1], True


def load(file: Path) -> Calibration:
    """Read a calibration; without the file nothing is measured."""
    if not file.is_file():
        return Calibration()
    content = file.read_bytes()
    bins = {key: tuple((low, precision) for low, precision in rows) for key, rows in json.loads(content).items()}
    return Calibration(bins, hashlib.sha256(content).hexdigest())
