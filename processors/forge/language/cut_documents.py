"""Examples cut out of packed documents: a window anywhere, some fields, other values, poorer recognition.

Few documents must teach much: the same page comes with other names and numbers each time, so that to learn it by
heart does not help.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random
from typing import Final

from processors.document_types import DocumentType
from processors.extract.language.prompt import messages
from processors.extract.language.shape import Leaf, Many, Members, Node, on_pages_from, shape
from processors.extract.language.windows import Place, Window, windows
from processors.forge.language.changed_values import another, misread, pools, renumbered
from processors.forge.language.made_forms import Made
from processors.forge.language.packed_documents import Packed
from processors.pages import Page, Word

#: share of the examples in which all fields are asked for, in the order of the type, as reading does
_AS_READ: Final = 0.65
#: of the values that are there, changed
_CHANGED: Final = 0.6
#: of the windows, cut around a value; most windows of a long document have none
_AROUND: Final = 0.7

Lines = list[list[str]]


@dataclass(frozen=True)
class Source:
    """Packed documents with what is drawn from them; build it once."""

    documents: Sequence[Packed]
    types: Mapping[str, DocumentType]
    shapes: Mapping[str, Members]
    #: by "type/field", texts of all documents
    pool: Mapping[str, Sequence[str]]
    by_type: Mapping[str, Sequence[Packed]]

    @classmethod
    def of(cls, documents: Sequence[Packed], types: Mapping[str, DocumentType]) -> Source:
        """Everything that is drawn from."""
        by_type: dict[str, list[Packed]] = {}
        for one in documents:
            if one.fields and one.type in types:
                by_type.setdefault(one.type, []).append(one)
        fields = {
            name: [{field: list(chain(*texts)) for field, texts in one.fields.items()} for one in some]
            for name, some in by_type.items()
        }
        return cls(documents, types, {name: shape(types[name].schema) for name in by_type}, pools(fields), by_type)

    def example(self, random: Random, words: int) -> Made:
        """An example of at most so many words; types alike often, however many documents each has."""
        while True:
            # the square root lies between "as many as there are" and "all types alike"
            names = sorted(self.by_type)
            (name,) = random.choices(names, [len(self.by_type[one]) ** 0.5 for one in names])
            made = self._cut(random, random.choice(self.by_type[name]), words)
            if made is not None:
                return made

    def _cut(self, random: Random, packed: Packed, words: int) -> Made | None:
        first, chosen = _chosen(random, packed, words)
        wanted = on_pages_from(self.shapes[packed.type], first)
        known = [] if wanted is None else [(name, node) for name, node in wanted.members if name in packed.fields]
        if not known:
            return None
        kind = self.types[packed.type]
        texts = self._changed(random, packed, known, chosen)
        _spoil(random, texts, chosen)
        window = _window(chosen, first)
        answer = {name: _answer(node, texts[name], window) for name, node in known}
        asked = known if random.random() < _AS_READ else random.sample(known, random.randint(1, len(known)))
        members = Members(tuple(asked))
        said = {name: answer[name] for name, _ in asked}
        return Made(
            messages(kind.title, kind.description, members, window),
            members,
            window,
            json.dumps(said, ensure_ascii=False, separators=(",", ":")),
        )

    def _changed(
        self, random: Random, packed: Packed, known: Sequence[tuple[str, Node]], pages: list[Lines]
    ) -> dict[str, list[list[str]]]:
        """Change values on the pages; by field and value the texts that say it now."""
        todo = [(text, name, node) for name, node in known for texts in packed.fields[name] for text in texts]
        now: dict[tuple[str, str], str] = {(name, text): text for text, name, _ in todo}
        # most windows hold few of a document's values, and places are dear to look for
        whole = "\n".join(" ".join(word for line in page for word in line) for page in pages)
        todo = [one for one in todo if one[0] in whole]
        window, taken = _window(pages, 1), set[tuple[int, int]]()
        edits: list[tuple[Place, str]] = []
        for text, name, node in sorted(todo, key=lambda one: -len(one[0])):
            leaf = node.item if isinstance(node, Many) else node
            assert isinstance(leaf, Leaf)
            places = [one for one in window.places(text) if taken.isdisjoint(_where(one))]
            if places and random.random() < _CHANGED:
                now[name, text] = another(random, text, leaf.normaliser, self.pool[f"{packed.type}/{name}"])
                edits += [(place, now[name, text]) for place in places]
            taken |= {where for one in places for where in _where(one)}
        for place, new in sorted(edits, key=lambda one: -one[0].words[0]):
            _write(pages[place.page - 1], place, new)
        return {name: [[now[name, text] for text in texts] for texts in packed.fields[name]] for name, _ in known}


def _chosen(random: Random, packed: Packed, words: int) -> tuple[int, list[Lines]]:
    """Number of the first page, and the words of a window, page by page and line by line."""
    number = random.randrange(len(packed.pages))
    values = [text for some in packed.fields.values() for texts in some for text in texts]
    if values and random.random() < _AROUND:
        value = random.choice(values).split()[0]
        here = [nth for nth, page in enumerate(packed.pages) if any(value in line for line in page)]
        number = random.choice(here) if here else number
    lines = [line.split() for line in packed.pages[number]]
    starts = _starts(lines, words)
    first = random.choice(starts) if random.random() < 0.6 else random.randrange(len(lines))
    pages = [_at_most(lines[first:], words)]
    rest = words - sum(map(len, pages[0]))
    if len(pages[0]) == len(lines) - first and random.random() < 0.5:
        # as reading does: whole pages behind it, as long as there is room
        for page in packed.pages[number + 1 :]:
            more = [line.split() for line in page]
            rest -= sum(map(len, more))
            if rest < 0:
                break
            pages.append(more)
    return number + 1, pages


def _starts(lines: Lines, words: int) -> list[int]:
    """Where the windows of reading begin on a page."""
    starts, room = [0], words
    for number, line in enumerate(lines):
        if len(line) > room and number > starts[-1]:
            starts.append(number)
            room = words
        room -= len(line)
    return starts


def _at_most(lines: Lines, words: int) -> Lines:
    kept: Lines = []
    room = words
    for line in lines:
        if len(line) > room and kept:
            break
        kept.append(line[:words])
        room -= len(line)
    return kept


def _window(pages: Sequence[Lines], first: int) -> Window:
    """A window of words without places: only what is printed counts here."""
    made = [
        Page(first + nth, 612, 792, 1.0, "text_layer", "made", "", _words(page)) for nth, page in enumerate(pages)
    ]
    return windows(made, 1_000_000)[0]


def _where(place: Place) -> Iterator[tuple[int, int]]:
    return ((place.page, word) for word in place.words)


def _words(lines: Lines) -> tuple[Word, ...]:
    return tuple(Word(text, (0, row, 1, row + 1), 1.0, row, 0) for row, line in enumerate(lines) for text in line)


def _write(lines: Lines, place: Place, new: str) -> None:
    """Put a text in the place of another; what is glued to it, such as a bracket, stays."""
    where = list(_indexes(lines))
    inside = [where[word] for word in place.words]
    old = " ".join(lines[row][at] for row, at in inside)
    if place.text not in old:
        return
    made = old.replace(place.text, new, 1).split()
    # the words on the first row take all that does not fit on the rows where the old text went on
    rows: dict[int, list[int]] = {}
    for row, at in inside:
        rows.setdefault(row, []).append(at)
    parts = list(_spread(made, [len(one) for one in rows.values()]))
    for (row, ats), part in zip(rows.items(), parts, strict=True):
        lines[row][ats[0] : ats[-1] + 1] = part


def _indexes(lines: Lines) -> Iterator[tuple[int, int]]:
    return ((row, at) for row, line in enumerate(lines) for at in range(len(line)))


def _spread(words: Sequence[str], sizes: Sequence[int]) -> Iterator[Sequence[str]]:
    at = 0
    for nth, size in enumerate(sizes):
        end = len(words) if nth == len(sizes) - 1 else at + size
        yield words[at:end]
        at = end


def _spoil(random: Random, texts: Mapping[str, Sequence[Sequence[str]]], pages: list[Lines]) -> None:
    """Other numbers, misread words and lost lines everywhere but in values."""
    kept = {word for some in texts.values() for one in some for text in one for word in text.split()}
    numbers, known = random.random() < 0.6, dict[str, str]()
    rate = random.choice((0.0, 0.0, 0.01, 0.03))
    lost = random.choice((0.0, 0.0, 0.05, 0.15))
    glued = re.compile("|".join(map(re.escape, sorted(kept, key=len, reverse=True))) or "(?!)")
    for page in pages:
        for row, line in enumerate(page):
            mine = [glued.search(word) is not None for word in line]
            if row and lost and not any(mine) and random.random() < lost:
                page[row] = []
                continue
            for at, word in enumerate(line):
                if not mine[at]:
                    new = renumbered(random, word, known) if numbers else word
                    line[at] = misread(random, new, rate) if rate else new


def _answer(node: Node, texts: Sequence[Sequence[str]], window: Window) -> str | list[str] | None:
    here = [text for one in texts if (text := next((text for text in one if window.places(text)), ""))]
    if isinstance(node, Many):
        return sorted(dict.fromkeys(here), key=window.text.find)[: node.most]
    return here[0] if here else None
