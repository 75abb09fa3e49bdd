from pathlib import Path

import pytest

from bench.documents import choose_scans, choose_single, pages_of_kind
from bench.manifest import TooFew
from tests import documents

HEAD = "path,media_type,pages,doc_type,expect\n"
LINE = "A page like any other, with words on it."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two scans of type "a", one of type "b", a text layer, a text file and a damaged file."""
    scan = documents.scan_png(["RECEIPT", "Total 12.00"])
    for name in ("a1.png", "a2.png", "b1.png"):
        (tmp_path / name).write_bytes(scan)
    (tmp_path / "text.pdf").write_bytes(documents.text_pdf([LINE], pages=1))
    (tmp_path / "note.txt").write_text("words")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    manifest = HEAD + "a2.png,image/png,1,a,\na1.png,image/png,1,a,\nb1.png,image/png,1,b,\n"
    manifest += "text.pdf,application/pdf,1,c,\nnote.txt,text/plain,1,d,\nbroken.pdf,application/pdf,1,e,\n"
    (tmp_path / "MANIFEST.csv").write_text(manifest)
    return tmp_path


@pytest.mark.parametrize(
    ("most", "names"), [(1, ["a1.png"]), (2, ["a1.png", "b1.png"]), (40, ["a1.png", "b1.png", "a2.png"])]
)
def test_scans_are_chosen_up_to_the_bound_and_always_the_same(folder: Path, most: int, names: list[str]) -> None:
    assert [one.path.name for one in choose_scans(folder, most)] == names


def test_a_single_is_of_its_kind_by_content(folder: Path) -> None:
    assert choose_single(folder, "text_layer").path.name == "text.pdf"
    assert choose_single(folder, "scan").path.name == "a1.png"


def test_a_longer_document_is_of_no_kind(tmp_path: Path) -> None:
    long = tmp_path / "long.pdf"
    long.write_bytes(documents.text_pdf([LINE], pages=3))
    assert pages_of_kind(long, "text_layer", 2) == 0
    assert pages_of_kind(long, "text_layer", 3) == 3


@pytest.mark.parametrize("name", ["note.txt", "broken.pdf"])
def test_what_has_no_pages_is_of_no_kind(folder: Path, name: str) -> None:
    assert pages_of_kind(folder / name, "scan", 40) == 0


def test_a_folder_without_scans_says_so(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.csv").write_text(HEAD)
    with pytest.raises(TooFew, match="No scanned document"):
        choose_scans(tmp_path, 40)
