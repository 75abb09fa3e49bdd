"""The classify stage: which kind of document is this, and how sure are we?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from processors.classify import head_files
from processors.classify.head import Head
from processors.classify.terms import TERM_PAGES, page_terms
from processors.classify.windows import WINDOWS, windows
from processors.config import Settings
from processors.events import DocumentClassified, TypeScore
from processors.pages import read_pages
from processors.stage import Done, Draft, Outcome, Stage, Work
from processors.text_encoder.onnx_encoder import OnnxEncoder
from processors.text_encoder.port import Encoder

#: scores that an event names; the rest is close to nothing and only makes the event longer
SCORES = 3


#: What the format tells for certain: on the page of an archive stands what we wrote there, the list of its files.
BY_FORMAT: Mapping[str, str] = {"application/zip": "archive"}


class Classify:
    """Tells a document's type from the text of its first pages."""

    def __init__(self, encoder: Encoder, head: Head, model_digest: str) -> None:
        self._encoder = encoder
        self._head = head
        self._digest = model_digest

    def process(self, work: Work) -> Outcome:
        """Read the first windows and terms of "pages" and judge them; a document without text is "unknown"."""
        document = work.event.data.document
        if told := BY_FORMAT.get(document.original.media_type):
            return Done((Draft(DocumentClassified(document=document, type=told, confidence=1.0)),), engine="format")
        pages = list(islice(read_pages(work.inputs["pages"]), max(WINDOWS, TERM_PAGES)))
        verdict = self._head.judge(self._encoder.embed(windows(pages)), page_terms(pages))
        scores = tuple(
            TypeScore(type=name, probability=round(probability, 4)) for name, probability in verdict.scores[:SCORES]
        )
        classified = DocumentClassified(
            document=document,
            type=verdict.type,
            confidence=round(verdict.confidence, 4),
            scores=scores,
        )
        return Done((Draft(classified),), engine=self._encoder.name, model_digest=self._digest)


def build(settings: Settings) -> Stage:
    """The stage with the model in `settings.models` / "classifier".

    CPU workers run the int8 export. Where `settings.encoder_weights` names the original weights, torch runs those,
    on a GPU if there is one; the head is the same, since export and original agree (see the model card).
    """
    folder = settings.models / "classifier"
    encoder: Encoder
    if settings.encoder_weights is None:
        encoder = OnnxEncoder(folder)
    else:
        # Only here, so that a CPU worker neither has nor loads torch.
        from processors.text_encoder.torch_encoder import TorchEncoder  # noqa: PLC0415

        encoder = TorchEncoder(settings.encoder_weights)
    return Classify(encoder, head_files.load(folder), head_files.digest(folder))
