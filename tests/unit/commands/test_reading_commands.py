"""`status`, `show`, `results`, `types`, `doctor`."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from processors.commands import results
from processors.commands.exits import Exit
from processors.config import SCHEMAS
from processors.events import DocumentId, Original
from processors.local import doctor
from processors.local import stack as local_stack
from processors.record.ledger import Ledger
from tests.unit.commands.conftest import Pipeline, chancery, file
from tests.unit.record import makers as m

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture
def documents(tmp_path: Path) -> dict[str, str]:
    """One document of each end, by the first word of its name."""
    names = ["result-1.pdf", "review-1.pdf", "quarantine-1.pdf", "slow-1.pdf"]
    done = chancery("submit", *(file(tmp_path, name) for name in names), "--agency", "justice", "--json")
    return {
        name: json.loads(text)["document_id"] for name, text in zip(names, done.stdout.splitlines(), strict=True)
    }


def test_status_of_nothing_says_what_to_do() -> None:
    done = chancery("status")
    assert done.exit_code == 0
    assert "chancery submit" in done.stdout


def test_status_counts(documents: dict[str, str], ledger: Ledger) -> None:
    ledger.apply(m.event(m.dead_letter(None), 0))
    counted = json.loads(chancery("status", "--json").stdout)
    assert [(c["agency"], c["state"], c["stage"], c["documents"]) for c in counted["counts"]] == [
        ("justice", "arrived", "ocr", 1),
        ("justice", "quarantined", "intake", 1),
        ("justice", "review", "publish", 1),
        ("justice", "result", "publish", 1),
    ]
    assert counted["counts"][0]["age_seconds"] is not None
    assert counted["unreadable"] == 1
    told = chancery("status").stdout
    assert "4 documents, 1 on their way" in told and "1 record could not be read" in told


def test_status_of_a_document_by_the_beginning_of_its_id(documents: dict[str, str]) -> None:
    whole = documents["quarantine-1.pdf"]
    told = json.loads(chancery("status", whole[:10], "--json").stdout)
    assert told["document"]["id"] == whole
    assert told["document"]["reason"] == "encrypted"
    assert "state_order" not in told["document"]
    assert [step["stage"] for step in told["path"]] == ["intake"]
    assert "document.quarantined" in chancery("status", whole).stdout


def test_status_tells_what_a_document_encloses_and_what_encloses_it(
    documents: dict[str, str], ledger: Ledger
) -> None:
    outer = documents["result-1.pdf"]
    original = Original(bucket="documents", key="justice/x/enclosed/00001", name="plan.pdf", version_id="v", size=1)
    inner = DocumentId(id="e" * 32, agency="justice", parent=outer, depth=1, original=original)
    ledger.apply(m.event(m.quarantine().model_copy(update={"document": inner}), 6, part="inner"))
    told = chancery("status", outer).stdout
    assert "encloses" in told and "plan.pdf" in told and "quarantined" in told
    assert json.loads(chancery("status", outer, "--json").stdout)["encloses"] == [inner.id]
    told = chancery("status", inner.id).stdout
    assert f"enclosed in  {outer}" in told and "encloses" not in told


@pytest.mark.parametrize("command", ["status", "show"])
def test_an_unknown_document_is_not_found(command: str) -> None:
    done = chancery(command, "\u202eabc")
    assert done.exit_code == Exit.NOT_FOUND
    assert "\u202e" not in done.stderr and "chancery status" in done.stderr


@pytest.mark.parametrize("command", ["status", "show"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_id_is_usage(documents: dict[str, str], command: str, empty: str) -> None:
    assert chancery(command, empty).exit_code == Exit.USAGE


def test_show_tells_each_value_with_its_proof(documents: dict[str, str]) -> None:
    done = chancery("show", documents["result-1.pdf"])
    assert done.exit_code == 0, done.output
    for word in ("party/0", "Acme Inc.", "ACME Inc.", "normalised", "0.90", "documents/k", "result.released.v1"):
        assert word in done.stdout
    told = json.loads(chancery("show", documents["result-1.pdf"], "--json").stdout)
    assert told["fields"] == {"party": ["Acme Inc."]}
    assert told["evidence"]["party/0"]["page"] == 1
    assert told["event"]["data"]["document"]["id"] == documents["result-1.pdf"]


def test_show_of_a_document_without_fields(documents: dict[str, str]) -> None:
    told = json.loads(chancery("show", documents["review-1.pdf"], "--json").stdout)
    assert (told["event"], told["fields"]) == (None, {})


def test_results_are_whole_events(documents: dict[str, str]) -> None:
    done = chancery("results", "--agency", "justice", "--json")
    assert [json.loads(text)["data"]["type"] for text in done.stdout.splitlines()] == ["nda_contract"]
    assert "party/0=Acme Inc." in chancery("results", "--agency", "justice").stdout


def test_results_of_a_type_or_of_another_agency(documents: dict[str, str]) -> None:
    assert chancery("results", "--agency", "justice", "--type", "letter", "--json").stdout == ""
    assert chancery("results", "--agency", "revenue", "--json").stdout == ""


def test_results_of_nobody_and_of_no_type(documents: dict[str, str], objects: Pipeline) -> None:
    objects.missing.add("inbox-nosuch")
    for arguments, told in (
        (("--agency", "nosuch"), "no agency 'nosuch'"),
        (("--agency", "justice", "--type", "nda_contrat"), "did you mean 'nda_contract'?"),
        (("--agency", "justice", "--type", "zzz"), "chancery types"),
    ):
        done = chancery("results", *arguments, "--json")
        assert (done.exit_code, done.stdout) == (Exit.NOT_FOUND, "")
        assert told in done.stderr


def test_results_on_a_terminal_are_columns_within_its_width(
    documents: dict[str, str], objects: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = m.result
    many = {"party": [f"Party number {number} 文" for number in range(30)]}
    monkeypatch.setattr(m, "result", lambda: plain(fields=many))
    objects.put("inbox-justice", "result-" + "x" * 90 + ".pdf", b"x", "")
    monkeypatch.setattr(m, "result", lambda: plain(fields={"party": []}))
    objects.put("inbox-justice", "result-none", b"x", "")
    monkeypatch.setattr(results, "out", lambda: Console(force_terminal=True, width=80))
    rows = chancery("results", "--agency", "justice").stdout.splitlines()
    assert rows[0].split() == ["document", "type", "file", "fields"]
    assert len(rows) == 4
    assert max(map(cell_len, rows)) <= 80
    assert all(row == row.rstrip() for row in rows)
    assert [row for row in rows if "party/0=Party number 0" in row and row.endswith("…")]
    assert [row for row in rows if row.endswith("result-none")]


def test_results_in_a_pipe_have_no_heading(documents: dict[str, str]) -> None:
    rows = chancery("results", "--agency", "justice").stdout.splitlines()
    assert len(rows) == 1
    assert rows[0].split("  ") == [
        documents["result-1.pdf"][:12],
        "nda_contract",
        "result-1.pdf",
        "party/0=Acme Inc.",
    ]


def test_follow_prints_each_result_once_and_stops_on_ctrl_c(
    documents: dict[str, str], objects: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter(("result-2", "", "stop"))

    def sleep(_: float) -> None:
        turn = next(turns)
        if turn == "stop":
            raise KeyboardInterrupt
        if turn:
            objects.put("inbox-justice", turn, b"x", "")

    monkeypatch.setattr("processors.commands.results.time.sleep", sleep)
    # The ledger's clock stands still here; the command's must not be a day ahead of it.
    monkeypatch.setattr("processors.commands.results.utc_now", lambda: m.NOON)
    done = chancery("results", "--agency", "justice", "--follow", "--json")
    assert done.exit_code == 0
    keys = [json.loads(text)["data"]["document"]["original"]["key"] for text in done.stdout.splitlines()]
    assert keys == ["result-1.pdf", "result-2"]


def test_types_lists_the_shipped_ones() -> None:
    done = chancery("types", SCHEMAS / "documents", "--json")
    assert done.exit_code == 0, done.output
    assert "nda_contract" in {one["name"] for one in json.loads(done.stdout)["types"]}
    assert "nda_contract" in chancery("types", SCHEMAS / "documents").stdout


def test_types_with_mistakes_fail(tmp_path: Path) -> None:
    file(tmp_path / "types", "bad.json", b"{")
    done = chancery("types", tmp_path / "types", "--json")
    assert done.exit_code == Exit.FAILED
    assert json.loads(done.stdout)["problems"][0]["file"] == "bad.json"


def test_a_folder_of_types_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    done = chancery("types", tmp_path / "gone")
    assert done.stderr.startswith(f"{tmp_path}/gone: there is no such folder")


@pytest.mark.parametrize(("ok", "needed", "code"), [(True, True, 0), (False, False, 0), (False, True, 1)])
def test_doctor_fails_only_for_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, ok: bool, needed: bool, code: int
) -> None:
    from processors.commands import doctor as command

    found = [doctor.Check("tesseract", ok, "5.5", "apt-get install tesseract-ocr", needed)]
    monkeypatch.setattr(command, "checks", lambda _: found)
    monkeypatch.setattr(local_stack, "running", lambda _: None)
    done = chancery("doctor")
    assert done.exit_code == code
    assert "tesseract" in done.stdout
    assert json.loads(chancery("doctor", "--json").stdout)[0]["ok"] is ok
