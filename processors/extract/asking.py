"""Language models as further readers of a type: what to ask, and who answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from processors import completions
from processors.completions import Attributed
from processors.config import Settings
from processors.document_types import DocumentType
from processors.errors import StageFailed
from processors.extract.language.reader import LanguageReader, fitting
from processors.extract.reader import Proposal
from processors.pages import Page
from processors.stage import Completion, Prompt, Work

#: names in `x-readers`: a model in this process, and one behind a server that the runtime asks
LOCAL, SERVED = "transformers", "openai"


class LocalModel(Protocol):
    """A language model in this process."""

    name: str
    #: sha256 over its weights
    digest: str

    def complete(self, prompts: Sequence[Prompt]) -> Sequence[Completion]:
        """An answer to each prompt, in order."""
        ...


@dataclass(frozen=True)
class Said:
    """What language models proposed for a document, or what must be asked first."""

    proposals: Sequence[Proposal] = ()
    #: names of the models, and the digest of the first that has one
    engines: tuple[str, ...] = ()
    digest: str = ""
    #: not answered yet: the stage hands these to the runtime and is called again
    prompts: tuple[Prompt, ...] = ()
    #: fields of which a model gave no whole answer
    unfinished: tuple[str, ...] = ()


@dataclass(frozen=True)
class LanguageModels:
    """The language models that a worker has."""

    local: LocalModel | None = None
    reader: LanguageReader = field(default_factory=LanguageReader)

    def read(self, work: Work, pages: Sequence[Page], document_type: DocumentType) -> Said:
        """What the models that the type names propose; the prompts, where the runtime has not answered them yet."""
        wanted = [name for name in document_type.readers if name in (LOCAL, SERVED)]
        if not wanted:
            return Said()
        prompts = self.reader.prompts(pages, document_type, work.scratch)
        if SERVED in wanted and any(prompt.name not in work.untrusted_answers for prompt in prompts):
            return Said(prompts=tuple(prompts))
        answers = [self._answers(name, work, prompts) for name in wanted]
        completed = [{name: said.completion for name, said in one.items()} for one in answers]
        said = [next(iter(one.values()), None) for one in answers]
        return Said(
            [proposal for one in completed for proposal in self.reader.proposals(pages, document_type, one)],
            tuple(one.model for one in said if one),
            next((one.digest for one in said if one and one.digest), ""),
            unfinished=tuple(
                dict.fromkeys(
                    field for one in completed for field in self.reader.unfinished(pages, document_type, one)
                )
            ),
        )

    def _answers(self, name: str, work: Work, prompts: Sequence[Prompt]) -> Mapping[str, Attributed]:
        if name == SERVED:
            return {prompt.name: completions.read(work.untrusted_answers[prompt.name]) for prompt in prompts}
        if self.local is None:
            raise StageFailed("no language model in this process")
        said = self.local.complete(prompts)
        return {
            prompt.name: Attributed(one, self.local.name, self.local.digest)
            for prompt, one in zip(prompts, said, strict=True)
        }


def build(settings: Settings, types: Mapping[str, DocumentType]) -> LanguageModels:
    """The models that the settings name, as far as a type asks for them.

    Raises:
        StageFailed: a type asks for a model that the settings do not name.
    """
    weights = _weights(settings)
    for document_type in types.values():
        for reader, variable, there in (
            (LOCAL, "CHANCERY_LANGUAGE_WEIGHTS", weights is not None),
            # The stage is told the name alone: the address and the key are for the process that asks.
            (SERVED, "CHANCERY_LANGUAGE_URL with CHANCERY_LANGUAGE_MODEL", bool(settings.language_model)),
        ):
            if reader in document_type.readers and not there:
                raise StageFailed(
                    f"The document type {document_type.name} names the reader {reader!r} in x-readers, and "
                    f"{variable} is not set. Set it, or take the reader out of the type's file."
                )
    if weights is None or not any(LOCAL in one.readers for one in types.values()):
        return LanguageModels()
    return LanguageModels(_local(weights, settings.language_digest), fitting(weights))


def _weights(settings: Settings) -> Path | None:
    """The folder of weights that the settings name, else the model among the others, shipped or promoted."""
    own = settings.models / "language"
    return settings.language_weights or (own if (own / "config.json").is_file() else None)


def _local(weights: Path, digest: str) -> LocalModel:
    # Only here, so that a CPU worker neither has nor loads torch.
    from processors.extract.language.transformers_model import TransformersModel  # noqa: PLC0415

    return TransformersModel(weights, digest=digest)
