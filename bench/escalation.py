"""How well words of a model that sees get their places, on labelled pages that were made hard to read.

    python -m bench.escalation --documents DIR --json

The place of a word is taken from Tesseract on the page as it is, where at least three words in a row are right.
Then the page is spoilt and read again, the labelled text is taken as the model's answer, and each word that
`merged` gives a place must have it there. Two more questions: what becomes of the text of another page, and how
often a word on which two readings agree is in the labelled text. The second reading is Tesseract's too, of the
same page spoilt in another way: its mistakes are more like the first one's than a model's are.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from processors.ocr import escalation, tessdata
from processors.ocr.look import look
from processors.ocr.tesserocr_engine import TesserocrEngine
from processors.ocr.untrusted_text import lines_of
from processors.pages import Box, Page, Word

_PACKS = {"en": "eng", "fr": "fra", "es": "spa", "de": "deu"}
#: name -> height of letters in pixels, spread of noise, share of contrast left
SPOILT = {"small": (5.0, 20.0, 0.6), "tiny": (4.0, 5.0, 0.7), "noisy": (6.0, 40.0, 0.6)}
#: in pixels, where none can be measured
_USUAL_LETTER = 20.0
_DPI = 200
#: a run of so many right words proves where they stand
_RUN = 3


@dataclass(frozen=True)
class Labelled:
    """A page with the text that stands on it."""

    name: str
    image: Image.Image
    text: str
    pack: str


def labelled(documents: Path, packs: Sequence[str]) -> Iterator[Labelled]:
    """The single pages of the manifest's folder "ocr" that have a text."""
    with (documents / "MANIFEST.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            pack = _PACKS.get(row["language"], "")
            image = row["path"].startswith("ocr/") and row["media_type"].startswith("image/")
            if image and row["truth_text"] and pack in packs:
                text = (documents / row["truth_text"]).read_text(encoding="utf-8")
                picture = Image.open(documents / row["path"]).convert("L")
                yield Labelled(row["path"], picture, text, pack)


def spoil(image: Image.Image, how: str) -> Image.Image:
    """The page as a bad scanner sees it; the same each time."""
    letter, noise, contrast = SPOILT[how]
    grey = np.asarray(image)
    scale = min(letter / (look(grey).letter or _USUAL_LETTER), 1.0)
    small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.float32)
    rough = small + np.random.default_rng(7).normal(0, noise, small.shape)
    pale = (200 + contrast * (rough - 255)).clip(0, 255).astype(np.uint8)
    return Image.fromarray(cv2.resize(pale, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_CUBIC))


def upright(engine: TesserocrEngine, image: Image.Image) -> Image.Image:
    """The page as the pipeline shows it to its engine."""
    seen = engine.orientation(image, _DPI)
    return image.rotate(-seen.turn, expand=True) if seen and seen.turn and seen.confidence > 2 else image


def read(engine: TesserocrEngine, image: Image.Image, pack: str) -> Page:
    """A page in pixels."""
    words = tuple(
        Word(w.text, tuple(map(float, w.box)), w.confidence, w.line, w.block)  # type: ignore[arg-type]
        for w in engine.recognise(image, _DPI, pack)
    )
    return Page(1, image.width, image.height, 1.0, "ocr", engine.name, pack, words)


def known_places(page: Page, tokens: Sequence[str]) -> dict[int, Box]:
    """By index of the labelled word: where it stands, as far as that is beyond doubt."""
    blocks = SequenceMatcher(None, tokens, [w.text for w in page.words], autojunk=False).get_matching_blocks()
    return {a + i: page.words[b + i].box for a, b, size in blocks if size >= _RUN for i in range(size)}


def answered(before: Page, after: Page) -> list[Word]:
    """The model's words on a merged page: those that were only kept from before are left out."""
    kept = {(w.text, w.box) for w in before.words}
    return [w for w in after.words if w.confidence > escalation.ALIKE or (w.text, w.box) not in kept]


def judge(words: Sequence[Word], places: dict[int, Box]) -> Counter[str]:
    """How many words of a known place got it, got another, got none; by how sure the page is of them.

    Apart from them: those that got the place of the same word elsewhere, as in the rows of a table.
    """
    counts: Counter[str] = Counter()
    of_text: dict[str, list[Box]] = defaultdict(list)
    for index, box in places.items():
        of_text[words[index].text].append(box)
    for index, box in places.items():
        word = words[index]
        kind = (
            "agreed" if word.confidence >= escalation.AGREED else "alike" if word.confidence > 0.5 else "doubtful"
        )
        if not word.placed:
            counts["unplaced"] += 1
        elif _same(word.box, box):
            counts[f"{kind}, right"] += 1
        elif any(_same(word.box, other) for other in of_text[word.text]):
            counts[f"{kind}, same word elsewhere"] += 1
        else:
            counts[f"{kind}, wrong"] += 1
    return counts


def _same(a: Box, b: Box) -> bool:
    """Whether the middle of one lies in the other: a box may be cut short, or joined with a neighbour's."""
    return _middle_inside(a, b) or _middle_inside(b, a)


def _middle_inside(a: Box, b: Box) -> bool:
    return b[0] <= (a[0] + a[2]) / 2 <= b[2] and b[1] <= (a[1] + a[3]) / 2 <= b[3]


def measure(documents: Path) -> dict[str, object]:
    """All figures, and a row for each page and way of spoiling it."""
    folder = tessdata.find("")
    engine = TesserocrEngine(folder, tessdata.installed(folder, tuple(_PACKS.values())))
    pages = list(labelled(documents, engine.languages))
    rows: list[dict[str, object]] = []
    for number, page in enumerate(pages):
        image = upright(engine, page.image)
        tokens = [word for line in lines_of(page.text) or () for word in line]
        places = known_places(read(engine, image, page.pack), tokens)
        other = pages[(number + 1) % len(pages)].text
        hard = {how: read(engine, spoil(image, how), page.pack) for how in SPOILT}
        for how, seen in hard.items():
            began = time.process_time()
            after = escalation.merged(seen, page.text, "labels")
            seconds = time.process_time() - began
            used = after.source == "model"
            words = answered(seen, after) if used else []
            assert not used or [w.text for w in words] == tokens, "the answer's words are not all on the page"
            wrong = escalation.merged(seen, other, "another page")
            second = hard[next(name for name in SPOILT if name != how)]
            two = escalation.merged(seen, second.text(), "another scan")
            sure = [w.text for w in two.words if w.confidence >= escalation.AGREED] if two.source == "model" else []
            rows.append(
                {
                    "page": page.name,
                    "how": how,
                    "confidence": round(seen.confidence, 3),
                    "words": len(tokens),
                    "known": len(places),
                    "used": used,
                    "counts": dict(judge(words, places)) if used else {},
                    "seconds": round(seconds, 3),
                    "other_page_used": wrong.source == "model",
                    "other_page_checked": escalation.UNCHECKED not in wrong.notes,
                    "other_page_placed": sum(w.placed for w in wrong.words) if wrong.source == "model" else 0,
                    "agreed": len(sure),
                    "agreed_right": (Counter(sure) & Counter(tokens)).total(),
                }
            )
    return {"pages": rows, "all": total(rows), "hard": total([r for r in rows if r["confidence"] < 0.5])}  # type: ignore[operator]


def total(rows: Sequence[dict[str, object]]) -> dict[str, object]:
    """The rows together."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(row["counts"])  # type: ignore[call-overload]
    placed = sum(n for name, n in counts.items() if name != "unplaced")
    wrong, elsewhere = (
        sum(n for name, n in counts.items() if name.endswith(end)) for end in ("wrong", "elsewhere")
    )
    return {
        "readings": len(rows),
        "used": sum(bool(row["used"]) for row in rows),
        "words_of_known_place": counts.total(),
        "share_placed": round(placed / max(counts.total(), 1), 4),
        "share_of_placed_wrong": round(wrong / max(placed, 1), 4),
        "share_of_placed_same_word_elsewhere": round(elsewhere / max(placed, 1), 4),
        **dict(sorted(counts.items())),
        "other_page_used": sum(bool(row["other_page_used"]) for row in rows),
        "other_page_used_though_checked": sum(
            bool(row["other_page_used"] and row["other_page_checked"]) for row in rows
        ),
        "agreed": sum(int(str(row["agreed"])) for row in rows),
        "agreed_right": sum(int(str(row["agreed_right"])) for row in rows),
        "most_seconds": max((float(str(row["seconds"])) for row in rows), default=0.0),
    }


def main() -> None:
    """Measure, and say it as a table or as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--documents", type=Path, required=True, help="folder with MANIFEST.csv and ocr/")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    wanted = parser.parse_args()
    measured = measure(wanted.documents)
    table = Table("what", "all", "below 0.5", title="bench.escalation")
    everything, hard = measured["all"], measured["hard"]
    assert isinstance(everything, dict) and isinstance(hard, dict)
    for name in {**everything, **hard}:
        table.add_row(name, str(everything.get(name, 0)), str(hard.get(name, 0)))
    Console().print(table)
    if wanted.json:
        print(json.dumps(measured))


if __name__ == "__main__":
    main()
