"""Made forms for the small language model: generated document types, our own types, and bare recall.

All of it is invented: names are syllables, numbers are drawn. It teaches to find a label and to copy what stands by
it, or to say null where the label is not there; it teaches nothing of real documents.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from processors.document_types import DocumentType
from processors.extract.language.prompt import messages
from processors.extract.language.shape import Leaf, Many, Members, Node, shape
from processors.extract.language.windows import Window, windows
from processors.pages import Page, Word

_SYLLABLES: Final = (
    "ba be bi bo da de di do fa fe ga go ha he ka ke ki ko la le li lo ma me mi mo na ne ni no "
    "pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi wa we za zo"
).split()
_ENDINGS: Final = "Inc LLC Ltd Bhd GmbH Group Trust Agency".split()
_MONTHS: Final = ("January February March April May June July August September October November December").split()
#: name of a field, what it is, wordings on paper, normaliser; a generated type takes some of these
_FIELDS: Final = [
    ("number", "Number of the document.", "Number|No.|Document No", "identifier"),
    ("reference", "Reference of the file.", "Reference|Our Ref|Ref", "identifier"),
    ("account", "Number of the account.", "Account|Account No|Acct", "identifier"),
    ("permit", "Number of the permit.", "Permit|Permit No", "identifier"),
    ("plate", "Registration of the vehicle.", "Plate|Vehicle", "identifier"),
    ("date", "Day of the document.", "Date|Dated|Issued", "date"),
    ("due", "Day until which to pay.", "Due|Due Date|Pay by", "date"),
    ("start", "First day.", "Start|Begins|Valid from", "date"),
    ("end", "Last day.", "Until|End|Expires", "date"),
    ("birth", "Day of birth.", "Born|Date of Birth", "date"),
    ("total", "Amount to pay.", "Total|Amount Due|To Pay", "amount"),
    ("tax", "Tax in the total.", "Tax|VAT|GST", "amount"),
    ("fee", "Fee of the office.", "Fee|Charge", "amount"),
    ("fine", "Fine to be paid.", "Fine|Penalty", "amount"),
    ("name", "Name of the person.", "Name|Applicant|Holder", "name"),
    ("seller", "Name of the seller.", "Seller|Vendor|Sold by", "name"),
    ("buyer", "Name of the buyer.", "Buyer|Client|Bill To", "name"),
    ("office", "Name of the office.", "Office|Authority", "name"),
    ("officer", "Who decided.", "Officer|Signed by", "name"),
    ("address", "Address of the person.", "Address|Place", "text"),
    ("subject", "What it is about.", "Subject|Re|Matter", "text"),
    ("purpose", "Purpose of the use.", "Purpose|Use", "text"),
    ("pages", "How many pages.", "Pages|Sheets", "integer"),
    ("copies", "How many copies.", "Copies|Quantity", "integer"),
]
_TITLES: Final = "Invoice|Permit|Notice|Order|Certificate|Application|Receipt|Decision|Report|Contract".split("|")


@dataclass(frozen=True)
class Made:
    """A prompt with its right answer."""

    #: chat messages
    messages: list[dict[str, str]]
    #: what each answer must hold
    shape: Members
    #: the document
    window: Window
    #: JSON in the form of the grammar
    answer: str


def recall(random: Random) -> Made:
    """A few lines of key and value, and a question for some keys: the shortest school for copying."""
    lines = [
        (_word(random), " ".join(_token(random) for _ in range(random.choice((1, 1, 2, 3)))))
        for _ in range(random.randint(2, 6))
    ]
    keys = dict(lines)
    asked = random.sample(sorted(keys), min(len(keys), random.randint(1, 3)))
    values: dict[str, str | None] = {key: keys[key] for key in asked}
    if random.random() < 0.25:
        values[_absent(random, keys)] = None
    asked = list(values)
    random.shuffle(asked)
    window = _window([f"{key}{random.choice((':', '', ' -'))} {value}" for key, value in lines])
    wanted = Members(tuple((key, Leaf("text")) for key in asked))
    said = messages("Form", "", wanted, window)[1:]
    return Made(said, wanted, window, _answer({key: values[key] for key in asked}))


def generated(random: Random) -> Made:
    """A document of a type that is drawn anew each time."""
    picked = random.sample(_FIELDS, random.randint(3, 6))
    members = tuple(
        (name, Leaf("text", text, tuple(random.sample(labels.split("|"), 2)), normaliser))
        for name, text, labels, normaliser in picked
    )
    return _form(random, random.choice(_TITLES), f"A {_word(random)} form.", Members(members))


def own(random: Random, types: Mapping[str, DocumentType]) -> Made:
    """A made document of one of our types, with the words of its schema."""
    name = random.choice([name for name, one in types.items() if one.fields])
    members = list(shape(types[name].schema).members)
    random.shuffle(members)
    return _form(
        random, types[name].title, types[name].description, Members(tuple(members[: random.randint(3, 6)]))
    )


def _form(random: Random, title: str, description: str, wanted: Members) -> Made:
    lines, answer = [], {}
    for name, node in wanted.members:
        values = _values(random, node)
        answer[name] = values if isinstance(node, Many) else next(iter(values), None)
        label = _label(random, name, node)
        for value in values:
            lines.append(_line(random, label, value))
    for _ in range(random.randint(0, 3)):
        lines.append([" ".join(_word(random) for _ in range(random.randint(2, 6)))])
    random.shuffle(lines)
    printed = [title.upper() if random.random() < 0.5 else title, *(line for block in lines for line in block)]
    window = _window(printed)
    return Made(messages(title, description, wanted, window), wanted, window, _answer(answer))


def _values(random: Random, node: Node) -> list[str]:
    """What is printed; nothing for a field that is not there: three in ten, so that null is learned too."""
    if random.random() < 0.3:
        return []
    leaf = node.item if isinstance(node, Many) else node
    assert isinstance(leaf, Leaf)
    count = random.randint(1, 2) if isinstance(node, Many) else 1
    return [_MAKERS.get(leaf.normaliser, _text)(random) for _ in range(count)]


def _label(random: Random, name: str, node: Node) -> str:
    leaf = node.item if isinstance(node, Many) else node
    labels = leaf.labels[:3] if isinstance(leaf, Leaf) else ()
    return random.choice(labels or (name.replace("_", " ").title(),))


def _line(random: Random, label: str, value: str) -> list[str]:
    form = random.random()
    if form < 0.55:
        return [f"{label.rstrip(':')}: {value}"]
    return [f"{label} {value}"] if form < 0.85 else [label, value]


def _window(lines: Sequence[str]) -> Window:
    words = []
    for row, line in enumerate(lines):
        x = 40.0
        for text in line.split():
            words.append(Word(text, (x, 40.0 + row * 14, x + 6 * len(text), 50.0 + row * 14), 1.0, row, 0))
            x += 6 * len(text) + 6
    return windows([Page(1, 612, 792, 1.0, "text_layer", "made", "", tuple(words))])[0]


def _answer(values: Mapping[str, str | list[str] | None]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _word(random: Random) -> str:
    return "".join(random.choices(_SYLLABLES, k=random.randint(2, 3)))


def _absent(random: Random, keys: Mapping[str, str]) -> str:
    while (word := _word(random)) in keys:
        pass
    return word


def _token(random: Random) -> str:
    if random.random() < 0.4:
        return str(random.randint(10, 99_999))
    return _word(random).capitalize() if random.random() < 0.5 else _word(random)


def _text(random: Random) -> str:
    words = [_word(random) for _ in range(random.randint(2, 4))]
    return " ".join([words[0].capitalize(), *words[1:]])


def _name(random: Random) -> str:
    name = " ".join(_word(random).capitalize() for _ in range(random.randint(1, 2)))
    return f"{name} {random.choice(_ENDINGS)}" if random.random() < 0.5 else f"{name} {_word(random).capitalize()}"


def _date(random: Random) -> str:
    year, month, day = random.randint(1990, 2029), random.randint(1, 12), random.randint(1, 28)
    form = random.random()
    if form < 0.6:
        return f"{month:02}/{day:02}/{year}"
    return f"{year}-{month:02}-{day:02}" if form < 0.75 else f"{_MONTHS[month - 1]} {day}, {year}"


def _amount(random: Random) -> str:
    return f"{random.choice(('$', '', ''))}{random.randint(1, 99_999):,}.{random.randint(0, 99):02}"


def _identifier(random: Random) -> str:
    letters = "".join(random.choices("ABCDEFGHKLMNPRSTX", k=random.randint(0, 3)))
    return f"{letters}{random.choice(('-', '')) if letters else ''}{random.randint(1000, 999_999)}"


def _integer(random: Random) -> str:
    return str(random.randint(1, 999))


def _duration(random: Random) -> str:
    return f"{random.randint(2, 36)} {random.choice(('months', 'years', 'days'))}"


_MAKERS: Final[dict[str, Callable[[Random], str]]] = {
    "name": _name,
    "date": _date,
    "amount": _amount,
    "identifier": _identifier,
    "integer": _integer,
    "duration": _duration,
}
