from pathlib import Path

import pytest

from bench import manifest
from bench.manifest import TooFew


def folder_with(tmp_path: Path, table: str, *names: str) -> Path:
    for name in names:
        (tmp_path / name).write_bytes(b"content")
    (tmp_path / "MANIFEST.csv").write_text(table, encoding="utf-8")
    return tmp_path


def test_a_folder_without_manifest_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TooFew, match="--documents"):
        manifest.read(tmp_path)


def test_a_table_without_paths_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TooFew, match="path"):
        manifest.read(folder_with(tmp_path, "name,pages\na.png,1\n"))


def test_the_path_alone_is_enough(tmp_path: Path) -> None:
    (entry,) = manifest.read(folder_with(tmp_path, "path\na.png\n", "a.png"))
    assert (entry.path.name, entry.doc_type, entry.language, entry.truth, entry.text()) == (
        "a.png",
        "",
        "",
        None,
        "",
    )


def test_a_byte_order_mark_and_short_and_long_rows_do_no_harm(tmp_path: Path) -> None:
    table = "\ufeffpath,doc_type,language\na.png\nb.png,letter,FR,more,and more\n"
    found = manifest.read(folder_with(tmp_path, table, "a.png", "b.png"))
    assert [(one.path.name, one.doc_type, one.language) for one in found] == [
        ("a.png", "", ""),
        ("b.png", "letter", "fr"),
    ]


def test_files_that_are_missing_or_odd_on_purpose_are_left_out(tmp_path: Path) -> None:
    table = "path,doc_type,expect\ngone.png,a,\nbad.pdf,a,reject\nodd.pdf,odd,\nfine.pdf,a,ok\ngood.png,a,\n"
    found = manifest.read(folder_with(tmp_path, table, "bad.pdf", "odd.pdf", "fine.pdf", "good.png"))
    assert [one.path.name for one in found] == ["fine.pdf", "good.png"]


def test_types_take_turns(tmp_path: Path) -> None:
    names = ["a1", "a2", "b1"]
    table = "path,doc_type\na2,a\na1,a\nb1,b\n"
    assert [one.path.name for one in manifest.read(folder_with(tmp_path, table, *names))] == ["a1", "b1", "a2"]


def test_truth_and_remarks_are_read(tmp_path: Path) -> None:
    table = "path,truth_text,transform,notes\na.png,a.txt,Skewed 2 degrees,odd paper\nb.png,gone.txt,none,\n"
    folder = folder_with(tmp_path, table, "a.png", "b.png")
    (tmp_path / "a.txt").write_bytes("Stra\u00dfe ".encode() + b"\xff")
    one, other = manifest.read(folder)
    assert one.text() == "Stra\u00dfe \ufffd"
    assert one.remarks == "odd paper skewed 2 degrees"
    assert other.truth is None
