"""The searchable PDF of a PDF: words at their places, everything else as it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Name

from processors.config import Limits
from processors.formats import detect
from processors.ocr import binding
from processors.ocr.binding import Remark
from processors.ocr.binding.layer import runs_backwards
from processors.pages import Box
from tests.unit.ocr.binding.make import bound, difference, page, rendered, scan, searchable, text_of, word

WORDS = (
    word("Ordinary", (20.0, 40.0, 70.0, 52.0)),
    word("words", (76.0, 40.0, 110.0, 52.0)),
    word("below", (20.0, 60.0, 60.0, 72.0), 1),
)


def place_of(path: Path, wanted: str) -> Box:
    """Where pdfium finds a word on the page as it is shown, in points from the top left."""
    with pypdfium2.PdfDocument(path) as pdf:
        one = pdf[0]
        textpage = one.get_textpage()
        start, count = textpage.search(wanted).get_next()
        boxes = [textpage.get_charbox(at) for at in range(start, start + count)]
        left, bottom, right, top = one.get_bbox()
        turn, canvas = one.get_rotation(), []
        for x0, y0, x1, y1 in boxes:
            for x, y in ((x0, y0), (x1, y1)):
                canvas.append(
                    {
                        0: (x - left, top - y),
                        90: (y - bottom, x - left),
                        180: (right - x, y - bottom),
                        270: (top - y, right - x),
                    }[turn]
                )
    xs, ys = [x for x, _ in canvas], [y for _, y in canvas]
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_words_stand_where_they_were_read(tmp_path: Path, rotate: int, turned: int) -> None:
    source = scan(tmp_path / "scan.pdf", box=(-50, 30, 350, 530))
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.CropBox = Array([-20, 50, 280, 490])
        pdf.pages[0].obj.Rotate = rotate
        pdf.save(source)
    size = (300.0, 440.0) if rotate in (0, 180) else (440.0, 300.0)
    box = (100.0, 80.0, 160.0, 92.0) if turned in (0, 180) else (100.0, 80.0, 112.0, 140.0)
    made = bound(tmp_path, source, detect.PDF, page((word("Finding", box),), size=size, turned=turned))
    assert text_of(searchable(made)) == "Finding"
    assert place_of(searchable(made), "Finding") == pytest.approx(box, abs=1.0)
    # The word runs along the line of reading: its first letter is at the side where reading begins.
    first = place_of(searchable(made), "F")
    centre = (first[0] + first[2]) / 2, (first[1] + first[3]) / 2
    begins = {0: centre[0] < 110, 90: centre[1] > 130, 180: centre[0] > 150, 270: centre[1] < 90}
    assert begins[turned]


def test_a_page_with_a_unit_of_its_own(tmp_path: Path) -> None:
    """Boxes are in the points that recognition counted, whatever a unit of the page is."""
    source = scan(tmp_path / "scan.pdf", box=(0, 0, 100, 150))
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.UserUnit = 2
        pdf.save(source)
    made = bound(tmp_path, source, detect.PDF, page(WORDS, size=(200.0, 300.0)))
    assert [2 * value for value in place_of(searchable(made), "below")] == pytest.approx((20, 60, 60, 72), abs=1.5)


def test_words_of_a_leaning_line_stay_whole_and_in_their_boxes(tmp_path: Path) -> None:
    words = tuple(word(f"leaning{n}", (10.0 + n * 60, 40.0 + n * 3, 64.0 + n * 60, 54.0 + n * 3)) for n in range(3))
    made = bound(tmp_path, scan(tmp_path / "scan.pdf"), detect.PDF, page(words, skew=2.9))
    text = subprocess.run(["pdftotext", searchable(made), "-"], capture_output=True, text=True, check=True).stdout
    assert text.split() == ["leaning0", "leaning1", "leaning2"]
    for one in words:
        x0, y0, x1, y1 = place_of(searchable(made), one.text)
        assert one.box[0] - 1 <= x0 < x1 <= one.box[2] + 1
        assert one.box[1] - 3 <= y0 < y1 <= one.box[3] + 3


def test_lines_beside_a_chart_run_up_the_page(tmp_path: Path) -> None:
    words = (word("thousands", (20.0, 150.0, 30.0, 210.0)), word("of", (20.0, 130.0, 30.0, 145.0)))
    made = bound(tmp_path, scan(tmp_path / "scan.pdf"), detect.PDF, page(words))
    assert place_of(searchable(made), "thousands") == pytest.approx((20, 150, 30, 210), abs=1.5)
    assert place_of(searchable(made), "t")[1] > 200


def test_pictures_stay_and_the_page_looks_the_same(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.pdf")
    made = bound(tmp_path, source, detect.PDF, page(WORDS))
    assert made.notes == ()
    with pikepdf.open(source) as before, pikepdf.open(searchable(made)) as after:
        kept = after.pages[0].Resources.XObject.Im0
        assert kept.read_raw_bytes() == before.pages[0].Resources.XObject.Im0.read_raw_bytes()
        assert after.check_pdf_syntax() == []
    assert difference(rendered(source, scale=2), rendered(searchable(made), scale=2)) == 0
    assert text_of(searchable(made)) == "Ordinary words\r\nbelow"


def test_objects_that_were_packed_are_packed_again(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.pdf", pages=200)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.save(source, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    made = bound(tmp_path, source, detect.PDF, *(page(number=number, source="blank") for number in range(1, 201)))
    assert searchable(made).stat().st_size < source.stat().st_size + 5_000


def test_a_second_try_writes_the_same_bytes(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.pdf")
    first = [artefact.path.read_bytes() for artefact in bound(tmp_path, source, detect.PDF, page(WORDS)).artefacts]
    again = [artefact.path.read_bytes() for artefact in bound(tmp_path, source, detect.PDF, page(WORDS)).artefacts]
    assert first == again


@pytest.mark.parametrize(
    "line",
    ["Привет мир", "שלום עולם טוב", "مرحبا بالعالم", "日本語 テスト", "😀 𐎠𐎡", "naïve Straße", "हिन्दी ภาษาไทย"],
)
def test_all_scripts_come_out_of_both_readers(tmp_path: Path, line: str) -> None:
    parts = line.split(" ")
    places = [(10.0 + n * 60, 40.0, 60.0 + n * 60, 52.0) for n in range(len(parts))]
    if runs_backwards(line):
        places.reverse()
    words = tuple(word(text, box) for text, box in zip(parts, places, strict=True))
    made = bound(tmp_path, scan(tmp_path / "scan.pdf"), detect.PDF, page(words))
    assert text_of(searchable(made)) == line
    text = subprocess.run(["pdftotext", searchable(made), "-"], capture_output=True, text=True, check=True).stdout
    assert text.translate(dict.fromkeys((0x202A, 0x202B, 0x202C))).strip() == line


def test_words_that_touch_stay_apart(tmp_path: Path) -> None:
    words = (word("document", (20.0, 40.0, 70.2, 52.0)), word("is", (70.0, 40.0, 78.0, 52.0)))
    made = bound(tmp_path, scan(tmp_path / "scan.pdf"), detect.PDF, page(words))
    text = subprocess.run(["pdftotext", searchable(made), "-"], capture_output=True, text=True, check=True).stdout
    assert text.split() == ["document", "is"]


def test_words_without_a_place_are_found_in_the_corner(tmp_path: Path) -> None:
    words = (word("nowhere", (0.0, 0.0, 0.0, 0.0)), word("known", (0.0, 0.0, 0.0, 0.0), 1), *WORDS)
    made = bound(tmp_path, scan(tmp_path / "scan.pdf"), detect.PDF, page(words, source="model"))
    assert "nowhere known" in text_of(searchable(made))
    assert max(place_of(searchable(made), "nowhere")) < 5


def test_pages_with_a_good_text_layer_and_blank_ones_are_left_alone(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.pdf", pages=3)
    records = (page(WORDS, source="text_layer"), page(number=2, source="blank"), page(number=3, source="failed"))
    made = bound(tmp_path, source, detect.PDF, *records)
    with pikepdf.open(source) as before, pikepdf.open(searchable(made)) as after:
        for one, other in zip(before.pages, after.pages, strict=True):
            assert one.Contents.read_bytes() == other.Contents.read_bytes()
            assert "/Font" not in other.Resources


def test_pages_that_share_their_resources_share_the_font(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.pdf", pages=2)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Resources = pdf.pages[1].obj.Resources = pdf.make_indirect(pdf.pages[0].obj.Resources)
        pdf.save(source)
    first = searchable(bound(tmp_path, source, detect.PDF, page(WORDS), page(WORDS, 2)))
    with pikepdf.open(first) as pdf:
        assert len(pdf.pages[1].Resources.Font.keys()) == 1
    assert text_of(first, 1) == text_of(first, 2) == "Ordinary words\r\nbelow"


def test_its_own_output_can_be_read_again(tmp_path: Path) -> None:
    first = searchable(bound(tmp_path, scan(tmp_path / "scan.pdf"), detect.PDF, page(WORDS)))
    again = first.rename(tmp_path / "again.pdf")
    made = bound(tmp_path, again, detect.PDF, page((word("Better", (20.0, 40.0, 70.0, 52.0)),)))
    assert text_of(searchable(made)) == "Better"


@pytest.mark.parametrize("spoil", ["cut", "locked", "empty", "other pages"])
def test_a_pdf_that_cannot_be_rewritten_costs_only_the_searchable_one(tmp_path: Path, spoil: str) -> None:
    source = scan(tmp_path / "scan.pdf", pages=2 if spoil == "other pages" else 1)
    if spoil == "cut":
        source.write_bytes(b"%PDF-1.7\n" + b"garbage " * 50)
    elif spoil == "empty":
        source.write_bytes(b"")
    elif spoil == "locked":
        with pikepdf.open(source, allow_overwriting_input=True) as pdf:
            pdf.save(source, encryption=pikepdf.Encryption(owner="o", user="u"))
    made = bound(tmp_path, source, detect.PDF, page(WORDS))
    assert made.notes == (Remark.NO_PDF_DAMAGED,)
    assert [artefact.role for artefact in made.artefacts] == ["text", "alto"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["alto.xml", "text.txt"]


def test_a_pdf_that_only_forbids_changes_is_rewritten_without_a_lock(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.pdf")
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.save(
            source, encryption=pikepdf.Encryption(owner="o", user="", allow=pikepdf.Permissions(extract=False))
        )
    made = bound(tmp_path, source, detect.PDF, page(WORDS))
    with pikepdf.open(searchable(made)) as pdf:
        assert not pdf.is_encrypted


def test_what_is_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = scan(tmp_path / "scan.pdf")
    # The source fits and the result does not; then the source does not either.
    for most in (source.stat().st_size, 100):
        monkeypatch.setattr(binding, "MOST_ARTEFACT_BYTES", most)
        made = bound(tmp_path, source, detect.PDF, page(WORDS))
        assert made.notes == (Remark.NO_PDF_TOO_LARGE,)
        assert not (tmp_path / "out" / "searchable.pdf").exists()


def test_a_record_that_is_none_is_our_fault(tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="not a page record"):
        binding.bind(tmp_path / "pages.jsonl", scan(tmp_path / "a.pdf"), detect.PDF, tmp_path, Limits())


def test_the_font_is_in_the_file(tmp_path: Path) -> None:
    made = bound(tmp_path, scan(tmp_path / "scan.pdf"), detect.PDF, page(WORDS))
    with pikepdf.open(searchable(made)) as pdf:
        (_, font) = next(iter(pdf.pages[0].Resources.Font.items()))
        assert font.Encoding == Name("/Identity-H")
        program = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
        assert len(program) == int(font.DescendantFonts[0].FontDescriptor.FontFile2.Length1)
        # TrueType keeps a sum over the whole file, this number included.
        whole = sum(int.from_bytes(program[at : at + 4], "big") for at in range(0, len(program), 4))
        assert whole & 0xFFFFFFFF == 0xB1B0AFBA
