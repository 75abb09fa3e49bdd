"""What people see on a screen of 80 columns, and of more."""

import io
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from processors import config
from processors.commands.demo_tables import Outcome, outcomes_table
from processors.commands.describing import head, meaning, path_table
from processors.commands.doubts import Doubt, doubts_of, told
from processors.commands.fields_table import Shown, doubts_table, fields_table
from processors.commands.samples import Sample
from processors.commands.screen import counted, short
from processors.commands.sending import Sent
from processors.commands.submit_table import submit_table
from processors.document_types import load
from processors.errors import StageFailed
from processors.events import Evidence, ReviewRequested
from processors.record.entry import Entry
from processors.record.ledger import Ledger
from tests.unit.record import makers as m

LONG = "the-very-long-name-of-a-file-that-nobody-shortened-{}.pdf"


def drawn(what: RenderableType, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    return lines


def proof(confidence: float) -> Evidence:
    return Evidence(page=1, boxes=((1, 1, 2, 2),), text="Edelman", verdict="verbatim", confidence=confidence)


UNSURE = Shown(
    {"type": "chancery.review.requested.v1", "data": {}},
    {"registrant_name": "Edelman", "date": "2021-04-03", "signatory": None},
    {"registrant_name": proof(0.61), "date": proof(0.95)},
    {},
    (Doubt("confidence_low", "registrant_name", 0.61, 0.9), Doubt("required_missing", "signatory")),
)


@pytest.fixture
def known(ledger: Ledger) -> dict[str, Entry]:
    low = m.review("review").model_copy(update={"reason": "confidence_low", "type": "fara_dissemination"})
    for data in (m.result("result"), low, m.quarantine("quarantine"), m.dead_letter("dead")):
        ledger.apply(m.event(data, 5))
    return ledger.entries(m.identity(name) for name in ("result", "review", "quarantine", "dead"))


def sent(known: dict[str, Entry]) -> list[Sent]:
    return [Sent(LONG.format(number), "k", one) for number, one in enumerate(known)]


def test_a_narrow_table_of_a_submission_shortens_the_name_and_never_the_answer(known: dict[str, Entry]) -> None:
    given = [*sent(known), Sent("x.pdf", "k", problem="dependency_unavailable")]
    lines = drawn(submit_table(given, known, 80), 80)
    assert len(lines) == 1 + len(given)
    for line, one in zip(lines[1:], known.values(), strict=False):
        assert one.id[:12] in line and one.state.value in line and one.reason in line
    assert "dependency_unavailable" in lines[-1]
    assert "the-" in lines[1] and ".pdf" in lines[1] and "…" in lines[1]


def test_the_stage_shows_only_on_the_way(known: dict[str, Entry], ledger: Ledger) -> None:
    assert "stage" not in drawn(submit_table(sent(known), known, 80), 80)[0]
    ledger.apply(m.way("new")[0])
    on_the_way = known | ledger.entries([m.identity("new")])
    lines = drawn(submit_table(sent(on_the_way), on_the_way, 80), 80)
    assert "stage" in lines[0] and " ocr " in "".join(lines) and "confidence_low" in "".join(lines)


def test_a_problem_in_words_wraps(known: dict[str, Entry]) -> None:
    problem = "its name is not UTF-8; give it another with --name"
    lines = drawn(submit_table([*sent(known), Sent("x", "k", problem=problem)], known, 80), 80)
    assert " ".join(line[-26:].strip() for line in lines[-2:]).endswith("give it another with --name")


def test_a_path_fits_80_columns(ledger: Ledger) -> None:
    for event in m.way():
        ledger.apply(event)
    steps = ledger.path(m.identity("a"))
    narrow, wide = drawn(path_table(steps, 80), 80), drawn(path_table(steps, 120), 120)
    assert len(narrow) == len(wide) == 2 + len(steps)
    assert "12:00:03  " in narrow[5] and "tesserocr 5.5.4" in narrow[5] and "model" not in narrow[1]
    assert "12:00:03.000" in wide[5] and "code" in wide[1]


@pytest.mark.parametrize("width", [80, 120, 160])
def test_the_demo_tells_both_confidences_and_why_a_person_must_look(known: dict[str, Entry], width: int) -> None:
    outcomes = [
        Outcome(Sample(Path(one.file), "justice", "", ""), one, known[one.document_id], UNSURE)
        for one in sent(known)
        if known[one.document_id].state == "review"
    ]
    text = "\n".join(drawn(outcomes_table(outcomes, width), width))
    for word in ("review", "0.61", "confidence_low", "values", "fara_dissemination"):
        assert word in text
    assert ("type" in text and "0.40" in text) is (width >= 120)


def test_a_reason_speaks() -> None:
    assert told(UNSURE.doubts[:1], "confidence_low") == "confidence_low (registrant_name 0.61 < 0.90)"
    assert told(UNSURE.doubts, "confidence_low") == "confidence_low (registrant_name 0.61 < 0.90) +1"
    assert told((Doubt("confidence_low", "", 0.7, 0.9),), "confidence_low") == "confidence_low (type 0.70 < 0.90)"
    assert told((Doubt("confidence_low", "a", 0.7),), "confidence_low") == "confidence_low (a 0.70)"
    assert told((Doubt("required_missing", "a"),), "required_missing") == "required_missing (a)"
    assert told((Doubt("nothing_found", ""),), "nothing_found") == "nothing_found"
    assert told((), "encrypted") == "encrypted"


def test_the_lowest_of_several_is_named() -> None:
    low, lower = Doubt("confidence_low", "a", 0.8, 0.9), Doubt("confidence_low", "b", 0.6, 0.9)
    assert "(b 0.60 < 0.90) +1" in told((low, lower), "confidence_low")


def test_fields_in_doubt_are_marked_and_explained() -> None:
    fields = drawn(fields_table(UNSURE), 80)
    assert [line for line in fields if "registrant_name" in line and "! 0.61" in line]
    assert [line for line in fields if "signatory" in line and "!" in line]
    assert not [line for line in fields if "2021-04-03" in line and "!" in line]
    doubts = " ".join(" ".join(drawn(doubts_table(UNSURE), 80)).split())
    for word in ("0.61 < 0.90", "confidence_low", "A required value was not found"):
        assert word in doubts


def test_values_confidence_is_the_lowest() -> None:
    assert UNSURE.confidence == 0.61
    assert Shown(None, {"a": None}, {}, {}).confidence is None


def test_head_says_why_and_counts_pages(known: dict[str, Entry]) -> None:
    lines = {one.state.value: "\n".join(drawn(head(one), 80)) for one in known.values()}
    assert "2 pages" in lines["result"] and "why" not in lines["result"]
    assert "page" not in lines["quarantined"] and "The file needs a password." in lines["quarantined"]
    assert meaning("stage_failed") == StageFailed.__doc__ and meaning("unheard_of") == ""


@pytest.mark.parametrize(("number", "text"), [(0, "0 pages"), (1, "1 page"), (1200, "1,200 pages")])
def test_a_number_with_its_noun(number: int, text: str) -> None:
    assert counted(number, "page") == text


@pytest.mark.parametrize("name", ["short.pdf", "a" * 99, "文" * 50 + ".pdf", "\u202e" * 9])
@pytest.mark.parametrize("width", [1, 2, 9, 12, 33])
def test_a_name_in_so_many_columns(name: str, width: int) -> None:
    assert cell_len(short(name, width)) <= width
    assert short("b" * 60 + "-7.pdf", 20).endswith("-7.pdf")


def test_the_threshold_is_that_of_the_type_in_this_version() -> None:
    settings = config.load()
    known = load(settings.document_types)["nda_contract"]
    data = {"type": known.name, "type_version": known.version, "type_confidence": 0.5}
    reasons = [["confidence_low", "party/0"], ["confidence_low", ""], ["required_missing", "date"]]
    reasons += [["rule_failed", "term"], ["rule_failed", "date"]]
    failed = [{"name": "a_rule", "paths": ["term"]}, {"name": "another", "paths": ["date", "term"]}]
    event = {"type": ReviewRequested.TYPE, "data": data | {"reasons": reasons, "failed_rules": failed}}
    evidence = {"party/0": proof(0.61)}
    assert doubts_of(event, evidence, settings) == (
        Doubt("confidence_low", "party/0", 0.61, known.threshold),
        Doubt("confidence_low", "", 0.5, known.threshold),
        Doubt("required_missing", "date"),
        Doubt("rule_failed", "term", rule="a_rule, another"),
        Doubt("rule_failed", "date", rule="another"),
    )
    event["data"] = data | {"reasons": reasons, "type_version": "0"}
    assert doubts_of(event, evidence, settings)[0].threshold is None
    event["data"] = data | {"reasons": [["type_unknown", ""]], "type": "unknown"}
    assert doubts_of(event, {}, settings) == (Doubt("type_unknown", "", 0.5),)
    assert doubts_of({"type": "x", "data": {}}, {}, settings) == doubts_of(None, {}, settings) == ()
