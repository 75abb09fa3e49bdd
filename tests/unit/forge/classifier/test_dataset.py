from __future__ import annotations

from pathlib import Path

import pytest

from processors.config import PACKAGE, SCHEMAS
from processors.forge.classifier.dataset import (
    Example,
    TypeMap,
    read_documents,
    read_text_folder,
    read_type_map,
    with_types,
)
from tests.unit.forge.made_documents import write_documents, write_types

FORGE = PACKAGE / "forge" / "classifier"


@pytest.fixture
def found(tmp_path: Path) -> list[Example]:
    return list(read_documents(write_documents(tmp_path)))


def test_files_and_text_sets_are_read(found: list[Example]) -> None:
    assert len([example for example in found if example.text]) == 4 * 6 + 2


def test_a_format_that_nobody_reads_is_left_out_unless_its_text_is_known(found: list[Example]) -> None:
    assert "docs/sheet.xlsx" not in {example.document for example in found}


def test_a_pdf_is_read_from_its_file_not_from_a_text_beside_it(found: list[Example]) -> None:
    (pdf,) = (example for example in found if example.media_type == "application/pdf")
    assert pdf.path is not None
    assert pdf.text == ""


def test_text_sets_take_labels_from_beside_or_from_the_line(found: list[Example]) -> None:
    by_id, by_line = found[-2:]
    assert (by_id.document, by_id.label, by_id.text) == ("more/t0", "receipt", "cash\u2028total")
    assert (by_line.label, by_line.text) == ("receipt", "cash\nchange")


def test_a_text_that_names_its_file_counts_as_the_same_document(tmp_path: Path) -> None:
    folder = write_documents(tmp_path)
    (folder / "more" / "labels.jsonl").write_text(
        '{"text_id": "t0", "doc_type": "receipt", "file": "docs/x.pdf"}\n'
    )
    assert "docs/x.pdf" in {example.document for example in read_documents(folder)}


def test_labels_become_types_by_schema_files_and_the_map(tmp_path: Path) -> None:
    types = read_type_map(FORGE / "type_map.yaml", write_types(tmp_path / "types"))
    labels = ("receipt", "email", "newspaper", "odd")
    assert [types.type_of(label) for label in labels] == ["receipt", "letter", "other", ""]


def test_what_is_left_out_is_gone() -> None:
    types = TypeMap(frozenset({"a"}), {}, frozenset({"b"}), "rest")
    typed = with_types([Example("1", "a"), Example("2", "b"), Example("3", "c")], types)
    assert [(example.document, example.type) for example in typed] == [("1", "a"), ("3", "rest")]


def test_every_shipped_example_is_of_a_shipped_type() -> None:
    types = read_type_map(FORGE / "type_map.yaml", SCHEMAS / "documents")
    examples = list(read_text_folder(FORGE / "examples"))
    assert len(examples) >= 20
    assert {types.type_of(example.label) for example in examples} <= types.own
