"""Made lines: texts in the alphabet, print that fits a strip, wear that keeps its shape, batches that agree."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest

from processors.forge.errors import NotThere
from processors.forge.line_reader import batches, fonts, labelled_strips
from processors.forge.line_reader.batches import LENGTHS, endless
from processors.forge.line_reader.made_figures import figure
from processors.forge.line_reader.printing import Press
from processors.forge.line_reader.texts import Texts
from processors.forge.line_reader.wearing import Wear
from processors.ocr.lines.alphabet import ALPHABET
from processors.ocr.lines.strips import HEIGHT
from tests.corpus import make
from tests.unit.forge.line_reader.made_strips import FONT, LINES, PROSE, real, source


def test_texts_stay_in_the_alphabet_and_are_the_same_for_the_same_seed() -> None:
    texts, again, other = (Texts([*LINES, "счёт"], PROSE, seed) for seed in (1, 1, 2))
    made = [texts.line(30) for _ in range(500)]
    assert all(0 < len(text) <= 30 and set(text) <= set(ALPHABET) and text == text.strip() for text in made)
    assert made == [again.line(30) for _ in range(500)]
    assert made != [other.line(30) for _ in range(500)]
    # Other numbers than those of the lines are among them.
    assert len({text for text in made if text.startswith("TOTAL ")}) > 10


def test_texts_are_made_without_prose_and_not_of_nothing() -> None:
    assert Texts(LINES, (), 1).line(30)
    with pytest.raises(NotThere, match="alphabet"):
        Texts(("счёт",), PROSE, 1)


def test_figures_are_written_in_the_alphabet() -> None:
    pick = Random(1)
    made = {figure(pick) for _ in range(500)}
    assert set("".join(made)) <= set(ALPHABET) and len(made) > 450


def test_print_fits_its_strip() -> None:
    press, again = Press((FONT,), 1), Press((FONT,), 1)
    made = [press.line("TOTAL 40.62", 300) for _ in range(60)]
    printed = [ink for ink in made if ink is not None]
    assert len(printed) > 50
    for ink in printed:
        assert ink.shape[0] == HEIGHT and ink.shape[1] <= 300
        assert ink.min() >= 0 and 0.3 < ink.max() <= 1.001
        # In the middle, with paper above and below.
        assert abs(float(np.average(np.arange(HEIGHT), weights=ink.sum(1))) - HEIGHT / 2) < 6
    for one in made:
        same = again.line("TOTAL 40.62", 300)
        assert one is same is None or (one is not None and same is not None and np.array_equal(one, same))
    assert press.line("TOTAL 40.62" * 9, 300) is None


def test_wear_keeps_the_shape_and_is_the_same_for_the_same_seed() -> None:
    press = Press((FONT,), 3)
    inks = [ink for _ in range(30) if (ink := press.line("TOTAL 40.62", 300)) is not None]
    wear, again = Wear(1), Wear(1)
    for ink, beside in zip(inks, reversed(inks), strict=True):
        worn = wear.worn(ink, beside)
        assert worn.shape == ink.shape and worn.dtype == np.uint8
        assert np.array_equal(worn, again.worn(ink, beside))
        shaken = wear.shaken(worn)
        again.shaken(worn)
        assert shaken.shape[0] == HEIGHT and abs(shaken.shape[1] / ink.shape[1] - 1) < 0.16


def test_arrays_of_a_batch_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PIXELS", 4 * LENGTHS[-1])
    mixed = source(real=real(4), share=0.5)
    for batch, same in zip(islice(endless(mixed, 7), 6), endless(mixed, 7), strict=False):
        count = len(batch.strips)
        assert count == 4 * LENGTHS[-1] // batch.strips.shape[2]
        assert batch.strips.shape[1:] in [(HEIGHT, length) for length in LENGTHS]
        assert len(batch.characters) == len(batch.widths) == count
        assert batch.characters.sum() == len(batch.said) and batch.said.min() >= 1
        assert batch.said.max() <= len(ALPHABET)
        for row, width in zip(batch.strips, batch.widths, strict=True):
            assert not row[:, width:].any() and row.any()
        assert np.array_equal(batch.strips, same.strips) and np.array_equal(batch.said, same.said)


def test_strips_are_kept_as_they_are(tmp_path: Path) -> None:
    strips = real(3)
    labelled_strips.save(tmp_path / labelled_strips.FILE, strips)
    for one, other in zip(strips, labelled_strips.load(tmp_path / labelled_strips.FILE), strict=True):
        assert np.array_equal(one.grey, other.grey)
        assert (one.text, one.document) == (other.text, other.document)
    with pytest.raises(NotThere, match=r"gone\.npz is missing"):
        labelled_strips.load(tmp_path / "gone.npz")


def test_fonts_that_lack_letters_are_left_out(tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="--fonts"):
        fonts.usable(tmp_path)
    shutil.copy(make.FONT, tmp_path / "a.ttf")
    (tmp_path / "b.ttf").write_bytes(b"no font")
    (tmp_path / "readme.txt").touch()
    usable, left_out = fonts.usable(tmp_path)
    assert [(font.path.name, font.fixed, font.lacks) for font in usable] == [("a.ttf", False, frozenset())]
    assert left_out == ["b.ttf"]


def test_a_text_is_not_printed_in_a_font_that_lacks_its_letters() -> None:
    press = Press((fonts.Font(FONT.path, fixed=False, lacks=frozenset("€")),), 1)
    assert {press.line("5.00 €", 500) is None for _ in range(20)} == {True}
    assert any(press.line("5.00", 500) is not None for _ in range(20))
