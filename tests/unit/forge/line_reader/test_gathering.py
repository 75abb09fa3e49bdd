"""Strips and texts of labelled documents; those of the part `test` are not opened."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from processors.forge.line_reader import corpus, labelled, labelled_strips
from processors.forge.samples import split_of
from processors.ocr.lines.strips import HEIGHT
from processors.pages import Page, Word
from tests.unit.ocr.made_receipt import LINES, receipt

NAMES = [f"receipts-{number:03}" for number in range(8)]
LEARNED = [name for name in NAMES if split_of(name) != "test"]
LOCKED = [name for name in NAMES if split_of(name) == "test"]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A set with one picture that may be learned from; the locked ones have labels and no file at all."""
    folder = tmp_path / "documents" / "receipts"
    folder.mkdir(parents=True)
    receipt(24, 0, blur=0.5).image.save(folder / f"{LEARNED[0]}.png", dpi=(150, 150))
    lines = [part for line in LINES for part in line.split("|")]
    labels = [{"file": f"receipts/{LEARNED[0]}.png", "doc_type": "receipt", "fields": {}, "lines": lines}]
    labels += [
        {"file": f"receipts/{name}.png", "doc_type": "receipt", "fields": {}, "lines": [f"LOCKED {name}"]}
        for name in LOCKED
    ]
    write(folder / "labels.jsonl", labels)
    texts = [{"doc_type": "receipt", "fields": {}, "lines": [f"TEXT {number}"]} for number in range(12)]
    (folder / "more.jsonl.gz").write_bytes(gzip.compress("".join(f"{json.dumps(one)}\n" for one in texts).encode()))
    return tmp_path / "documents"


def write(file: Path, rows: Sequence[object]) -> None:
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def test_strips_are_cut_from_pictures_that_may_be_learned_from(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LOCKED
    monkeypatch.setattr("sys.argv", ["labelled", "--documents", str(documents), "--out", str(tmp_path)])
    labelled.main()
    strips = labelled_strips.load(tmp_path / labelled_strips.FILE)
    assert {one.document for one in strips} == {LEARNED[0]}
    assert {one.grey.shape[0] for one in strips} == {HEIGHT}
    whole = {one.text for one in strips}
    assert {"HARBOUR STATIONERS LTD", "TOTAL 40.62", "TOTAL", "40.62", "THANK YOU"} <= whole
    # A part of a strip is as much shorter as its text.
    widths = {one.text: one.grey.shape[1] for one in strips}
    assert widths["TOTAL"] < widths["TOTAL 40.62"] / 2


def test_texts_are_those_of_documents_that_may_be_learned_from(documents: Path, tmp_path: Path) -> None:
    taken = list(corpus.lines(documents, tmp_path / "none.npz"))
    expected = {f"TEXT {number}" for number in range(12) if split_of(f"receipts-text-{number:03}") != "test"}
    assert {line for line in taken if line.startswith("TEXT")} == expected and len(expected) < 12
    assert "THANK YOU" in taken and not any(line.startswith("LOCKED") for line in taken)


@pytest.mark.parametrize("command", [labelled, corpus])
def test_a_folder_without_transcribed_lines_is_named(
    command: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["command", "--documents", str(tmp_path), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit, match=f"{tmp_path}: no set has .*transcribed lines"):
        command.main()


def test_prose_is_taken_from_pages_of_other_documents(tmp_path: Path) -> None:
    for name in (*NAMES, "letters-1"):
        words = (Word(f"page-of-{name}", (0, 0, 9, 9), 1.0, 0, 0), Word("x", (0, 9, 9, 18), 1.0, 1, 0))
        page = Page(1, 600, 800, 1.0, "text_layer", "e", "eng", words)
        for folder, one in ((tmp_path, page), (tmp_path / "recognised", replace(page, source="ocr"))):
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.jsonl").write_text(one.to_json() + "\n", encoding="utf-8")
    taken = corpus.prose(tmp_path, LEARNED[:1])
    wanted = [name for name in (*LEARNED[1:], "letters-1") if split_of(name) != "test"]
    assert sorted(taken) == sorted(f"page-of-{name}" for name in wanted)
    # What was recognised may be misread: nobody should learn to read it so.
    assert corpus.prose(tmp_path / "recognised", ()) == []
