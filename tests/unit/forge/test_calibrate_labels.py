"""Labelled documents on pages made by hand: what is right, what would be released, and the bins."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from processors.config import SCHEMAS
from processors.document_types import load
from processors.forge import read_pages
from processors.forge.calibrate_labels import Read, Released, Value, fit, isotonic, main, measure, released
from processors.forge.evaluation.labelled import documents, share
from processors.pages import read_pages as records
from tests.unit.extract.made_pages import page

TYPES = SCHEMAS / "documents"
KINDS = load(TYPES)
INVOICE = "Invoice # 95065{n}\nAdvertiser Michael Bloomberg 2020, Inc\nGross Total ${n},625.00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twenty invoices; of each only two fields are known, and the number of every fifth is read wrong."""
    lines = []
    (tmp_path / "pages").mkdir()
    (tmp_path / "fcc").mkdir()
    for n in range(10, 30):
        fields = {"contract_num": f"95065{n}" if n % 5 else "1", "gross_amount": f"${n},625.00"}
        label = {"file": f"fcc/i-{n}.pdf", "doc_type": "fcc_political_ad_buy", "fields": fields, "label_source": {}}
        lines.append(json.dumps(label))
        (tmp_path / "pages" / f"i-{n}.jsonl").write_text(page(INVOICE.format(n=n)).to_json() + "\n")
    (tmp_path / "fcc" / "labels.jsonl").write_text("\n".join(lines))
    return tmp_path


def test_bins_rise_and_are_never_sure() -> None:
    samples = [(i / 100, i % 3 != 0 or i > 60) for i in range(100)]
    bins = isotonic(samples)
    precisions = [precision for _, precision in bins]
    assert precisions == sorted(precisions)
    assert 0 < precisions[0] <= precisions[-1] < 1


def test_values_of_one_confidence_stay_in_one_bin() -> None:
    assert isotonic([(0.9, n < 12) for n in range(20)]) == [(0.9, 0.5909)]


def test_a_field_without_label_is_not_scored_where_labels_are_not_complete(folder: Path) -> None:
    read = list(measure(documents(folder, folder / "pages", TYPES, uncapped=True)))
    keys = {value.key for document in read for value in document.values}
    assert keys == {"fcc_political_ad_buy/contract_num", "fcc_political_ad_buy/gross_amount"}
    wrong = [value for document in read for value in document.values if not value.right]
    assert [value.document for value in wrong] == ["i-10", "i-15", "i-20", "i-25"]


def test_no_document_is_judged_by_bins_that_it_helped_to_make() -> None:
    kind, key = KINDS["receipt"], "receipt/total"
    alone = Read("odd", "tune", kind, (Value("odd", key, 0.9, right=True),))
    fold = share("fold odd", 5)
    same_fold = [f"d{n}" for n in range(200) if share(f"fold d{n}", 5) == fold][:20]
    others = [Read(name, "tune", kind, (Value(name, key, 0.9, right=True),)) for name in same_fold]
    assert fit([alone, *others])  # together they make bins
    assert released([alone, *others])["receipt", "tune"].sure == 0  # but each fold is judged by the others: none


def test_a_document_is_spoilt_by_one_wrong_value() -> None:
    right, wrong = Value("d", "k", 0.9, right=True), Value("d", "k", 0.9, right=False)
    one = Released()
    one.add([(right, 0.95), (wrong, 0.95)], 0.9, valid=True)
    one.add([(right, 0.95), (wrong, 0.5)], 0.9, valid=True)
    one.add([(right, 0.95)], 0.9, valid=False, lacking=True)
    assert (one.read, one.sure, one.right, one.documents, one.whole, one.spoilt) == (5, 4, 3, 3, 1, 1)
    one.add([(right, 0.95)], 0.9, valid=True, lacking=True)
    assert (one.whole, one.lacking) == (2, 1)


def test_the_whole_command_tells_the_halves_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = folder / "bins.json"
    arguments = ["--documents", str(folder), "--pages", str(folder / "pages"), "--types", str(TYPES)]
    assert main([*arguments, "--output", str(output)]) == 0
    assert set(json.loads(output.read_text())) == {
        "fcc_political_ad_buy/contract_num",
        "fcc_political_ad_buy/gross_amount",
    }
    printed = capsys.readouterr().out
    assert "held-out" in printed
    assert "tune" in printed


def test_text_only_documents_are_laid_out_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "nda").mkdir()
    labels = [{"text_id": "a", "doc_type": "x"}, {"text_id": "b", "doc_type": "x", "file": "nda/b.pdf"}]
    (tmp_path / "nda" / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))
    texts = [{"text_id": one, "text": "first line\n" * 60} for one in "ab"]
    (tmp_path / "nda" / "text.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, texts)).encode()))
    (tmp_path / "MANIFEST.csv").write_text("path,sha256,media_type,pages,doc_type,truth_text\n")
    output = tmp_path / "out"
    assert read_pages.main(["--documents", str(tmp_path), "--output", str(output), "--text", "nda"]) == 0
    assert [file.name for file in output.glob("*.jsonl")] == ["nda-a.jsonl"]
    pages = list(records(output / "nda-a.jsonl"))
    assert [len(one.lines()) for one in pages] == [55, 5]
    assert pages[1].text().splitlines()[0] == "first line"
