"""A comparison finds what was changed, counts it where it belongs, and shows text to its agency alone."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from processors.batch.reprocess import tally
from processors.batch.reprocess.comparing import compare, last
from processors.batch.reprocess.differences import Side, differences
from processors.batch.reprocess.emitting import emit
from processors.batch.reprocess.manifest import Manifest
from tests.unit.batch.reprocess.office import DOUBT, Office, proven, unhurried


def side(values: dict[str, Any], confidence: float = 0.9) -> Side:
    return Side("result", "receipt", "1", values=values, evidence=proven(values, confidence))


def found(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    return {one.path: one.kind for one in differences(side(old), side(new))}


def test_every_value_of_either_side_is_told() -> None:
    old = {"total": "5", "date": "2026-01-01", "shop": None, "lines": [{"text": "a"}, {"text": "b"}]}
    new = {"total": "6", "date": None, "shop": "x", "lines": [{"text": "a"}]}
    assert found(old, new) == {
        "total": "changed",
        "date": "vanished",
        "shop": "appeared",
        "lines/0/text": "same",
        "lines/1/text": "vanished",
    }


@pytest.mark.parametrize(("old", "new", "kind"), [(1, True, "changed"), (0, False, "changed"), (5, 5, "same")])
def test_values_are_the_same_only_in_their_kind(old: object, new: object, kind: str) -> None:
    assert found({"a": old}, {"a": new}) == {"a": kind}


@pytest.mark.parametrize(("old", "new", "moved"), [(0.9, 0.95, 0.05), (0.9, 0.6, -0.3), (0.9, 0.93, 0.0)])
def test_a_confidence_moves_only_with_a_value_that_is_the_same(old: float, new: float, moved: float) -> None:
    (one,) = differences(side({"a": "x"}, old), side({"a": "x"}, new))
    assert one.moved == pytest.approx(moved)
    (one,) = differences(side({"a": "x"}, old), side({"a": "y"}, new))
    assert one.moved == 0


# Of a whole run


def reprocessed(office: Office) -> Manifest:
    """Ten documents of two agencies, with changes that are known."""
    for n in range(8):
        office.ended(str(n), {"total": f"{n}.00", "shop": f"secret shop {n}"})
    for n in range(2):
        office.ended(f"b{n}", {"total": "1.00"}, agency="beta", kind="permit")
    ids = sorted(office.read)
    alpha = [i for i in ids if "shop" in office.read[i]]
    changed, vanished, doubted = alpha[:3], alpha[3:5], alpha[5]

    def reread(document: str, values: Any) -> Any:
        if document in changed:
            return values | {"total": "<b>&"}
        if document in vanished:
            return {"total": values["total"], "tax": "0.19"}
        return values | {DOUBT: "?"} if document == doubted else values

    office.rereads, office.sure = reread, 0.7
    made = office.plan()
    for chunk in made.chunks:
        emit(office.doors, made, chunk, unhurried())
    office.work()
    return made


def test_a_seeded_change_is_found_and_nothing_else(office: Office) -> None:
    figures = compare(office.doors, reprocessed(office)).figures
    kinds = ("same", "changed", "appeared", "vanished", "surer", "less_sure")
    fields = {
        (one["agency"], one["type"], one["field"]): tuple(one[kind] for kind in kinds) for one in figures["fields"]
    }
    assert fields == {
        ("alpha", "receipt", "total"): (5, 3, 0, 0, 0, 5),
        ("alpha", "receipt", "shop"): (6, 0, 0, 2, 0, 6),
        ("alpha", "receipt", "tax"): (0, 0, 2, 0, 0, 0),
        ("alpha", "receipt", DOUBT): (0, 0, 1, 0, 0, 0),
        ("beta", "permit", "total"): (2, 0, 0, 0, 0, 2),
    }
    moved = {one["field"]: one["moved"] for one in figures["fields"] if one["agency"] == "alpha"}
    assert moved["total"] == pytest.approx(5 * -0.2)
    assert (figures["documents"], figures["differ"], figures["finished"]) == (10, 6, True)
    ends = {(one["agency"], one["old"], one["new"]): one["documents"] for one in figures["ends"]}
    assert ends == {
        ("alpha", "result", "result"): 7,
        ("alpha", "result", "review"): 1,
        ("beta", "result", "result"): 2,
    }
    engines = {(one["when"], one["engine"]) for one in figures["engines"] if one["stage"] == "extract"}
    assert engines == {("before", f"reader 1 {'a' * 12}"), ("now", f"reader 2 {'b' * 12}")}
    assert {(one["when"], one["version"]) for one in figures["type_versions"]} == {("before", "1"), ("now", "2")}


def read(office: Office, bucket: str, key: str) -> str:
    there = office.objects.info(bucket, key)
    assert there is not None, key
    return office.objects.read(there.ref).decode()


def test_text_of_documents_stands_in_its_agencys_report_alone(office: Office) -> None:
    made = reprocessed(office)
    compared = compare(office.doors, made)
    whole = [read(office, "work", f"reprocessings/re-one/report.{kind}") for kind in ("json", "html")]
    own = [read(office, "documents", f"alpha/reprocessings/re-one/report.{kind}") for kind in ("json", "html")]
    other = [read(office, "documents", f"beta/reprocessings/re-one/report.{kind}") for kind in ("json", "html")]
    for text in own:
        assert "secret shop" in text
    for text in (*whole, *other):
        assert "secret" not in text
        assert "0.19" not in text
    assert "alpha" not in "".join(other), "an agency is told nothing of another"
    assert "receipt" not in "".join(other)
    assert json.loads(other[0])["documents"] == 2
    assert "<b>" not in own[1], "what a document says is escaped"
    assert len(compared.pages) == 3
    assert last(office.doors, made) == compared.model_copy(update={"pages": (), "agencies": ()})


def test_there_is_no_last_report_before_the_first(office: Office) -> None:
    office.ended("a", {"total": 1})
    assert last(office.doors, office.plan()) is None


def test_a_page_is_whole_loads_nothing_and_tells_its_plots_in_words(office: Office) -> None:
    compare(office.doors, reprocessed(office))
    shown = read(office, "documents", "alpha/reprocessings/re-one/report.html")
    opened: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            names = dict(attrs)
            assert tag not in ("script", "link", "img", "iframe")
            if tag == "svg":
                opened.append(names["aria-label"])

    Reader().feed(shown)
    assert any("total: 5 same, 3 changed" in label for label in opened)
    assert any("result: 7 result, 1 review" in label for label in opened)


def test_what_was_left_out_and_what_has_no_end_yet_is_told(office: Office) -> None:
    gone = office.ended("a", {"total": 1})
    office.ended("b", {"total": 1})
    made = office.plan()
    office.objects.delete("work", f"ends/alpha/{gone}/live")
    emit(office.doors, made, made.chunks[0], unhurried())
    figures = compare(office.doors, made).figures
    assert figures["left_out"] == [{"agency": "alpha", "why": "its end is not in the store", "documents": 1}]
    assert figures["ends"] == [{"agency": "alpha", "old": "result", "new": "none", "documents": 1}]
    assert not figures["finished"]


def test_another_type_is_told_and_its_fields_are_not_compared() -> None:
    made = tally.Tally()
    made.add("alpha", "d", side({"total": 1}), Side("result", "permit", "1", values={"holder": "x"}))
    assert made.figures()["retyped"] == [{"agency": "alpha", "old": "receipt", "new": "permit", "documents": 1}]
    assert (made.figures()["fields"], made.figures()["differ"]) == ([], 1)


def test_a_few_examples_of_each_kind_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "EXAMPLES", 2)
    made = tally.Tally()
    for n in range(5):
        made.add("alpha", f"d{n}", side({"lines": ["x" * 999, "b"]}), side({"lines": ["y", "c", "d"]}))
    assert [(one.path, one.kind) for one in made.examples["alpha"]] == [
        ("lines/0", "changed"),
        ("lines/1", "changed"),
        ("lines/2", "appeared"),
        ("lines/2", "appeared"),
    ]
    assert len(made.examples["alpha"][0].untrusted_old) == 201
    (row,) = made.figures()["fields"]
    assert (row["field"], row["changed"], row["appeared"]) == ("lines/*", 10, 5)
    assert json.dumps(made.figures())
