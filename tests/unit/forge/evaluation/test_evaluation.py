"""A dataset of made invoices, read, judged and reported."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from processors.config import PACKAGE, SCHEMAS
from processors.document_types import load
from processors.events import Evidence
from processors.fields import Fields
from processors.forge.evaluation import evaluate, figures, report, reporting
from processors.forge.evaluation.__main__ import main
from processors.forge.evaluation.judging import judge
from processors.forge.evaluation.labelled import Labelled
from processors.forge.evaluation.lineage import trained_on
from processors.forge.evaluation.pictures import crop
from processors.forge.evaluation.schema import fits
from processors.forge.samples import Sample, write_samples
from tests.unit.extract.made_pages import page

KINDS = load(SCHEMAS / "documents")
FCC = KINDS["fcc_political_ad_buy"]
INVOICE = "Invoice # 95065{n}\nAdvertiser <Road & Future>\nGross Total ${n},625.00"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Twenty invoices in "dev", of each the number of every fifth labelled otherwise; one in "test"."""
    folder = tmp_path / "dataset"
    (folder / "pages").mkdir(parents=True)
    samples = []
    for n in range(10, 31):
        labels = {"contract_num": f"95065{n}" if n % 5 else "1", "gross_amount": f"${n},625.00"}
        split = "test" if n == 30 else "dev"
        sample = Sample(f"i-{n}", FCC.name, split, labels, complete=False)  # type: ignore[arg-type]
        sample.pages(folder).write_text(page(INVOICE.format(n=n)).to_json() + "\n")
        samples.append(sample)
    samples.append(Sample("x", "other-kind", "dev"))
    write_samples(folder, samples)
    return folder


def labelled(labels: dict[str, object], values: dict[str, object], proofs: dict[str, Evidence]) -> Labelled:
    fields = Fields(type=FCC.name, type_version=FCC.version, values=values, evidence=proofs, engine="made")
    return Labelled("d", FCC, labels, fields, month_only=False, complete=False)


def test_figures_for_the_gate(dataset: Path) -> None:
    result = evaluate(PACKAGE / "models", dataset, "dev", PACKAGE / "models", types=KINDS)
    one = result["types"][FCC.name]
    assert one["documents"] == 20
    assert one["fields"]["contract_num"]["right"] == 16
    assert one["fields"]["gross_amount"]["right"] == 20
    assert one["micro_f1"]["value"] == pytest.approx(36 / 40)
    assert one["micro_f1"]["low"] < 0.9 < one["micro_f1"]["high"]
    assert one["micro_f1_legible"]["value"] == 1.0  # a number that stands nowhere is not legible
    assert one["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert one["ungrounded"] == one["released"]["ungrounded"] == 0
    assert one["schema_valid"] == 1.0
    assert 0 <= one["coverage"] <= 1
    assert 0 <= one["ece"] <= 1
    assert "review" in one["review"]["sentence"]
    assert [w["document"] for w in result["worst"]] == ["i-10", "i-15", "i-20", "i-25"]
    json.dumps(result)


def test_another_part_has_other_documents_and_an_empty_one_is_refused(dataset: Path) -> None:
    assert evaluate(PACKAGE / "models", dataset, "test", types=KINDS)["all"]["documents"] == 1
    with pytest.raises(ValueError, match='"train" holds no document'):
        evaluate(PACKAGE / "models", dataset, "train", types=KINDS)


def test_an_invented_value_is_counted_as_ungrounded() -> None:
    one = page("Invoice # 9506510")
    proof = Evidence(page=1, boxes=(one.words[2].box,), text="9506510", verdict="verbatim", confidence=0.99)
    good = judge(labelled({"contract_num": "9506510"}, {"contract_num": "9506510"}, {"contract_num": proof}), [one])
    bad = judge(labelled({"contract_num": "9506511"}, {"contract_num": "9506511"}, {"contract_num": proof}), [one])
    assert figures.released([good, bad])["ungrounded"] == 1
    assert figures.released([good, bad])["released"] == {
        "values": 2,
        "of": 2,
        "labelled": 2,
        "wrong": 0,
        "precision": 1.0,
        "wrong_at_most": pytest.approx(0.575, abs=0.001),
        "ungrounded": 1,
    }


def test_a_label_that_the_type_has_no_field_for_is_one_missed() -> None:
    one = judge(labelled({"contract_num": "1", "agency": "ACME"}, {"contract_num": None}, {}), [page("nothing")])
    assert one.counts["typed"]["agency"].labelled == 1
    assert figures.counts([one])[0].labelled == 2
    assert one.lacking


def test_what_another_recognition_read_is_legible() -> None:
    document = labelled({"contract_num": "77"}, {}, {})
    assert judge(document, [page("nothing")]).legible == frozenset()
    assert judge(document, [page("nothing")], {"contract_num": True}).legible == {"contract_num"}


def test_the_form_of_values_is_judged_but_not_their_absence() -> None:
    schema = KINDS["nda_contract"].schema
    assert fits({"party": ["One Inc."], "jurisdiction": None, "effective_date": "2017-02-10"}, schema)
    assert not fits({"party": [], "effective_date": "2017-02-30"}, schema)
    assert not fits({"party": ["A Inc.", "B Inc."], "surprise": 1}, schema)


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            assert given["alt"] and str(given["src"]).startswith("data:image/png;base64,")
        if tag == "svg":
            assert given["role"] == "img" and given["aria-label"]
        assert not any(name.startswith("on") for name in given)


def test_the_report_can_be_read_by_all_and_runs_nothing(dataset: Path, tmp_path: Path) -> None:
    result = evaluate(PACKAGE / "models", dataset, "dev", types=KINDS)
    result["worst"][0]["labels"] = ["<script>alert(1)</script>"]
    text = report(result)
    checker = _Checker()
    checker.feed(text)
    assert "script" not in checker.tags and "link" not in checker.tags
    assert "&lt;script&gt;" in text
    assert checker.tags.count("table") == checker.tags.count("caption")
    assert checker.tags.count("img") == 4
    assert checker.headings[0] == 1 and checker.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(checker.headings, checker.headings[1:], strict=False))
    assert 'lang="en"' in text
    place = tmp_path / "out" / "report.html"
    reporting.write(result, place, about={"documents": "20"})
    beside = json.loads(place.with_suffix(".json").read_text())
    assert beside["all"]["documents"] == 20
    assert "picture" not in beside["worst"][0]


def test_the_command_writes_the_report(dataset: Path, tmp_path: Path) -> None:
    import typer

    app = typer.Typer()
    app.command()(main)
    out = tmp_path / "r.html"
    done = CliRunner().invoke(app, ["--dataset", str(dataset), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert FCC.name[:16] in done.output  # a narrow screen cuts the name
    assert "<h1>" in out.read_text()
    assert CliRunner().invoke(app, ["--dataset", str(dataset), "--out", str(out), "--split", "all"]).exit_code == 2


def test_pictures_come_from_the_original_where_it_is_there(tmp_path: Path) -> None:
    one = page("total 9.00")
    drawn = crop(one, [one.words[1].box], None)
    Image.new("RGB", (1224, 1584), "black").save(tmp_path / "scan.png")
    seen = crop(one, [one.words[1].box], tmp_path / "scan.png")
    (tmp_path / "notes.txt").write_text("no picture")
    assert drawn.startswith("data:image/png;base64,") and seen.startswith("data:image/png;base64,")
    assert seen != drawn == crop(one, [one.words[1].box], tmp_path / "notes.txt")


def test_lineage_is_every_digest_that_a_model_names(tmp_path: Path) -> None:
    assert trained_on(tmp_path) is None
    (tmp_path / "encoder").mkdir()
    content = {"documents": [{"name": "a", "sha256": "a" * 64}, "b" * 64], "seed": 7}
    (tmp_path / "encoder" / "trained_on.json").write_text(json.dumps(content))
    assert trained_on(tmp_path) == frozenset({"a" * 64, "b" * 64})
