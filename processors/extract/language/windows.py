"""A document in windows that fit a prompt, and the way back from a text to the words of a page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from processors.extract.language.pieces import pieces
from processors.normalise.text import clean
from processors.pages import Page

#: words; what llguidance compiles with a vocabulary of 131,000 tokens without limits of its own
MOST_WORDS = 3_000
#: between what may not be read together: pages, and the words around one whose place is not known
BREAK = "\n"


@dataclass(frozen=True)
class Part:
    """Words first to last (excluded) of a page."""

    page: Page
    first: int
    last: int


@dataclass(frozen=True)
class Place:
    """Where a text stands: words of a page, by their indexes."""

    page: int
    words: tuple[int, ...]
    #: of its first character in the window's text: the reading order
    start: int
    #: as printed
    text: str


@dataclass(frozen=True)
class Window:
    """Pages, or a part of one, that are read in one go."""

    #: such as "pages-1-4" or, of a page that is too long, "pages-7-7-part-2"
    name: str
    parts: tuple[Part, ...]

    @property
    def first_page(self) -> int:
        """Number of the first page, counted from 1."""
        return self.parts[0].page.number

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Page number and printed lines, as the model sees them."""
        for part in self.parts:
            lines: list[list[str]] = []
            line = None
            for word in part.page.words[part.first : part.last]:
                if word.line != line:
                    lines.append([])
                    line = word.line
                lines[-1] += _parts(word.text)
            yield part.page.number, [" ".join(words) for words in lines if words]

    @cached_property
    def chunks(self) -> tuple[str, ...]:
        """The text in pieces, blanks and breaks among them; joined, this is what a value may be taken from."""
        return self._spelled[0]

    @cached_property
    def text(self) -> str:
        """The chunks, joined."""
        return "".join(self.chunks)

    def places(self, value: str) -> list[Place]:
        """Where a value stands, in reading order: at the borders of pieces, never inside one."""
        chunks, words = self._spelled
        found = []
        at = self.text.find(value) if value else -1
        while at >= 0:
            first, end = bisect_left(self._starts, at), bisect_left(self._starts, at + len(value))
            if self._starts[first] == at and self._starts[end] == at + len(value):
                taken = [words[i] for i in range(first, end) if chunks[i] not in (" ", BREAK)]
                numbers = {page for page, _ in taken}
                if len(numbers) == 1:
                    found.append(Place(numbers.pop(), tuple(dict.fromkeys(word for _, word in taken)), at, value))
            at = self.text.find(value, at + 1)
        return found

    @cached_property
    def _spelled(self) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
        """Chunks, and of each the page and word that it comes from; (0, -1) between words."""
        chunks: list[str] = []
        words: list[tuple[int, int]] = []
        for part in self.parts:
            gap = BREAK
            for index in range(part.first, part.last):
                word = part.page.words[index]
                if not word.placed:
                    gap = BREAK
                    continue
                for text in _parts(word.text):
                    if chunks:
                        chunks.append(gap)
                        words.append((0, -1))
                    made = pieces(text)
                    chunks += made
                    words += [(part.page.number, index)] * len(made)
                    gap = " "
        return tuple(chunks), tuple(words)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each chunk starts in the text, and where the text ends."""
        starts = [0]
        for chunk in self.chunks:
            starts.append(starts[-1] + len(chunk))
        return starts


@lru_cache(maxsize=50_000)
def _parts(text: str) -> tuple[str, ...]:
    """A word as printed; a space in it, such as a hard one, makes two."""
    return tuple(clean(text).split())


def windows(pages: Sequence[Page], most_words: int = MOST_WORDS) -> list[Window]:
    """Pages in order in as few windows as their words allow; a longer page is cut where a printed line ends.

    Pages without words are in none.
    """
    made: list[Window] = []
    waiting: list[Part] = []
    room = most_words
    for page in (page for page in pages if page.words):
        if len(page.words) > room and waiting:
            made.append(_whole(waiting))
            waiting, room = [], most_words
        if len(page.words) > most_words:
            parts = _cut(page, most_words)
            name = f"pages-{page.number}-{page.number}-part"
            made += [Window(f"{name}-{nth}", (part,)) for nth, part in enumerate(parts, 1)]
        else:
            waiting.append(Part(page, 0, len(page.words)))
            room -= len(page.words)
    return [*made, _whole(waiting)] if waiting else made


def _whole(parts: Sequence[Part]) -> Window:
    return Window(f"pages-{parts[0].page.number}-{parts[-1].page.number}", tuple(parts))


def _cut(page: Page, most: int) -> list[Part]:
    parts = []
    first, count = 0, len(page.words)
    while first < count:
        last = min(first + most, count)
        if last < count:
            # back to where a line begins, unless a line is as long as a window
            start = next((i for i in range(last, first, -1) if page.words[i].line != page.words[i - 1].line), last)
            last = start
        parts.append(Part(page, first, last))
        first = last
    return parts
