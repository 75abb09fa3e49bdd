"""One run of the benchmark, from the folder to what was measured."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.extraction import classifying, cost, dataset, folder, judged, learning, recognised
from bench.extraction.folder import Entry
from bench.extraction.judged import Outcome
from bench.extraction.learning import Learner
from bench.extraction.measured import Measured
from bench.manifest import TooFew
from processors import document_types, forge
from processors.config import Settings, load
from processors.document_types import DocumentType
from processors.forge.classifier.dataset import read_type_map
from processors.forge.evaluation import summary
from processors.forge.evaluation.lineage import trained_on
from processors.forge.evaluation.reading import Case

Say = Callable[[str], None]
_TYPE_MAP = Path(forge.__file__).parent / "classifier" / "type_map.yaml"
#: the type with the longest documents
_LONG = "nda_contract"
_NO_LEARNER = "this version has no reader that learns, or its extra `train` is not installed"


def run(options: argparse.Namespace, say: Say) -> tuple[Measured, dict[str, Any]]:
    """Measure everything that was asked for; also the summary for the report, pictures included.

    Raises:
        TooFew: the folder has nothing to judge, or there is nothing that could be trained.
    """
    if options.train and not learning.can_train():
        raise TooFew(f"--train: {_NO_LEARNER}.")
    settings = load()
    models = options.models or settings.models
    types = dict(document_types.load(settings.document_types))
    cache = options.pages or settings.home / "extraction-pages"
    say("reading labels")
    entries = folder.labelled(options.documents, options.only)
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as place:
        scratch = Path(place)
        cases = dataset.make(entries, recognised.pages(entries, cache, say), scratch / "documents")
        cases = [case for case in cases if case.sample.type in types]
        if not cases:
            raise TooFew(f"No labelled document of {options.documents} could be read and has a known type.")
        learner = Learner(models, types, scratch / "learned")
        others = _others(options, cases, types, cache, scratch / "training", say)
        outcome = _judge(options, cases, others, types, learner, models, say)
        by_name = {case.sample.name: case for case in cases}
        found = Measured(
            how="trained" if options.train else "cross-validated" if options.folds else "shipped",
            outcome=outcome,
            known=frozenset() if options.train or options.folds else trained_on(models),
            digests={name: (one.sample.sha256, one.sample.pages_sha256) for name, one in by_name.items()},
            few_shot=_few_shot(options, cases, others, types, learner, say),
            few_shot_absent=_NO_LEARNER if options.few_shot and not learning.can_train() else "",
            classified=None if options.no_classify else _classify(options, entries, cases, settings, cache, say),
            classifier_says=classifying.says(models / "classifier" / "report.json"),
            recognition=_recognition(options, entries, by_name, settings, say),
            extraction=cost.extraction(outcome.spent),
            grammar_ms=cost.grammar(types.get(_LONG), [one for one in cases if one.sample.type == _LONG]),
        )
        say("summing up")
        return found, summary(found.judged, None, by_name)


def _others(
    options: argparse.Namespace,
    cases: Sequence[Case],
    types: Mapping[str, DocumentType],
    cache: Path,
    place: Path,
    say: Say,
) -> list[Case]:
    """The documents of --train; one that is in both folders is judged, so it may not be learned."""
    if not options.train:
        return []
    entries = folder.labelled(options.train, options.only)
    known = {case.sample.pages_sha256 for case in cases}
    read = dataset.make(entries, recognised.pages(entries, cache, say), place)
    found = [one for one in read if one.sample.pages_sha256 not in known and one.sample.type in types]
    if not found:
        raise TooFew(f"{options.train} holds no labelled document that is not among those to be judged.")
    return found


def _judge(
    options: argparse.Namespace,
    cases: Sequence[Case],
    others: Sequence[Case],
    types: Mapping[str, DocumentType],
    learner: Learner,
    models: Path,
    say: Say,
) -> Outcome:
    """Read all documents with the models that were asked for."""
    if options.folds:
        return judged.cross_validated(cases, types, learner, options.folds, say, train=learning.can_train())
    outcome = Outcome()
    if others:
        models = learner.learn(others, "all of the other folder", say, train=True)
    outcome.read(cases, types, models, say)
    return outcome


def _few_shot(
    options: argparse.Namespace,
    cases: Sequence[Case],
    others: Sequence[Case],
    types: Mapping[str, DocumentType],
    learner: Learner,
    say: Say,
) -> dict[str, dict[int, Outcome]]:
    if not options.few_shot or not learning.can_train():
        return {}
    found = {}
    for name in dict.fromkeys(map(_set, cases)):
        mine, pool = ([one for one in some if _set(one) == name] for some in (cases, others))
        found[name] = judged.few_shot(name, mine, pool, types, learner, options.few_shot, say)
    return {name: by_size for name, by_size in found.items() if by_size}


def _set(case: Case) -> str:
    return folder.SETS.get(case.sample.type, case.sample.type)


def _classify(
    options: argparse.Namespace,
    entries: Sequence[Entry],
    cases: Sequence[Case],
    settings: Settings,
    cache: Path,
    say: Say,
) -> classifying.Classified:
    types = read_type_map(_TYPE_MAP, settings.document_types)
    labelled = frozenset(entry.sha256 for entry in entries)
    others = [] if options.only else classifying.foreign(options.documents, types, labelled)
    return classifying.classify(cases, others, settings, cache, types.rest, say)


def _recognition(
    options: argparse.Namespace,
    entries: Sequence[Entry],
    cases: Mapping[str, Case],
    settings: Settings,
    say: Say,
) -> float | None:
    return cost.recognition(entries, cases, settings, options.timed_pages, say) if options.timed_pages > 0 else None
