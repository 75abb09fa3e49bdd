"""The doors to servers that say something about a file: a scanner, and models that read. See also `ports/`.

Every adapter raises only `PipelineError`s: `DependencyUnavailable` when the server does not answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from processors.stage import Completion, Prompt

__all__ = ["Completion", "LanguageModel", "Scanner", "Verdict", "VisionModel"]


@dataclass(frozen=True)
class Verdict:
    """What a scanner says about a file."""

    #: name of what it knows the file by; "" = nothing is known against it
    signature: str = ""
    #: False: it could not look into all of the file, and `signature` says why
    scanned: bool = True


class Scanner(Protocol):
    """Knows malware. It is asked before anything parses the file."""

    def scan(self, untrusted_file: Path) -> Verdict:
        """What it says about a file.

        Raises:
            DependencyUnavailable: it does not answer, answers with no verdict, or its signatures are too old.
        """
        ...


class VisionModel(Protocol):
    """A model that reads page pictures, for pages that Tesseract can hardly read."""

    #: such as "vision mistral-small-3.2"
    name: str

    def read(self, picture: bytes) -> str:
        """The text on a picture (PNG), in reading order, a line of the page a line of text. Untrusted.

        Raises:
            DependencyUnavailable: no answer in time, or none that can be used.
        """
        ...


class LanguageModel(Protocol):
    """A causal language model that keeps to a grammar, in this process or behind a server."""

    #: such as "mistral-small-3.2 transformers 5.23.0"
    name: str
    #: sha256 over the weights; "" where only the server knows them
    digest: str

    def complete(self, prompts: Sequence[Prompt]) -> Sequence[Completion]:
        """An answer to each prompt, in order.

        Raises:
            DependencyUnavailable: the server did not answer in time, or with nothing that can be used.
            StageFailed: the model is well, and one of these prompts cannot be answered.
        """
        ...
