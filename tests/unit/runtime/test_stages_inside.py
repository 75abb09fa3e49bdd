"""The real stages do their work at every level: LibreOffice, pdfium, Tesseract in the process and as a program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from processors import config
from processors.config import Settings
from processors.formats import soffice
from processors.ocr import tessdata
from processors.ocr.reading import Reader
from processors.ocr.tesserocr_engine import TesserocrEngine
from processors.pages import read_pages
from processors.runtime import fence, sandbox, view
from processors.runtime.levels import Level
from processors.runtime.workbench import Child, scratch_root
from processors.stage import Done
from tests import documents
from tests.corpus import make
from tests.unit.ocr.made_receipt import receipt, words_read
from tests.unit.ocr.requests import request
from tests.unit.runtime.test_levels import AT_EACH_LEVEL, HERE

ROOT = Path(__file__).parents[3]
OFFICE_FILE = ROOT / "samples" / "recorder-notice.docx"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load({"CHANCERY_HOME": str(tmp_path / "home")})


def child_of(stage: str, level: Level, settings: Settings, **variables: str) -> tuple[Child, Path]:
    """The real child, and the work's scratch folder."""
    root = scratch_root(settings.home, stage, 0)
    (root / "work").mkdir(parents=True)
    environment = {"PATH": os.environ["PATH"], "CHANCERY_HOME": str(settings.home), **variables}
    fenced = level >= Level.FENCE
    readable = view.readable(settings, environment) if fenced and HERE.landlock else None
    child = Child(
        stage,
        environment,
        120,
        walls=lambda command: (
            sandbox.around(command, settings, root, environment) if level is Level.WALLS else command
        ),
        fence=fence.in_words(readable, filtered=fenced),
    )
    return child, root / "work"


@pytest.mark.skipif(soffice.program() is None and "CI" not in os.environ, reason="LibreOffice is missing")
@pytest.mark.parametrize("level", AT_EACH_LEVEL)
def test_an_office_file_is_converted(level: Level, settings: Settings) -> None:
    child, scratch = child_of("intake", level, settings)
    file = scratch.parent / "original"
    file.write_bytes(OFFICE_FILE.read_bytes())
    try:
        done = child.run(make.upload(file, scratch, "notice.docx"))
    finally:
        child.close()
    assert isinstance(done, Done), done
    assert done.artefacts[0].path.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("engine", ["tesserocr", "pytesseract"])
@pytest.mark.parametrize("level", AT_EACH_LEVEL)
def test_a_scan_is_read(level: Level, engine: str, settings: Settings) -> None:
    child, scratch = child_of("ocr", level, settings, CHANCERY_OCR_ENGINE=engine, CHANCERY_LANGUAGES="eng")
    file = scratch.parent / "scan.png"
    file.write_bytes(documents.scan_png(["The parking permit is valid until May."]))
    try:
        done = child.run(request(file, scratch))
    finally:
        child.close()
    assert isinstance(done, Done), done
    pages = next(one.path for one in done.artefacts if one.role == "pages")
    assert "parking permit" in " ".join(page.text() for page in read_pages(pages))


@pytest.mark.parametrize("level", AT_EACH_LEVEL)
def test_a_worn_receipt_is_read_by_the_line_reader_too(level: Level, settings: Settings) -> None:
    child, scratch = child_of("ocr", level, settings, CHANCERY_LANGUAGES="eng")
    file, picture = scratch.parent / "receipt.png", receipt(14, 0)
    picture.image.save(file, dpi=(picture.dpi, picture.dpi))
    try:
        done = child.run(request(file, scratch))
    finally:
        child.close()
    assert isinstance(done, Done), done
    (page,) = read_pages(next(one.path for one in done.artefacts if one.role == "pages"))
    # The control: what Tesseract alone reads.
    alone = Reader(TesserocrEngine(tessdata.find(""), ("eng",))).read(picture)
    assert words_read(page.text()) > words_read(alone.text())
