"""What a model should answer for a labelled document: the labels, as the document has them.

A label is a value ("2020-03-31"); an answer is words of the document ("March 31, 2020"). A label of which no words
say the value is not asked for: to teach a model null there would be to teach it something wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from processors.document_types import DocumentType, FieldRule
from processors.extract.language.shape import Leaf, Many, Members, Node, groups, on_pages_from, shape
from processors.extract.language.windows import Window, windows
from processors.forge.evaluation.matching import same
from processors.forge.samples import Sample
from processors.pages import Page

#: pieces of text that a typed value covers at most: "the 31st day of March , 2020" has 13, blanks among them
_MOST_PIECES: Final = 13
#: values of these are looked for by what they mean; all others by how they are written
_TYPED: Final = frozenset({"date", "amount", "integer", "duration", "phone"})

_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")

Target = tuple[Node, Any]


@dataclass(frozen=True)
class Asked:
    """A part of a type's fields, a window, and the right answer."""

    shape: Members
    window: Window
    #: JSON in the form of the grammar
    answer: str


@dataclass
class Targets:
    """Makes answers out of labels, and counts."""

    document_type: DocumentType
    words_in_window: int
    leaves_in_prompt: int
    #: values that were found in the document, and those that were not
    found: int = 0
    lost: int = 0

    def of(self, sample: Sample, pages: Sequence[Page]) -> Iterator[Asked]:
        """What is asked of a document, window by window."""
        cut = windows(pages, self.words_in_window)
        for window in cut:
            here = on_pages_from(shape(self.document_type.schema), window.first_page)
            others = [one for one in cut if one is not window]
            for part in groups(here, self.leaves_in_prompt) if here else ():
                target = self._members(part, "", sample, window, others)
                if target is not None:
                    node, value = target
                    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                    yield Asked(node, window, text)

    def _members(
        self, node: Members, path: str, sample: Sample, window: Window, others: Sequence[Window]
    ) -> tuple[Members, dict[str, Any]] | None:
        members, values = [], {}
        for name, one in node.members:
            target = self._target(one, f"{path}/{name}" if path else name, sample, window, others)
            if target is not None:
                members.append((name, target[0]))
                values[name] = target[1]
        return (Members(tuple(members), node.description, node.null), values) if members else None

    def _target(
        self, node: Node, path: str, sample: Sample, window: Window, others: Sequence[Window]
    ) -> Target | None:
        """Node and value; None where nothing is known, or the value is not to be found."""
        if isinstance(node, Members):
            return self._members(node, path, sample, window, others)
        labels = sample.labels.get(path)
        if isinstance(node, Many) and isinstance(node.item, Members):
            return self._entries(node, node.item, path, sample, window)
        leaf = node.item if isinstance(node, Many) else node
        assert isinstance(leaf, Leaf)
        if labels is None:
            return (node, [] if isinstance(node, Many) else None) if sample.complete else None
        texts = [labels] if isinstance(labels, str) else [str(one) for one in labels]
        here = [text for one in texts if (text := self.printed(one, leaf, path, window))]
        there = not here and any(self.printed(one, leaf, path, other) for one in texts for other in others)
        self.found += bool(here)
        self.lost += not here and not there
        if not here and not there:
            return None
        if isinstance(node, Many):
            return node, sorted(dict.fromkeys(here), key=window.text.find)[: node.most]
        return node, here[0] if here else None

    def _entries(self, node: Many, item: Members, path: str, sample: Sample, window: Window) -> Target | None:
        """A list of objects; all of it or nothing, since every entry has the same members."""
        count = 0
        while any(label.startswith(f"{path}/{count}/") for label in sample.labels):
            count += 1
        if not count and not sample.complete:
            return None
        entries = []
        for index in range(min(count, node.most)):
            target = self._members(item, f"{path}/{index}", sample, window, ())
            if target is None or len(target[0].members) != len(item.members):
                return None
            entries.append(target[1])
        return node, entries

    def printed(self, label: str, leaf: Leaf, path: str, window: Window) -> str:
        """The words of the window that say a label, "_" in it for a blank; "" if none do."""
        label = label.replace("_", " ")
        if window.places(label):
            return label
        at = window.text.lower().find(label.lower())
        if at >= 0 and window.places(window.text[at : at + len(label)]):
            return window.text[at : at + len(label)]
        rule = self.document_type.field(path) or self.document_type.field(f"{path}/0")
        if leaf.normaliser not in _TYPED or rule is None:
            return ""
        fitting = {text for text in _spans(window, leaf.longest) if _may_say(rule, text, label)}
        # the shortest is the value; what is longer has other words in it that the normaliser overlooks
        return next((text for text in sorted(fitting, key=lambda t: (len(t), t)) if _says(rule, text, label)), "")


def _may_say(rule: FieldRule, text: str, label: str) -> bool:
    """Whether a text is worth the normaliser's time: it is slow on dates, and a window has thousands of texts."""
    if rule.pattern and not rule.pattern.fullmatch(text):
        return False
    if rule.normaliser == "date" and _ISO.fullmatch(label):
        return label[2:4] in text and str(int(label[8:])) in text
    if rule.normaliser in ("amount", "integer"):
        return _digits(text) in (_digits(label), _digits(label) + "00", _digits(label).removesuffix("00"))
    return True


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit()).lstrip("0")


def _says(rule: FieldRule, text: str, label: str) -> bool:
    value = rule.normalise(text).value
    return value is not None and same(rule, value, label)


def _spans(window: Window, longest: int) -> Iterator[str]:
    """The texts with a digit that may be a typed value."""
    chunks = window.chunks
    for first, chunk in enumerate(chunks):
        text = ""
        for piece in chunks[first : first + _MOST_PIECES] if chunk[:1].isalnum() or chunk[:1] in "$€£(-" else ():
            if piece == "\n" or len(text) + len(piece) > longest:
                break
            text += piece
            if piece.strip() and any(c.isdigit() for c in text):
                yield text
