"""`expect` and `fetch`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processors.commands import expect, up
from processors.commands.exits import Exit
from processors.commands.expectations import ALLOWED
from processors.events import DocumentId, Original
from processors.record.ledger import Ledger
from processors.runtime.identity import document_id
from tests.unit.commands.conftest import Pipeline, chancery, file
from tests.unit.record import makers as m

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(up, "start", lambda _, agencies: calls.append(agencies))
    monkeypatch.setattr(expect, "_TOPICS_APART", 0.0)
    return calls


def folder_of(folder: Path, **expected: str) -> Path:
    """A folder with files that end as the first word of their name says, and what its manifest expects."""
    for name in expected:
        file(folder, f"{name}-1")
    rows = [f"{name}-1,{word}" for name, word in expected.items()]
    file(folder, "MANIFEST.csv", "\n".join(["path,expect", *rows]).encode())
    return folder


#: The first word of a file's name: how it ends; "slow" has no end.
NAMES = ("result", "review", "quarantine", "dead", "slow")
MET = {
    "": {"result", "review"},
    "ok": {"result", "review"},
    "reject": {"quarantine"},
    "password": {"quarantine"},  # its reason is "encrypted"
    "repair_or_reject": {"result", "review", "quarantine"},
    "limit": {"result", "review", "quarantine"},
}


@pytest.mark.parametrize("word", ALLOWED)
@pytest.mark.parametrize("name", NAMES)
def test_each_end_meets_what_is_expected_or_not(tmp_path: Path, word: str, name: str) -> None:
    folder = folder_of(tmp_path / "d", **{name: word})
    done = chancery("expect", folder, "--timeout", "1", "--json")
    told = json.loads(done.stdout)
    assert (told["met"] == 1) == (name in MET[word])
    assert (done.exit_code == 0) == (name in MET[word])


def test_a_row_for_each_document(tmp_path: Path, started: list[tuple[str, ...]]) -> None:
    folder = folder_of(tmp_path / "d", result="", review="reject")
    done = chancery("expect", folder, "--agency", "revenue")
    assert done.exit_code == Exit.FAILED
    assert started == [("revenue",)]
    for word in ("result-1", "review-1", "NO", "1 of 2 documents ended as expected"):
        assert word in done.stdout


def test_a_document_that_needs_another_reason_than_a_password_is_told(tmp_path: Path, ledger: Ledger) -> None:
    folder = folder_of(tmp_path / "d", other="password")
    done = chancery("expect", folder, "--timeout", "1", "--json")
    assert json.loads(done.stdout)["met"] == 0


@pytest.mark.parametrize(("ends", "met"), [(True, 1), (False, 0)])
def test_what_a_document_encloses_must_end_as_well(
    tmp_path: Path, ledger: Ledger, objects: Pipeline, monkeypatch: pytest.MonkeyPatch, ends: bool, met: int
) -> None:
    put = objects.put

    def with_a_child(bucket: str, key: str, *args: object, **named: object) -> object:
        ref = put(bucket, key, *args, **named)  # type: ignore[arg-type]
        if ref is not None and bucket.startswith("inbox-"):
            original = Original(bucket="documents", key="k", name="plan.pdf", version_id="v", size=1)
            outer = document_id(ref.bucket, ref.key, ref.version_id)
            inner = DocumentId(id="e" * 32, agency="expect", parent=outer, depth=1, original=original)
            data = m.quarantine() if ends else m.way()[0].data
            ledger.apply(m.event(data.model_copy(update={"document": inner}), 6, part="inner"))
        return ref

    monkeypatch.setattr(objects, "put", with_a_child)
    done = chancery("expect", folder_of(tmp_path / "d", result="ok"), "--timeout", "1", "--json")
    told = json.loads(done.stdout)
    assert told["met"] == met
    assert sum(told["documents"][0]["inside"].values()) == 1


def test_patterns_choose(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "d", result="", dead="")
    assert json.loads(chancery("expect", folder, "--only", "res*", "--json").stdout)["met"] == 1
    assert chancery("expect", folder, "--only", "nothing*").exit_code == Exit.USAGE


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("path,expect\nresult-1,fine", "known are ok"),
        ("path,expect\nnobody,ok", "no file nobody"),
        ("file,expect\nresult-1,ok", "no column 'path'"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_explained(tmp_path: Path, manifest: str, says: str) -> None:
    folder = folder_of(tmp_path / "d", result="")
    (folder / "MANIFEST.csv").write_text(manifest)
    done = chancery("expect", folder)
    assert done.exit_code == Exit.FAILED
    assert says in done.stderr


def test_a_folder_without_a_manifest_is_explained(tmp_path: Path) -> None:
    assert "MANIFEST.csv cannot be used" in chancery("expect", tmp_path).stderr


def test_fetch_writes_an_artefact_and_nothing_over_another_file(
    tmp_path: Path, objects: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sent = json.loads(chancery("submit", file(tmp_path, "result-1"), "--agency", "justice", "--json").stdout)
    ref = objects.put("documents", "k", b"whole", "application/pdf")
    assert ref is not None
    identity = sent["document_id"]
    monkeypatch.setattr("processors.commands.fetch.shown", lambda *_: type("S", (), {"artefacts": {"text": ref}}))
    done = chancery("fetch", identity, "text")
    assert done.exit_code == 0, done.output
    assert Path(done.stdout.strip()).read_bytes() == b"whole"
    assert chancery("fetch", identity, "text").exit_code == Exit.USAGE
    assert chancery("fetch", identity, "text", "--force").exit_code == 0
    missing = chancery("fetch", identity, "nothing")
    assert missing.exit_code == Exit.NOT_FOUND and "there: text" in missing.stderr
