"""Examples out of packed documents: whatever is changed, the right answer stands in its window."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from processors.extract.language.grammar import grammar
from processors.forge.language import cut_documents
from processors.forge.language.cut_documents import Source
from processors.forge.language.packed_documents import Packed, read, write
from processors.forge.language.packing import pack
from processors.forge.samples import Sample, write_samples
from tests.unit.extract.language.tiny import TYPES
from tests.unit.extract.language.walks import accepts
from tests.unit.extract.made_pages import page

RECEIPT = "ACME TRADNG SDN BHD\n12 Jalan Besar\nDate: 03/04/2019  Time: 10:30\nNo 4711-0815\nTotal:  RM 5,625.00"
CONTRACT = "Agreement between Nike, Inc. and Eric Dean Sprunk\nunder the laws of Oregon\n"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    pages = {"r": [page(RECEIPT)], "n": [page(CONTRACT), page("signed at last", 2)], "t": [page(RECEIPT)]}
    for name, some in pages.items():
        (tmp_path / "pages" / f"{name}.jsonl").write_text("".join(one.to_json() + "\n" for one in some))
    labels = {"company": "Acme Trading Sdn Bhd", "date": "2019-04-03", "total": "5625.00"}
    write_samples(
        tmp_path,
        [
            Sample("r", "receipt", "train", labels),
            Sample("n", "nda_contract", "train", {"party": ["Nike_Inc.", "Eric_Dean_Sprunk"], "term": ["9 years"]}),
            Sample("t", "receipt", "test", labels),
        ],
    )
    return tmp_path


def test_labels_are_packed_as_pages_print_them_and_test_documents_are_not(dataset: Path, tmp_path: Path) -> None:
    file = tmp_path / "documents.jsonl.xz"
    assert write(pack(dataset, TYPES), file) == 2
    receipt, contract = read(file)
    # misread letters are still the label's place; a field without a label is known to be empty
    assert receipt.fields["company"] == [["ACME TRADNG SDN BHD"]]
    assert receipt.fields["address"] == []
    assert receipt.fields["date"] == [["03/04/2019"]]
    assert contract.fields["party"] == [["Nike, Inc."], ["Eric Dean Sprunk"]]
    # a label that no words say is not asked for
    assert "term" not in contract.fields
    assert contract.pages[1] == ["signed at last"]


def test_another_file_is_refused(tmp_path: Path) -> None:
    import lzma

    file = tmp_path / "documents.jsonl.xz"
    with lzma.open(file, "wt") as out:
        out.write('{"other": 1}\n')
    with pytest.raises(ValueError, match="pack the dataset anew"):
        read(file)


@pytest.fixture
def source(dataset: Path) -> Source:
    return Source.of(list(pack(dataset, TYPES)), {name: one for name, one in TYPES.items() if one.fields})


def test_each_answer_stands_in_its_window_and_the_grammar_lets_it_be_said(source: Source) -> None:
    random, said = Random(1), Counter[bool]()
    for _ in range(150):
        made = source.example(random, random.choice((12, 60)))
        for value in json.loads(made.answer).values():
            for text in [value] if isinstance(value, str) else value or []:
                said[True] += 1
                assert made.window.places(text)
            said[False] += not value
        assert accepts(grammar(made.shape, made.window), made.answer) or "RM" in made.answer
    assert min(said.values()) > 50


def test_values_change_from_example_to_example(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def dates() -> set[str]:
        random = Random(2)
        found = (json.loads(source.example(random, 60).answer).get("date") for _ in range(60))
        return {one for one in found if one}

    assert len(dates()) > 8
    monkeypatch.setattr(cut_documents, "_CHANGED", 0.0)
    assert dates() == {"03/04/2019"}


def test_the_same_dice_give_the_same_example(source: Source) -> None:
    assert source.example(Random(5), 60).messages == source.example(Random(5), 60).messages


def test_a_value_over_two_lines_stays_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut_documents, "_spoil", lambda *_: None)
    packed = Packed("receipt", [["ACME", "12 Jalan Besar,", "Kuala Lumpur (Malaya)", "Total 5.00"]], {})
    packed.fields["address"] = [["12 Jalan Besar, Kuala Lumpur"]]
    one = Source.of([packed], {"receipt": TYPES["receipt"]})
    random = Random(3)
    for _ in range(40):
        made = one.example(random, 60)
        lines = next(lines for _, lines in made.window.lines())
        address = json.loads(made.answer)["address"]
        if lines[0] == "ACME" and address:
            assert lines[-1].startswith("Total") and any("(Malaya)" in line for line in lines)
