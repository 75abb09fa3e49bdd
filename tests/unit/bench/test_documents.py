from pathlib import Path

import pytest

from bench.documents import TooFew, choose_scans, choose_single, listed, pages_of_kind
from processors.config import Limits
from tests import documents

HEAD = "path,media_type,pages,doc_type,expect\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two scans of type "a", one of type "b", a text layer, a text file and a damaged file."""
    scan = documents.scan_png(["RECEIPT", "Total 12.00"])
    for name in ("a1.png", "a2.png", "b1.png"):
        (tmp_path / name).write_bytes(scan)
    (tmp_path / "text.pdf").write_bytes(documents.text_pdf(["A page like any other, with words on it."], pages=1))
    (tmp_path / "note.txt").write_text("words")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    manifest = HEAD + "a2.png,image/png,1,a,\na1.png,image/png,1,a,\nb1.png,image/png,1,b,\n"
    manifest += "text.pdf,application/pdf,1,c,\nnote.txt,text/plain,1,d,\nbroken.pdf,application/pdf,1,e,reject\n"
    (tmp_path / "MANIFEST.csv").write_text(manifest)
    return tmp_path


def test_types_take_turns_and_what_is_odd_on_purpose_is_left_out(folder: Path) -> None:
    assert [path.name for path in listed(folder)] == ["a1.png", "b1.png", "text.pdf", "note.txt", "a2.png"]


@pytest.mark.parametrize(
    ("most", "names"), [(1, ["a1.png"]), (2, ["a1.png", "b1.png"]), (40, ["a1.png", "b1.png", "a2.png"])]
)
def test_scans_are_chosen_up_to_the_bound_and_always_the_same(folder: Path, most: int, names: list[str]) -> None:
    assert [one.path.name for one in choose_scans(folder, Limits(), most)] == names


def test_a_single_is_of_its_kind_by_content(folder: Path) -> None:
    assert choose_single(folder, Limits(), "text_layer").path.name == "text.pdf"
    assert choose_single(folder, Limits(), "scan").path.name == "a1.png"


def test_a_longer_document_is_of_no_kind(tmp_path: Path) -> None:
    long = tmp_path / "long.pdf"
    long.write_bytes(documents.text_pdf(["A page like any other, with words on it."], pages=3))
    assert pages_of_kind(long, Limits(), "text_layer", 2) == 0
    assert pages_of_kind(long, Limits(), "text_layer", 3) == 3


def test_a_folder_without_manifest_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TooFew, match="--documents"):
        listed(tmp_path)
