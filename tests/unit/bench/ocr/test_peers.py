import shutil
import sys
from pathlib import Path

import pytest

from bench.bare import Wheel
from bench.documents import Document
from bench.floor import Floor
from bench.ocr import catalogue, peers, program
from bench.ocr.prepared import prepare
from bench.ocr.program import Absent
from bench.ocr.tools import Failed
from tests import documents

LINES = ["A page that every tool can read", "Total 12.50"]


@pytest.fixture
def scan(tmp_path: Path) -> Document:
    path = tmp_path / "scan.png"
    path.write_bytes(documents.scan_png(LINES, 1000, 500))
    return Document(path, 1, "scan")


def test_a_peer_that_ends_with_an_error_has_failed() -> None:
    with pytest.raises(Failed, match="status 3"):
        peers.run([sys.executable, "-c", "raise SystemExit(3)"], 1)


def test_a_peer_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "_SECONDS_A_PAGE", 0.5)
    with pytest.raises(Failed, match="timed out"):
        peers.run([sys.executable, "-c", "import time; time.sleep(60)"], 1)


def test_the_floor_measures_a_pass_and_reads(scan: Document) -> None:
    with Floor([scan.path]) as floor:
        assert (floor.pages, floor.version) == (1, Wheel.version)
        assert floor.seconds() > 0.01
        assert floor.text(scan.path, "a pack that is not there").split() == " ".join(LINES).split()


@pytest.mark.skipif(not (shutil.which("cc") and shutil.which("tesseract")), reason="needs cc and tesseract")
def test_the_program_runs_on_the_wheel_s_engine(scan: Document, tmp_path: Path) -> None:
    (tmp_path / "peers").mkdir()
    prepared = prepare([scan], tmp_path / "peers", lambda _: None)
    made = program.on_the_wheel(tmp_path / "wheel")
    assert made.version == Wheel.version
    assert peers.Cli("tesseract", made, prepared).read(scan.path, 1).split() == " ".join(LINES).split()


def test_peers_that_are_not_there_are_listed_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing() -> program.Program:
        raise Absent("not installed: run something")

    monkeypatch.setattr(program, "system", missing)
    found = catalogue.peers(["tesseract", "ocrmypdf_system", "docling"], {}, tmp_path / "wheel")
    assert found.tools == []
    assert set(found.absent) == set(catalogue.ALL)
    assert found.absent["tesseract"] == found.absent["ocrmypdf_system"] == "not installed: run something"
    assert "downloads" in found.absent["docling"]
    assert "--peers all" in found.absent["pytesseract"]
