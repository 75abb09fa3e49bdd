import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from bench.manifest import Entry
from bench.ocr import groups
from tests import documents

TRUTH = "A line of text that is long enough to say something."


def entry(folder: Path, name: str, doc_type: str = "letter", language: str = "en", remarks: str = "none") -> Entry:
    path, truth = folder / name, folder / f"{name}.txt"
    if name.endswith(".pdf"):
        path.write_bytes(documents.text_pdf([TRUTH]))
    else:
        path.write_bytes(documents.scan_png([TRUTH]))
    truth.write_text(TRUTH)
    return Entry(path, doc_type, language, truth, remarks)


def of(cases: list[groups.Case], group: str) -> list[str]:
    return [case.path.name for case in cases if case.group == group]


def test_documents_go_where_their_manifest_says(tmp_path: Path) -> None:
    entries = [
        entry(tmp_path, "plain.png"),
        entry(tmp_path, "leaning.png", remarks="page 1 rendered 200 dpi, skewed 2.5 degrees"),
        entry(tmp_path, "side.png", remarks="turned 90 degrees"),
        entry(tmp_path, "fax.png", remarks="204x98 dpi fax, bilevel"),
        entry(tmp_path, "grain.png", remarks="low contrast, noise, uneven light"),
        entry(tmp_path, "lettre.png", language="fr"),
        entry(tmp_path, "till.png", doc_type="receipt"),
        entry(tmp_path, "born.pdf"),
    ]
    cases = groups.cases(entries, tmp_path, 1, lambda _: None)
    for group, name in {
        "scans": "plain.png", "skewed": "leaning.png", "turned": "side.png", "fax": "fax.png", "noisy": "grain.png",
        "languages": "lettre.png", "receipts": "till.png", "text_layer": "born.pdf",
    }.items():  # fmt: skip
        assert of(cases, group) == [name]


def test_a_scan_with_somebody_s_layer_is_a_group_of_its_own(tmp_path: Path) -> None:
    scan = Image.open(io.BytesIO(documents.scan_png([TRUTH])))
    pdf = pikepdf.open(io.BytesIO(documents.text_pdf([TRUTH])))
    page = pdf.pages[0]
    page.Resources.XObject = pikepdf.Dictionary(
        Scan=pikepdf.Stream(
            pdf, scan.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=scan.width,
            Height=scan.height, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
        )
    )  # fmt: skip
    page.contents_add(pdf.make_stream(b"q 612 0 0 792 0 0 cm /Scan Do Q"), prepend=True)
    pdf.save(tmp_path / "old.pdf")
    truth = tmp_path / "old.txt"
    truth.write_text(TRUTH)
    (case,) = groups.cases([Entry(tmp_path / "old.pdf", truth=truth)], tmp_path, 1, lambda _: None)
    assert case.group == "layer_over_scan"


def test_every_kind_of_bad_page_is_made_from_a_good_one(tmp_path: Path) -> None:
    made = [one for one in groups.cases([entry(tmp_path, "plain.png")], tmp_path, 3, lambda _: None) if one.made]
    assert {one.group for one in made} == {"skewed", "noisy", "turned", "low_resolution", "fax"}
    assert all(one.path.is_file() and one.truth == TRUTH for one in made)


def test_what_has_no_truth_or_no_pages_is_no_case(tmp_path: Path) -> None:
    good = entry(tmp_path, "plain.png")
    mail = tmp_path / "mail.eml"
    mail.write_text("From: somebody")
    entries = [Entry(good.path), Entry(mail, truth=good.truth)]
    assert groups.cases(entries, tmp_path, 3, lambda _: None) == []


@pytest.mark.parametrize(
    ("said", "pack"), [("", "eng"), ("en", "eng"), ("fr-CA", "fra"), ("DE", "deu"), ("nld", "nld")]
)
def test_languages_become_packs(said: str, pack: str) -> None:
    assert groups.pack(said) == pack
