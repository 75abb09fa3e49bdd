"""The engine "language": prompts for a language model, and what its answers propose.

It asks no model itself. Whoever calls it has the prompts answered, in this process or by a server, and hands the
answers back by the prompts' names; both halves plan alike, so nothing need be kept in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from processors.document_types import DocumentType
from processors.extract.language import prompt
from processors.extract.language.answers import proposals, whole
from processors.extract.language.shape import Members, groups, on_pages_from, shape
from processors.extract.language.windows import MOST_WORDS, Window, windows
from processors.extract.reader import Proposal
from processors.pages import Page
from processors.stage import Completion, Prompt


@dataclass(frozen=True)
class LanguageReader:
    """Asks for a type's fields, window by window."""

    #: of the document in a prompt
    words_in_window: int = MOST_WORDS
    #: values asked for in one prompt
    leaves_in_prompt: int = 24

    def prompts(self, pages: Sequence[Page], document_type: DocumentType, scratch: Path) -> Sequence[Prompt]:
        """What to ask, with its files in `scratch`; nothing for pages without words or a type without fields."""
        return [
            prompt.write(name, document_type, part, window, scratch)
            for name, window, part in self._plan(pages, document_type)
        ]

    def proposals(
        self, pages: Sequence[Page], document_type: DocumentType, completions: Mapping[str, Completion]
    ) -> Sequence[Proposal]:
        """What the answers propose, by the names of the prompts; one that is not there proposes nothing.

        Entries of lists are numbered on from window to window. Of a single field that several windows answer, the
        surest comes first, and the stage chooses.
        """
        made: list[Proposal] = []
        counts: dict[str, int] = {}
        for window, parts in self._by_window(pages, document_type):
            said = [
                proposal
                for name, part in parts
                if name in completions
                for proposal in proposals(completions[name], part, window)
            ]
            made += [replace(one, path=_numbered_on(one.path, counts)) for one in said]
            ends: dict[str, int] = {}
            for name, index in (_list_entry(one.path) for one in said):
                ends[name] = max(ends.get(name, 0), index + 1)
            counts |= {name: counts.get(name, 0) + end for name, end in ends.items() if name}
        return sorted(made, key=lambda one: -one.score)

    def unfinished(
        self, pages: Sequence[Page], document_type: DocumentType, completions: Mapping[str, Completion]
    ) -> tuple[str, ...]:
        """The type's fields of which some prompt has no whole answer: what it did not say is no agreement."""
        lost = (
            member
            for name, _, part in self._plan(pages, document_type)
            if name not in completions or not whole(completions[name], part)
            for member, _ in part.members
        )
        return tuple(dict.fromkeys(lost))

    def _by_window(
        self, pages: Sequence[Page], document_type: DocumentType
    ) -> Iterator[tuple[Window, list[tuple[str, Members]]]]:
        whole = shape(document_type.schema)
        for window in windows(pages, self.words_in_window):
            here = on_pages_from(whole, window.first_page)
            parts = groups(here, self.leaves_in_prompt) if here else []
            yield window, [(f"{window.name}-fields-{nth}", part) for nth, part in enumerate(parts)]

    def _plan(self, pages: Sequence[Page], document_type: DocumentType) -> Iterator[tuple[str, Window, Members]]:
        for window, parts in self._by_window(pages, document_type):
            for name, part in parts:
                yield name, window, part


#: tokens of a model's context for each word of the document in a prompt: its tokens, instructions, and the answer
_TOKENS_A_WORD = 7


def fitting(folder: Path) -> LanguageReader:
    """A reader whose prompts fit into the context of the model in a folder of weights."""
    context = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("max_position_embeddings", 0)
    return LanguageReader(words_in_window=min(MOST_WORDS, max(context // _TOKENS_A_WORD, 100)))


def _list_entry(path: str) -> tuple[str, int]:
    """Name and number of the outermost list entry in a path, ("", 0) outside of lists."""
    steps = path.split("/")
    at = next((i for i, step in enumerate(steps) if step.isdecimal()), 0)
    return ("/".join(steps[:at]), int(steps[at])) if at else ("", 0)


def _numbered_on(path: str, counts: Mapping[str, int]) -> str:
    name, index = _list_entry(path)
    rest = path.removeprefix(f"{name}/{index}") if name else ""
    return f"{name}/{counts.get(name, 0) + index}{rest}" if name else path
