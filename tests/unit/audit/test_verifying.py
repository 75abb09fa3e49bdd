"""An edited, dropped, swapped, inserted or cut-off record is found, and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.audit import walking
from processors.audit.findings import Fault
from processors.audit.folder import Folder
from processors.audit.verifying import Report
from tests.unit.audit.made_chain import STRANGER, Made, rehashed, relinked


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """12 records in three segments: 1 to 4, 5 to 8, 9 to 12; each ends with a seal, and a head signs the last."""
    chain = Made(Folder(tmp_path / "audit"))
    chain.write(3, 3, 3)
    return chain


def told(report: Report) -> list[tuple[str, int, int]]:
    return [(found.fault.value, found.first, found.last) for found in report.findings]


def test_a_chain_as_written_is_well(made: Made) -> None:
    report = made.verify()
    assert report.ok
    assert report.chains == {"0": 12}
    assert (report.segments, report.heads) == (3, 1)


def test_a_chain_goes_on_where_it_ended(made: Made) -> None:
    made.write(2)
    assert made.verify().chains == {"0": 15}
    assert made.verify().ok


def test_an_edited_record_is_named_with_its_object_and_day(made: Made) -> None:
    made.change(lambda lines: [*lines[:5], lines[5].replace(b'"event":"e', b'"event":"x'), *lines[6:]])
    report = made.verify()
    assert told(report) == [("edited", 6, 6)]
    assert report.findings[0].key == "chains/0/0000000000000005.jsonl"
    assert report.findings[0].day == "2026-11-24"


def test_an_edited_record_with_its_hash_computed_again_is_named(made: Made) -> None:
    made.change(lambda lines: [*lines[:5], rehashed(lines[5], subject="66" * 16), *lines[6:]])
    assert told(made.verify()) == [("edited", 6, 6)]


def test_a_dropped_record_is_named(made: Made) -> None:
    made.change(lambda lines: [*lines[:5], *lines[6:]])
    assert told(made.verify())[0] == ("dropped", 6, 6)


def test_a_dropped_segment_is_named(made: Made) -> None:
    made.segments[1].unlink()
    assert told(made.verify())[0] == ("dropped", 5, 8)


def test_swapped_records_are_named(made: Made) -> None:
    made.change(lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]])
    assert told(made.verify()) == [("swapped", 5, 6)]


def test_swapped_records_that_stand_apart_are_both_named(made: Made) -> None:
    made.change(lambda lines: [*lines[:1], lines[8], *lines[2:8], lines[1], *lines[9:]])
    assert [one for one in told(made.verify()) if one[0] == "swapped"] == [("swapped", 2, 2), ("swapped", 9, 9)]


def test_swapped_objects_are_found(made: Made) -> None:
    first, second, _ = made.segments
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    assert not made.verify().ok


def test_an_inserted_record_is_named(made: Made) -> None:
    made.change(lambda lines: [*lines[:5], rehashed(lines[5], subject="66" * 16), *lines[5:]])
    assert told(made.verify())[0] == ("inserted", 6, 6)


def test_records_cut_off_at_the_end_are_named_by_the_head(made: Made) -> None:
    made.segments[2].unlink()
    assert told(made.verify()) == [("truncated", 9, 12)]


def test_a_half_segment_at_the_end_is_named(made: Made) -> None:
    made.change(lambda lines: lines[:10])
    assert told(made.verify()) == [("truncated", 11, 12)]


def test_control_without_heads_a_whole_segment_can_be_cut_off_unseen(made: Made) -> None:
    made.segments[2].unlink()
    made.heads[0].unlink()
    # What remains is a chain as well: only the missing head speaks.
    assert told(made.verify()) == [("no_heads", 0, 0)]


def test_a_chain_computed_again_from_a_change_on_is_found_by_the_signature(made: Made) -> None:
    made.write(2)  # 13 to 15, under a second head
    made.change(
        lambda lines: relinked([*lines[:12], rehashed(lines[12], subject="66" * 16), *lines[13:]], start=13)
    )
    # The first head still holds, so the change lies between the two.
    assert told(made.verify()) == [("rewritten", 13, 15)]


def test_heads_signed_again_with_another_key_are_found(made: Made, tmp_path: Path) -> None:
    assert told(made.verify(STRANGER)) == [("head_forged", 1, 1)]


def test_an_edited_head_is_found(made: Made) -> None:
    content = json.loads(made.heads[0].read_bytes())
    content["chains"]["0"]["sequence"] = 8
    made.heads[0].write_text(json.dumps(content, sort_keys=True, separators=(",", ":")))
    assert told(made.verify()) == [("head_forged", 1, 1)]


def test_a_head_that_is_missing_between_others_is_named(made: Made) -> None:
    made.write(1)
    made.write(1)
    made.heads[1].unlink()
    assert told(made.verify()) == [("head_missing", 2, 2)]


def test_a_head_in_the_place_of_another_is_named(made: Made) -> None:
    made.write(1)
    made.heads[1].write_bytes(made.heads[0].read_bytes())
    assert ("head_missing", 2, 2) in told(made.verify())


def test_a_chain_that_is_gone_altogether_is_named(made: Made) -> None:
    for path in made.segments:
        path.unlink()
    assert told(made.verify()) == [("truncated", 1, 12)]


def test_the_same_record_of_a_topic_twice_is_named_though_the_chain_is_whole(made: Made) -> None:
    made.change(lambda lines: relinked([*lines[:9], rehashed(lines[9], offset=0), *lines[10:]], start=9))
    assert ("doubled", 10, 10) in told(made.verify())


@pytest.mark.parametrize("text", [b"", b"{}", b"null", b"[" * 100_000, b"\xff", b'{"hash":1}', b"x" * 5_000_000])
def test_a_line_that_is_no_record_is_named_and_the_rest_is_read(made: Made, text: bytes) -> None:
    made.change(lambda lines: [*lines[:5], text, *lines[6:]])
    report = made.verify()
    assert told(report)[0] in [("edited", 6, 6), ("inserted", 6, 6)]
    assert report.chains["0"] >= 12


Mutation = tuple[str, int, int]
RECORDS = 14


def mutate(lines: list[bytes], mutation: Mutation) -> list[bytes]:
    """One change at one place."""
    kind, index, other = mutation
    done = list(lines)
    match kind:
        case "edit":
            at = other % len(done[index])
            byte = bytes([(done[index][at] + 1) % 256 or 1]).replace(b"\n", b"!")
            done[index] = done[index][:at] + byte + done[index][at + 1 :]
        case "edit_and_hash":
            done[index] = rehashed(done[index], subject="other")
        case "drop":
            del done[index]
        case "swap":
            done[index], done[other] = done[other], done[index]
        case "insert":
            done.insert(index, done[other])
        case "insert_forged":
            done.insert(index, rehashed(done[index], subject="other"))
        case "cut":
            done = done[:index]
    return done


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    kind = draw(st.sampled_from(["edit", "edit_and_hash", "drop", "swap", "insert", "insert_forged", "cut"]))
    index, other = draw(st.integers(0, RECORDS - 1)), draw(st.integers(0, RECORDS - 1))
    if kind == "edit":
        other = draw(st.integers(0, 10_000))
    if kind in ("swap", "insert") and index == other:
        other = (index + 1) % RECORDS
    return kind, index, other


def first_touched(mutation: Mutation) -> int:
    kind, index, other = mutation
    if kind == "insert" and other == index - 1:
        return index  # a record that stands twice in a row: nobody can tell which of the two was there
    return (min(index, other) if kind == "swap" else index) + 1


def check(made: Made, mutation: Mutation) -> None:
    """The first finding is at the record that was changed first."""
    made.change(lambda lines: mutate(lines, mutation))
    report = made.verify()
    assert not report.ok, "nothing was found"
    chain = [found for found in report.findings if not found.fault.value.startswith("head_")]
    at = first_touched(mutation)
    assert any(found.first <= at <= found.last for found in chain[:1]), (at, told(report))


@settings(max_examples=200, deadline=None)
@given(mutation=mutations())
def test_any_single_change_is_found_at_the_right_record(
    mutation: Mutation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = Made(Folder(tmp_path_factory.mktemp("chain")))
    made.write(4, 2, 5)
    assert len(made.lines()) == RECORDS
    check(made, mutation)


@pytest.mark.parametrize("mutation", [("edit_and_hash", 5, 0), ("drop", 5, 0), ("swap", 2, 9)])
def test_control_a_walk_that_looks_at_nothing_finds_nothing(
    made: Made, mutation: Mutation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def credulous(self: walking.Walk, step: walking.Step, _: object) -> bool:
        self.sequence = step.line.sequence if step.line else self.sequence + 1
        return True

    monkeypatch.setattr(walking.Walk, "_takes", credulous)
    with pytest.raises(AssertionError):
        check(made, mutation)


def test_each_fault_has_its_own_name() -> None:
    assert len({fault.value for fault in Fault}) == len(Fault)
