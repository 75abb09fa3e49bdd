"""The benchmark of places: it counts right what it counts, and runs."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bench import escalation
from processors.ocr.arranging import NOWHERE
from processors.pages import Word

TEXT = "The quick brown fox\njumps over lazy dogs\nand eats nine apples"


def word(text: str, x: float, confidence: float = 0.95) -> Word:
    return Word(text, (x, 0.0, x + 10, 10.0), confidence, 0, 0)


def test_places_are_judged_by_where_the_words_stand() -> None:
    words = [word("one", 0), word("two", 24), word("two", 60, 0.6), word("six", 80, 0.3), word("ten", 0)]
    words[4] = replace(words[4], box=NOWHERE)
    boxes = [(0.0, 0.0, 9.0, 10.0), (20.0, 0.0, 30.0, 10.0), (40.0, 0.0, 50.0, 10.0), (0.0, 0.0, 10.0, 10.0)]
    boxes.append((100.0, 0.0, 110.0, 10.0))
    assert escalation.judge(words, dict(enumerate(boxes))) == {
        "agreed, right": 2, "alike, wrong": 1, "doubtful, wrong": 1, "unplaced": 1,
    }  # fmt: skip
    words[2] = word("two", 20, 0.6)
    assert escalation.judge(words, dict(enumerate(boxes)))["alike, same word elsewhere"] == 1


def test_spoilt_pages_are_the_same_each_time() -> None:
    page = Image.new("L", (120, 90), 255)
    for how in escalation.SPOILT:
        spoilt = escalation.spoil(page, how)
        assert spoilt.size == page.size
        assert spoilt.tobytes() == escalation.spoil(page, how).tobytes() != page.tobytes()


def test_it_runs_on_a_folder_with_a_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ocr").mkdir()
    picture = Image.new("L", (900, 300), 255)
    for row, line in enumerate(TEXT.split("\n")):
        ImageDraw.Draw(picture).text((40, 30 + 80 * row), line, fill=0, font_size=40)
    picture.save(tmp_path / "ocr/a.png")
    (tmp_path / "ocr/a.txt").write_text(TEXT, encoding="utf-8")
    with (tmp_path / "MANIFEST.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "language", "media_type", "truth_text"])
        rows.writerow(["ocr/a.png", "en", "image/png", "ocr/a.txt"])
        rows.writerow(["ocr/other.pdf", "en", "application/pdf", "ocr/a.txt"])
    measured = escalation.measure(tmp_path)
    everything = measured["all"]
    assert isinstance(everything, dict)
    assert everything["readings"] == len(escalation.SPOILT)
    assert everything["words_of_known_place"] == 12 * everything["used"] > 0
    assert everything["share_placed"] > 0.5
    assert everything["share_of_placed_wrong"] == 0
