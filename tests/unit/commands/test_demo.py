import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from processors.commands import up
from processors.commands.exits import Exit
from processors.commands.samples import FOLDER, samples
from processors.pages import Page
from tests.unit.commands.conftest import Pipeline, chancery, file
from tests.unit.record import makers as m

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(up, "start", lambda _, agencies: calls.append(agencies))
    return calls


def sample_folder(folder: Path, *names: str) -> Path:
    for name in names:
        file(folder, name)
    rows = [f"{name},{agency},nda_contract,result" for name, agency in zip(names, ("justice", "revenue") * 9)]  # noqa: B905
    file(folder, "MANIFEST.csv", "\n".join(["file,agency,expected_type,expected_end", *rows]).encode())
    return folder


def test_every_sample_gets_a_row(tmp_path: Path, started: list[tuple[str, ...]]) -> None:
    folder = sample_folder(tmp_path / "s", "result-1", "review-1", "quarantine-1")
    done = chancery("demo", "--samples", folder, "--pictures", tmp_path / "demo")
    assert done.exit_code == 0, done.output
    assert started == [("justice", "revenue")]
    for word in ("party/0=Acme Inc.", "type_unknown", "encrypted", "3 of 3 documents have an end", "chancery show"):
        assert word in done.stdout


def test_a_second_run_makes_new_documents(tmp_path: Path) -> None:
    folder = sample_folder(tmp_path / "s", "result-1")
    runs = [json.loads(chancery("demo", "--samples", folder, "--json").stdout) for _ in range(2)]
    first, second = (run["documents"][0]["document_id"] for run in runs)
    assert first != second


@pytest.mark.parametrize(("name", "code"), [("slow-1", Exit.TIMED_OUT), ("dead-1", Exit.FAILED)])
def test_no_end_and_our_own_fault_fail_the_demo(tmp_path: Path, name: str, code: Exit) -> None:
    done = chancery(
        "demo", "--samples", sample_folder(tmp_path / "s", name, "result-1"), "--timeout", "1", "--json"
    )
    assert done.exit_code == code


def test_a_folder_without_samples_is_explained(tmp_path: Path) -> None:
    done = chancery("demo", "--samples", tmp_path)
    assert done.exit_code == Exit.FAILED
    assert "--samples" in done.stderr


def test_the_evidence_is_drawn(tmp_path: Path, objects: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = io.BytesIO()
    Image.new("L", (400, 200), 255).save(picture, "PNG")
    pages = Page(1, 200, 100, 2.0, "ocr", "e", "eng", ()).to_json().encode()
    refs = {
        "original": objects.put("documents", "o", picture.getvalue(), "image/png"),
        "pages": objects.put("documents", "p", pages, "application/jsonl"),
    }
    plain = m.result

    def with_artefacts() -> Any:
        return plain(artefacts=refs)

    monkeypatch.setattr(m, "result", with_artefacts)
    folder = sample_folder(tmp_path / "s", "result-1")
    done = chancery("demo", "--samples", folder, "--pictures", tmp_path / "demo", "--json")
    assert done.exit_code == 0, done.output
    assert [Path(path).name for path in json.loads(done.stdout)["pictures"]] == ["evidence.png", "evidence.html"]
    assert (tmp_path / "demo/evidence.png").stat().st_size > 1000


def test_the_shipped_samples_are_what_their_manifest_says() -> None:
    with (FOLDER / "MANIFEST.csv").open(encoding="utf-8", newline="") as rows:
        listed = {row["file"]: row for row in csv.DictReader(rows)}
    assert len(samples(FOLDER)) == len(listed) >= 17
    for name, row in listed.items():
        content = (FOLDER / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"], name
        assert len(content) < 700_000
        assert row["source"] and row["licence"] and row["expected_end"]
    documents = {path.name for path in FOLDER.iterdir()} - {
        "MANIFEST.csv",
        "README.md",
        "make_own.py",
        "__pycache__",
    }
    assert documents == set(listed)
