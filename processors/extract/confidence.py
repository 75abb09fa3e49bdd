"""From a reader's raw belief to a precision: a curve for each field, measured on labelled documents.

The curves are data, written by the reader's training from documents that it had not seen. A field without one keeps
the raw belief, capped: what was never measured may not claim to be nearly always right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path
from typing import Final, NamedTuple

#: the most that an unmeasured field may claim
UNMEASURED: Final = 0.7
#: beliefs nearer to 0 or 1 than this count as this
_EDGE: Final = 1e-4


class Curve(NamedTuple):
    """A straight line on log odds: rises wherever belief rises, so that no order among values is lost."""

    slope: float
    bias: float
    #: how many values it was measured on
    values: int

    @property
    def tells(self) -> bool:
        """Whether beliefs tell right values from wrong ones: the curve of a field where they do not is flat."""
        return self.slope > 0

    def precision(self, belief: float) -> float:
        """The precision that values of this belief had; no surer than one wrong among two more would leave it."""
        odds = self.slope * logit(belief) + self.bias
        return min(1 / (1 + exp(-odds)), 1 - 1 / (self.values + 2))


class Sure(NamedTuple):
    """How sure a value is."""

    #: 0 to 1
    confidence: float
    #: somebody measured how often values of its field are right
    measured: bool
    #: and beliefs told right ones from wrong ones there
    tells: bool


@dataclass(frozen=True)
class Calibration:
    """Curves by "type/field"."""

    curves: Mapping[str, Curve] = field(default_factory=dict)
    #: sha256 of the file, "" for none
    digest: str = ""

    def confidence(self, key: str, belief: float) -> Sure:
        """The precision that values of this belief had, and what that rests on.

        Args:
            key: "type/field"; what was measured for one type says nothing of another
            belief: raw, 0 to 1
        """
        curve = self.curves.get(key)
        if curve is None:
            return Sure(round(min(belief, UNMEASURED), 4), measured=False, tells=False)
        return Sure(round(curve.precision(belief), 4), measured=True, tells=curve.tells)


def logit(belief: float) -> float:
    """Log odds of a belief."""
    inside = min(max(belief, _EDGE), 1 - _EDGE)
    return log(inside / (1 - inside))


def load(file: Path) -> Calibration:
    """Read a calibration; without the file nothing is measured.

    Raises:
        ValueError: the file is of another form; train the reader again.
    """
    if not file.is_file():
        return Calibration()
    content = file.read_bytes()
    try:
        curves = {
            key: Curve(float(one["slope"]), float(one["bias"]), int(one["values"]))
            for key, one in json.loads(content).items()
        }
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{file.name} was made for another calibration; train the reader again") from error
    return Calibration(curves, hashlib.sha256(content).hexdigest())
