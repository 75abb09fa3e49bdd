"""The audit commands on an exported chain: what they say, and how they end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from processors.audit import keys
from processors.audit.chain import Chain
from processors.audit.folder import Folder
from processors.audit.keys import public_pem
from processors.audit.tip import tip_of
from processors.commands.exits import Exit
from processors.refusals.gathering import Gathering
from processors.refusals.refusal import Refusal
from tests.unit.audit.made_chain import KEY, STRANGER, Made
from tests.unit.commands.conftest import chancery


@pytest.fixture
def made(tmp_path: Path) -> Made:
    chain = Made(Folder(tmp_path / "export"))
    chain.write(3, 3)
    (tmp_path / "key.pub").write_bytes(public_pem(KEY.public_key()))
    (tmp_path / "other.pub").write_bytes(public_pem(STRANGER.public_key()))
    return chain


def test_a_whole_chain_is_ok_with_counts_time_and_fingerprint(made: Made, tmp_path: Path) -> None:
    done = chancery("audit", "verify", tmp_path / "export", "--key", tmp_path / "key.pub")
    assert done.exit_code == 0, done.output
    assert "OK: 8 records in 1 chain, 2 segments, 1 signed head" in done.stdout
    assert "newest head: 1 of 2026-11-24T10:00:02" in done.stdout
    assert keys.fingerprint(KEY.public_key()) in done.stdout


def test_what_is_found_is_named(made: Made, tmp_path: Path) -> None:
    made.change(lambda lines: [*lines[:5], *lines[6:]])
    done = chancery("audit", "verify", tmp_path / "export", "--key", tmp_path / "key.pub")
    assert done.exit_code == Exit.FAILED
    assert (
        "FOUND: dropped: record 6 of chain 0 in chains/0/0000000000000005.jsonl, 2026-11-24: "
        "Records are missing here." in done.stdout
    )
    told = json.loads(
        chancery("audit", "verify", tmp_path / "export", "--key", tmp_path / "key.pub", "--json").stdout
    )
    assert told["ok"] is False
    assert (told["findings"][0]["fault"], told["findings"][0]["first"]) == ("dropped", 6)


def test_since_a_day_only_what_is_behind_its_head_is_checked(made: Made, tmp_path: Path) -> None:
    made.clock.pass_(days=1)
    made.write(3)
    made.change(lambda lines: [*lines[:5], lines[5].replace(b'"event":"e', b'"event":"x'), *lines[6:]])
    command = ("audit", "verify", tmp_path / "export", "--key", tmp_path / "key.pub")
    assert chancery(*command).exit_code == Exit.FAILED, "the control"
    done = chancery(*command, "--since", "2026-11-25")
    assert done.exit_code == 0, done.output
    assert "begun behind head 1 of 2026-11-24T10:00:02" in done.stdout
    assert "OK: 4 records in 1 chain, 1 segment, 1 signed head" in done.stdout
    told = json.loads(chancery(*command, "--since", "2026-11-25", "--json").stdout)
    assert [head["number"] for head in told["since"]] == [1]
    assert chancery(*command, "--since", "yesterday").exit_code == Exit.USAGE


def test_another_key_says_nothing_for_a_chain(made: Made, tmp_path: Path) -> None:
    done = chancery("audit", "verify", tmp_path / "export", "--key", tmp_path / "other.pub")
    assert done.exit_code == Exit.FAILED
    assert "head_forged: head 1" in done.stdout
    both = chancery(
        "audit", "verify", tmp_path / "export", "--key", tmp_path / "other.pub", "--key", tmp_path / "key.pub"
    )
    assert both.exit_code == 0


def test_an_exported_chain_asks_for_a_key_and_a_folder_without_one_is_told(made: Made, tmp_path: Path) -> None:
    assert chancery("audit", "verify", tmp_path / "export").exit_code == Exit.USAGE
    none = chancery("audit", "verify", tmp_path / "nothing", "--key", tmp_path / "key.pub")
    assert none.exit_code == Exit.NOT_FOUND
    assert "no exported audit chain" in none.output


def test_a_documents_records_are_shown(made: Made, tmp_path: Path) -> None:
    done = chancery("audit", "show", "5f5f", "--in", tmp_path / "export", "--json")
    assert done.exit_code == 0
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["sequence"] for record in shown] == [1, 2, 3, 5, 6, 7]
    assert shown[0]["object"] == "chains/0/0000000000000001.jsonl"
    assert "documents.arrived/0/0" in chancery("audit", "show", "5f5f", "--in", tmp_path / "export").stdout
    assert chancery("audit", "show", "66", "--in", tmp_path / "export").exit_code == Exit.NOT_FOUND
    assert chancery("audit", "show", "--in", tmp_path / "export").exit_code == Exit.USAGE


def test_what_was_refused_is_shown_and_nothing_of_a_client_s_reaches_the_screen_as_it_is(
    made: Made, tmp_path: Path
) -> None:
    row = Refusal("store", "agency.tax", "GetObject", "inbox-justice", "justice", "10.0.0.7", made.clock())
    rows = Gathering()
    for refusal in (row, row, replace(row, thing="\x1b[2Jx", principal="")):
        rows.add(refusal)
    chain = Chain(made.folder, "0", tip_of(made.folder, "0"), seconds=60, now=made.clock)
    for offset, data in enumerate(rows.events()):
        chain.event("access.refused", 0, offset, "refusal", {"refusal": data.model_dump(mode="json")})
    chain.seal()
    chain.store()
    done = chancery("audit", "show", "--refusals", "--in", tmp_path / "export")
    assert done.exit_code == 0
    assert "store: refused agency.tax GetObject on inbox-justice of justice, 2 times, from 10.0.0.7" in done.stdout
    assert "store: refused somebody unknown GetObject" in done.stdout and "\x1b[2J" not in done.stdout
    told = chancery("audit", "show", "--refusals", "--json", "--in", tmp_path / "export").stdout.splitlines()
    assert [json.loads(line)["refusal"]["times"] for line in told] == [2, 1]
    assert chancery("audit", "show", "--refusals", "--acts", "--in", tmp_path / "export").exit_code == Exit.USAGE
    assert made.verify().ok


def test_a_key_is_made_and_shown(tmp_path: Path) -> None:
    missing = chancery("audit", "keys")
    assert missing.exit_code == Exit.BAD_SETTING
    assert "chancery audit keys --make" in missing.output
    told = json.loads(chancery("audit", "keys", "--make", "--json").stdout)
    assert told["made"] is True
    assert told["private"] == str(tmp_path / "home" / "audit-key.pem")
    again = json.loads(chancery("audit", "keys", "--make", "--json").stdout)
    assert (again["made"], again["fingerprint"]) == (False, told["fingerprint"])
    assert "PRIVATE" not in json.dumps(again)
