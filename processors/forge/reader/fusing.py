"""How far each reader is to be believed: fusion weights and calibration from documents new to them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from processors.document_types import DocumentType
from processors.document_types.paths import ENTRY
from processors.extract.choosing import choose
from processors.extract.confidence import Calibration, Curve, Sure
from processors.extract.contenders import proposed
from processors.extract.fusion import Fusion, save
from processors.extract.reader import Proposal
from processors.forge.evaluation.labelled import share
from processors.forge.evaluation.matching import same
from processors.forge.reader.calibrating import FEWEST, curve
from processors.forge.samples import Sample
from processors.pages import Page

#: how strongly a field may lean from the common weights: less is closer to them
LEAN = 0.45
#: inverse strength of the ridge on all weights
INVERSE_RIDGE = 1.0
#: documents are judged by a fusion of the others
FOLDS = 5


@dataclass(frozen=True)
class Judged:
    """A labelled document and what the readers proposed, the trained one without having seen it."""

    sample: Sample
    document_type: DocumentType
    pages: Mapping[int, Page]
    proposals: Sequence[Proposal]


@dataclass(frozen=True)
class _Row:
    key: str
    figures: tuple[float, ...]
    right: bool
    document: str


@dataclass(frozen=True)
class Fitted:
    """How far readers are to be believed, and how well they read what they had not seen."""

    fusion: Fusion
    #: by "type/field"
    curves: Mapping[str, Curve]
    #: by "type/field": values that are right, that were read, that are labelled
    counts: Mapping[str, tuple[int, int, int]]


def fit(judged: Sequence[Judged]) -> Fitted:
    """Weights from all documents, and for each field the precision that its beliefs had.

    Beliefs that are calibrated, and counts, come from weights that were made without their document.
    """
    rows = [row for one in judged for row in _rows(one)]
    samples: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    labelled: Counter[str] = Counter()
    for fold in range(FOLDS):
        others = [row for row in rows if share(f"fuse {row.document}", FOLDS) != fold]
        fusion = weigh(others)
        for one in judged:
            if share(f"fuse {one.sample.name}", FOLDS) == fold:
                labelled.update(_labelled(one))
                for key, belief, right in beliefs(one, fusion):
                    samples[key].append((belief, right))
    curves = {key: curve(some) for key, some in sorted(samples.items()) if len(some) >= FEWEST}
    counts = {
        key: (sum(right for _, right in samples[key]), len(samples[key]), count)
        for key, count in sorted(labelled.items())
    }
    return Fitted(weigh(rows), curves, counts)


def _labelled(one: Judged) -> Iterator[str]:
    """The field of each labelled value; a label of a single field holds alternatives."""
    for rule in one.document_type.flat:
        labels = labels_of(one.sample, rule.name) or ()
        yield from [f"{one.document_type.name}/{rule.name}"] * (len(labels) if rule.many else min(len(labels), 1))


def write(fitted: Fitted, out: Path) -> None:
    """Write fusion.json and calibration.json, a field a line."""
    out.mkdir(parents=True, exist_ok=True)
    save(fitted.fusion, out / "fusion.json")
    rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(one._asdict())}" for key, one in fitted.curves.items())
    (out / "calibration.json").write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")


def beliefs(one: Judged, fusion: Fusion) -> Iterator[tuple[str, float, bool]]:
    """Field, raw belief and correctness of every value that would be read of a document whose labels are known."""
    kind = one.document_type
    values, evidence = choose(one.proposals, one.pages, kind, _RAW, fusion)
    for rule in kind.fields:
        wanted = labels_of(one.sample, rule.name)
        if wanted is None or rule.fields:
            continue
        found = values[rule.name] if rule.many else [values[rule.name]]
        for index, value in enumerate(found or ()):
            if value is None:
                continue
            path = f"{rule.name}/{index}" if rule.many else rule.name
            right = any(same(rule, value, label, month_only=one.sample.month_only) for label in wanted)
            yield f"{kind.name}/{rule.name}", evidence[path].confidence, right


class _Raw(Calibration):
    """Leaves beliefs as they are, for those who want to measure them."""

    def confidence(self, key: str, belief: float) -> Sure:
        return Sure(belief, measured=True, tells=True)


_RAW = _Raw()


def labels_of(sample: Sample, name: str) -> list[str] | None:
    """The labels of a field; none where it is not in the document; None where nothing is known."""
    label = sample.labels.get(name)
    if label is None:
        return [] if sample.complete else None
    return list(label) if isinstance(label, list) else [label]


def _rows(one: Judged) -> Iterator[_Row]:
    kind = one.document_type
    for pattern, rule in kind.leaves():
        name = pattern.removesuffix(f"/{ENTRY}")
        wanted = labels_of(one.sample, name)
        if wanted is None or ENTRY in name:
            continue
        mine = [p for p in one.proposals if p.path == name or (rule.many and p.path.rpartition("/")[0] == name)]
        for contender in proposed(mine, one.pages, rule).contenders:
            value = contender.proof.value
            right = any(same(rule, value, label, month_only=one.sample.month_only) for label in wanted)
            yield _Row(f"{kind.name}/{name}", contender.figures, right, one.sample.name)


def weigh(rows: Sequence[_Row]) -> Fusion:
    """Logistic weights; the fixed ones where there is nothing to learn from."""
    if len({row.right for row in rows}) < 2:
        return Fusion()
    keys = sorted({row.key for row in rows})
    place = {key: index for index, key in enumerate(keys)}
    figures = np.array([[*row.figures, 1.0] for row in rows])
    width = figures.shape[1]
    wide = np.zeros((len(rows), width * (1 + len(keys))))
    wide[:, :width] = figures
    for index, row in enumerate(rows):
        start = width * (1 + place[row.key])
        wide[index, start : start + width] = figures[index] * LEAN
    model: Any = LogisticRegression(C=INVERSE_RIDGE, max_iter=2000).fit(wide, [row.right for row in rows])
    common, *own = model.coef_[0].reshape(1 + len(keys), width)
    bias = float(common[-1] + model.intercept_[0])
    leans = {key: (tuple(lean[:-1] * LEAN), float(lean[-1] * LEAN)) for key, lean in zip(keys, own, strict=True)}
    return Fusion(
        tuple(map(float, common[:-1])), bias, {k: (tuple(map(float, w)), b) for k, (w, b) in leans.items()}
    )
