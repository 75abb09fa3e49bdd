"""Train a reader: `train(dataset, out)`. From labelled page records to a folder that extraction loads.

1. Windows with their targets from every document that may be trained on.
2. The frozen layers look at each window once.
3. `FOLDS` times: the upper layers are fitted without one part of the documents, and read that part.
4. From what was read so: fusion weights and calibration, that is, figures on documents that no model had seen.
5. The upper layers are fitted on all of them, exported to int8, and compared with what was trained.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from processors import document_types
from processors.config import PACKAGE, SCHEMAS
from processors.document_types import DocumentType
from processors.extract.encoder import torch_network as network
from processors.extract.encoder.model import Lower, OnnxModel
from processors.extract.encoder.queries import question
from processors.extract.encoder.reader import FORMAT, EncoderReader, Questions
from processors.extract.encoder.torch_model import TorchModel
from processors.extract.encoder.torch_weights import restore
from processors.extract.encoder.windows import Window
from processors.extract.labels import LabelReader
from processors.forge.classifier.export_encoder import weights_folder
from processors.forge.evaluation.labelled import share
from processors.forge.reader import fitting, fusing
from processors.forge.reader.examples import Example, examples
from processors.forge.reader.export import export_upper
from processors.forge.samples import Sample, read_samples
from processors.pages import read_pages
from processors.text_encoder.onnx_encoder import OnnxEncoder, read_tokenizer

FOLDS = 3
SEED = 7
#: how often each window is seen; those of a small set more often, `LEAST_STEPS` batches at least
EPOCHS, LEAST_STEPS = 3.0, 100
#: the same where training goes on from a reader that is there
EPOCHS_ON = 3.0
#: windows looked at to compare the exported with the trained reader, and the share of equal answers that is needed
COMPARED, LEAST_AGREEMENT = 64, 0.95
#: pages that a document is read on when it is judged
_PAGES = 24
Progress = Callable[[str, float], None]


class DoesNotAgreeError(RuntimeError):
    """The exported reader answers otherwise than the trained one: it must not be used."""


@dataclass(frozen=True)
class Ground:
    """What all rounds of a training share."""

    dataset: Path
    types: Mapping[str, DocumentType]
    tokenizer: Tokenizer
    encoder: OnnxEncoder
    classifier: Path
    fields: tuple[str, ...]
    #: of the fields' words, shape (fields, 384)
    vectors: Any
    base: Path | None
    seed: int


def train(
    dataset: Path,
    out: Path,
    *,
    base: Path | None = None,
    types: Sequence[str] | None = None,
    seed: int = SEED,
    progress: Progress = lambda _step, _share: None,
    schemas: Path = SCHEMAS / "documents",
    models: Path = PACKAGE / "models",
    threads: int = 1,
) -> dict[str, Any]:
    """Train on the parts "train" and "dev" of a dataset and write the reader's folder.

    Args:
        dataset: see `processors/forge/samples.py`
        out: gets upper.onnx, questions.npz, reader.json, fusion.json, calibration.json, trained_on.json
        base: a reader to go on from; None = from the published encoder
        types: only these document types; None = all of which there are samples
        seed: the same seed and dataset give the same reader on the same machine
        progress: is told the step and the share of it that is done, 0 to 1
        schemas: folder of document types
        models: folder with the classifier, whose encoder is the frozen half
        threads: of the fitting; more than there are idle cores only slow it down, and another number gives another
            reader

    Returns:
        Figures: documents, windows, agreement of the export with what was trained, and by "type/field" how many
        values of documents that were not seen are right, were read, are labelled.

    Raises:
        ValueError: there is nothing to train on.
        DoesNotAgreeError: int8 changed the answers.
    """
    torch.set_num_threads(threads)
    known = document_types.load(schemas)
    samples = [
        one
        for one in read_samples(dataset, ("train", "dev"))
        if one.type in known and (types is None or one.type in types)
    ]
    if not samples:
        raise ValueError("the dataset has no labelled document of these types in its parts train and dev")
    chosen = {name: kind for name, kind in known.items() if any(one.type == name for one in samples)}
    ground = _ground(dataset, chosen, base, seed, models)
    made = _examples(samples, ground, progress)
    lower = Lower(models / "classifier")
    seen = fitting.look(lower, made, lambda count: progress("frozen layers", count / len(made)))
    judged = _judge(samples, seen, ground, lower, progress)
    fitted = fusing.fit(judged)
    upper = _fitted(seen, ground, "training", progress)
    out.mkdir(parents=True, exist_ok=True)
    agreement = _write(upper, ground, out, lower, made)
    fusing.write(fitted, out)
    trained = [{"name": one.name, "sha256": one.sha256, "pages_sha256": one.pages_sha256} for one in samples]
    (out / "trained_on.json").write_text(json.dumps(trained, indent=0) + "\n", encoding="utf-8")
    return {
        "documents": len(samples),
        "windows": len(made),
        "agreement": agreement,
        "right_read_labelled": dict(fitted.counts),
    }


def _ground(dataset: Path, types: Mapping[str, DocumentType], base: Path | None, seed: int, models: Path) -> Ground:
    tokenizer = read_tokenizer(models / "classifier" / "tokenizer.json")
    tokenizer.no_truncation()
    encoder = OnnxEncoder(models / "classifier")
    asked = [(kind, rule) for kind in types.values() for rule in kind.flat]
    fields = tuple(f"{kind.name}/{rule.name}" for kind, rule in asked)
    vectors = torch.from_numpy(encoder.embed([question(kind, rule) for kind, rule in asked]))
    return Ground(dataset, types, tokenizer, encoder, models / "classifier", fields, vectors, base, seed)


def _examples(samples: Sequence[Sample], ground: Ground, progress: Progress) -> list[Example]:
    def told(number: int) -> None:
        progress("finding labels on pages", number / len(samples))

    return list(examples(samples, ground.dataset, ground.types, ground.tokenizer, ground.seed, told))


def _fitted(seen: Sequence[fitting.Seen], ground: Ground, step: str, progress: Progress) -> network.Upper:
    torch.manual_seed(ground.seed)
    upper = network.Upper(network.minilm(weights_folder()), len(ground.fields))
    if ground.base is not None:
        restore(upper, ground.base, ground.fields)
    epochs = EPOCHS_ON if ground.base else EPOCHS
    epochs = max(epochs, LEAST_STEPS * fitting.BATCH / max(len(seen), 1))
    fitting.fit(
        upper,
        seen,
        ground.vectors,
        ground.fields,
        epochs=epochs,
        seed=ground.seed,
        progress=lambda share_, _loss: progress(step, share_),
    )
    return upper


def _judge(
    samples: Sequence[Sample],
    seen: Sequence[fitting.Seen],
    ground: Ground,
    lower: Lower,
    progress: Progress,
) -> list[fusing.Judged]:
    """Every document as it is read by a reader that was fitted without it."""
    judged = []
    labels = LabelReader()
    for fold in range(FOLDS):
        others = [one for one in seen if share(f"fold {one.example.document}", FOLDS) != fold]
        mine = [one for one in samples if share(f"fold {one.name}", FOLDS) == fold]
        if not others or not mine:
            continue
        step = f"cross-fitting {fold + 1} of {FOLDS}"
        upper = _fitted(others, ground, step, progress)
        reader = _reader(upper, ground, lower)
        for number, sample in enumerate(mine):
            progress(f"reading {fold + 1} of {FOLDS}", number / len(mine))
            kind = ground.types[sample.type]
            pages = list(islice(read_pages(sample.pages(ground.dataset)), _PAGES))
            proposals = [*labels.read(pages, kind), *reader.read(pages, kind)]
            judged.append(fusing.Judged(sample, kind, {page.number: page for page in pages}, proposals))
    return judged


def _questions(upper: network.Upper, ground: Ground) -> Questions:
    with torch.inference_mode():
        asked = [one.numpy() for one in upper.asked(ground.vectors)]
        scale = network.POINTER**0.5
        weights = [(one.weight.T * network.WIDTH**0.5 / scale).numpy().copy() for one in upper.questions]
        biases = [(one.bias / scale).numpy().copy() for one in upper.questions]
    return Questions(ground.fields, (asked[0], asked[1]), (weights[0], weights[1]), (biases[0], biases[1]))


def _reader(upper: network.Upper, ground: Ground, lower: Lower) -> EncoderReader:
    return EncoderReader(TorchModel(upper, lower), _questions(upper, ground), ground.tokenizer, ground.encoder)


def _write(upper: network.Upper, ground: Ground, out: Path, lower: Lower, made: Sequence[Example]) -> float:
    """Export, and return the share of answers in which the export agrees with what was trained."""
    plain = network.Upper(network.minilm(weights_folder(), "eager"), len(ground.fields))
    plain.load_state_dict(upper.state_dict())
    export_upper(plain, out)
    questions = _questions(upper, ground)
    arrays = {
        f"{side}_{part}": getattr(questions, part)[number]
        for number, side in enumerate(("start", "end"))
        for part in ("vectors", "weights", "biases")
    }
    np.savez(out / "questions.npz", own=upper.own.weight.detach().numpy(), **arrays)
    about = {"format": FORMAT, "fields": ground.fields, "seed": ground.seed}
    (out / "reader.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    windows = [one.window for one in made[:: max(len(made) // COMPARED, 1)]][:COMPARED]
    exact, small = TorchModel(upper, lower), OnnxModel(ground.classifier, out)
    same = [equal for window in windows for equal in _answers_equal(exact, small, window, questions)]
    agreement = sum(same) / max(len(same), 1)
    if agreement < LEAST_AGREEMENT:
        raise DoesNotAgreeError(f"int8 and the trained reader agree in {agreement:.3f} of their answers only")
    return round(agreement, 4)


def _answers_equal(exact: Any, small: Any, window: Window, questions: Questions) -> Iterator[bool]:
    """For each field and side, whether both point at the same token."""
    one, other = exact.point(window), small.point(window)
    for side, (a, b) in enumerate(((one.start, other.start), (one.end, other.end))):
        asked = questions.vectors[side]
        yield from ((asked @ a.T).argmax(1) == (asked @ b.T).argmax(1)).tolist()
