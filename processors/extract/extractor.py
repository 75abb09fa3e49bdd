"""All readers of a type together: what extraction is, without the events around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from processors.digests import files_sha256
from processors.document_types import DocumentType
from processors.extract import confidence, fusion
from processors.extract.choosing import choose
from processors.extract.confidence import Calibration
from processors.extract.encoder.model import Model, OnnxModel
from processors.extract.encoder.reader import EncoderReader, load_questions
from processors.extract.fusion import Fusion
from processors.extract.labels import LabelReader
from processors.extract.reader import FieldReader, Proposal
from processors.fields import Fields
from processors.pages import Page
from processors.text_encoder.onnx_encoder import OnnxEncoder, read_tokenizer
from processors.text_encoder.port import Encoder
from processors.text_encoder.when_asked import WhenAsked

#: folder of the trained reader; "reader-<type>" beside it holds one that was trained for that type alone
READER = "reader"


@dataclass(frozen=True)
class Judgement:
    """What readers are worth, as it was measured together with one trained reader."""

    fusion: Fusion = field(default_factory=Fusion)
    calibration: Calibration = field(default_factory=Calibration)


@dataclass(frozen=True)
class Extractor:
    """Reads the fields of any type with the engines that the type's file names."""

    #: by their names in `x-readers`; those that propose by themselves, without a model to be asked
    readers: Mapping[str, FieldReader]
    judgement: Judgement = field(default_factory=Judgement)
    #: by type, where an agency trained a reader for it alone
    special: Mapping[str, tuple[FieldReader, Judgement]] = field(default_factory=dict)

    def read(self, pages: Sequence[Page], document_type: DocumentType, more: Sequence[Proposal] = ()) -> Fields:
        """The values of a document, each proven on a page.

        Args:
            pages: those that may hold a value
            document_type: what to look for
            more: what language models proposed
        """
        reader, judgement = self.special.get(document_type.name, (self.readers.get("encoder"), self.judgement))
        engines = [
            engine
            for name in document_type.readers
            if (engine := reader if name == "encoder" else self.readers.get(name)) is not None
        ]
        proposals = [proposal for engine in engines for proposal in engine.read(pages, document_type)]
        values, evidence = choose(
            [*proposals, *more],
            {page.number: page for page in pages},
            document_type,
            judgement.calibration,
            judgement.fusion,
        )
        digests = [*(engine.digest for engine in engines), judgement.calibration.digest]
        return Fields(
            type=document_type.name,
            type_version=document_type.version,
            values=values,
            evidence=evidence,
            engine=", ".join(engine.name for engine in engines),
            model_digest=next(filter(None, digests), ""),
        )


def build(models: Path, encoder_weights: Path | None = None) -> Extractor:
    """The shipped or promoted readers in a folder of models; without a trained one the labels alone.

    Args:
        models: the folder
        encoder_weights: of the published encoder, for a GPU worker with torch; None = int8 on ONNX Runtime
    """
    labels = LabelReader()
    folders = {folder.name: folder for folder in models.glob(f"{READER}*") if (folder / "upper.onnx").is_file()}
    if not folders:
        return Extractor({"labels": labels}, _judgement(models / READER))
    # 22 MB that only fields need which no training saw.
    encoder = WhenAsked(lambda: OnnxEncoder(models / "classifier"))
    made = {
        name: (_reader(folder, models, encoder, encoder_weights), _judgement(folder))
        for name, folder in folders.items()
    }
    reader, judgement = made.pop(READER, (None, Judgement()))
    return Extractor(
        {"labels": labels} | ({"encoder": reader} if reader else {}),
        judgement,
        {name.removeprefix(f"{READER}-"): one for name, one in made.items()},
    )


def _reader(folder: Path, models: Path, encoder: Encoder, encoder_weights: Path | None) -> EncoderReader:
    classifier = models / "classifier"
    tokenizer = read_tokenizer(classifier / "tokenizer.json")
    tokenizer.no_truncation()
    model = OnnxModel(classifier, folder) if encoder_weights is None else _on_torch(encoder_weights, folder)
    return EncoderReader(model, load_questions(folder), tokenizer, encoder, digest(folder))


def _on_torch(encoder_weights: Path, folder: Path) -> Model:
    # Only here, so that a CPU worker neither has nor loads torch.
    from processors.extract.encoder.torch_model import load  # noqa: PLC0415

    return load(encoder_weights, folder)


def _judgement(folder: Path) -> Judgement:
    return Judgement(fusion.load(folder / "fusion.json"), confidence.load(folder / "calibration.json"))


def digest(folder: Path) -> str:
    """Sha256 over the files of a reader: changes when any of them does."""
    names = ("upper.onnx", "questions.npz", "reader.json", "fusion.json", "calibration.json")
    return files_sha256(folder / name for name in names if (folder / name).is_file())
