"""Seen from outside: files inside files, pages that fail alone, long documents beside short ones, hard pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageFilter, TiffImagePlugin

from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.events import DocumentArrived, DocumentRecognised, Event, EventData, PagesRecognised
from processors.pages import Page
from tests import documents
from tests.live.oracle import End, Oracle, upload
from tests.live.workers import Workers, workers
from tests.live_settings import make_installation
from tests.servers import Servers
from tests.vision_server import MODEL, VisionServer, tesseract

pytestmark = [pytest.mark.live, pytest.mark.timeout(500)]

LETTER = ["Dear Ms Miller,", "thank you for your letter of 3 May 2024.", "Yours sincerely,", "The Parking Office"]


def mail() -> bytes:
    """A mail with a scan attached, and a mail attached that has a text attached."""
    inner = EmailMessage()
    inner["From"], inner["Subject"], inner["Date"] = (
        "c@example.org",
        "The inner one",
        "Fri, 3 May 2024 10:00:00 +0000",
    )
    inner.set_content("This is what he wrote to me.")
    inner.add_attachment(b"A note for the file.\n", maintype="text", subtype="plain", filename="note.txt")
    outer = EmailMessage()
    outer["From"], outer["To"] = "a@example.org", "b@example.org"
    outer["Subject"], outer["Date"] = "Our plan", "Fri, 3 May 2024 11:00:00 +0000"
    outer.set_content("Please find the plan attached.")
    outer.add_attachment(documents.scan_png(LETTER), maintype="image", subtype="png", filename="plan.png")
    outer.add_attachment(inner)
    return outer.as_bytes()


def archive() -> bytes:
    """A ZIP with a good file, one that must be set aside, and a name that climbs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("letter.pdf", documents.text_pdf(LETTER))
        files.writestr("locked.pdf", documents.encrypted_pdf())
        files.writestr("../../climbs.txt", "A text with a climbing name.\n")
    return packed.getvalue()


def tiff_with_a_broken_page() -> bytes:
    """Three pages; the strip of the second is cut to pieces."""
    pages = [
        Image.open(io.BytesIO(documents.scan_png([f"Page number {n} of the file", *LETTER]))) for n in (1, 2, 3)
    ]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate", dpi=(200, 200))
    content = bytearray(out.getvalue())
    with Image.open(io.BytesIO(content)) as image:
        image.seek(1)
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        offsets, counts = image.tag_v2[273], image.tag_v2[279]
    for offset, count in zip(offsets, counts, strict=True):
        content[offset : offset + count] = b"\xff" * count
    return bytes(content)


def hard_scan() -> bytes:
    """A page that Tesseract can hardly read, though a person can."""
    with Image.open(io.BytesIO(documents.scan_png(LETTER * 2))) as page:
        spoilt = page.convert("L").resize((page.width // 8, page.height // 8)).resize(page.size)
        spoilt = spoilt.filter(ImageFilter.GaussianBlur(2))
        out = io.BytesIO()
        spoilt.save(out, "PNG", dpi=(200, 200))
    return out.getvalue()


@dataclass(frozen=True)
class Run:
    """One run of the whole pipeline over all documents of this module."""

    settings: Settings
    group: Workers
    oracle: Oracle
    vision: VisionServer
    #: name -> document id
    ids: dict[str, str]
    #: name -> end; enclosed files under the name that they had
    ends: dict[str, End]

    def event(self, name: str, kind: type[EventData]) -> Event[Any]:
        (found,) = [e for e in self.oracle.events if isinstance(e.data, kind) and e.subject == self.ids[name]]
        return found

    def artefact(self, name: str, role: str) -> bytes:
        return MinioObjects(self.settings.s3).read(self.ends[name].event.data.artefacts[role])

    def pages(self, name: str) -> list[Page]:
        return [Page.from_json(line) for line in self.artefact(name, "pages").decode().splitlines()]


@pytest.fixture(scope="module")
def run(live: Servers, unused_prefixes: Iterator[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    settings = make_installation(live, next(unused_prefixes), tmp_path_factory.mktemp("dropped"))
    long = documents.text_pdf(["A page like any other in a long document."], pages=300)
    with VisionServer(lambda _: "\n".join(LETTER * 2)) as vision:
        extra = {"CHANCERY_VISION_URL": vision.url, "CHANCERY_VISION_MODEL": MODEL, "CHANCERY_SANDBOX": "on"}
        with workers(settings, extra=extra) as group, closing(Oracle(settings)) as oracle:
            ids = {"long.pdf": upload(settings, "long.pdf", long)}
            while not any(isinstance(event.data, PagesRecognised) for event in oracle.events):
                oracle.read()
            ids |= {
                name: upload(settings, name, content)
                for name, content in {
                    "short.png": documents.scan_png(LETTER),
                    "mail.eml": mail(),
                    "files.zip": archive(),
                    "three.tif": tiff_with_a_broken_page(),
                    "hard.png": hard_scan(),
                }.items()
            }
            found = oracle.wait(list(ids.values()), seconds=240)
            inside = children(oracle)
            while more := set(inside.values()) - set(found):
                found |= oracle.wait(list(more), seconds=120)
                inside = children(oracle)
            ids |= inside
            yield Run(settings, group, oracle, vision, ids, {name: found[one] for name, one in ids.items()})


def children(oracle: Oracle) -> dict[str, str]:
    """The enclosed documents by the name that they had."""
    announced = [e.data.document for e in oracle.events if e.type == "chancery.document.enclosed.v1"]
    return {document.original.name: document.id for document in announced}


def test_the_workers_stay_up(run: Run) -> None:
    assert run.group.deaths == []
    assert run.oracle.repeated() == {}


def test_a_mail_ends_and_so_does_all_that_it_encloses(run: Run) -> None:
    assert run.ends["mail.eml"].state in ("result", "review")
    assert "Please find the plan attached." in run.artefact("mail.eml", "text").decode()
    arrived = {name: run.event(name, DocumentArrived).data for name in ("mail.eml", "plan.png", "note.txt")}
    assert arrived["mail.eml"].enclosed == 2
    assert arrived["plan.png"].document.parent == run.ids["mail.eml"]
    assert arrived["note.txt"].document.depth == 2
    assert "parking office" in run.artefact("plan.png", "text").decode().casefold()
    assert "A note for the file." in run.artefact("note.txt", "text").decode()


def test_an_archive_ends_and_each_file_in_it_ends_for_itself(run: Run) -> None:
    assert run.ends["files.zip"].state == "result"
    assert run.ends["files.zip"].event.data.type == "archive"
    assert run.ends["letter.pdf"].state in ("result", "review")
    assert (run.ends["locked.pdf"].state, run.ends["locked.pdf"].reason) == ("quarantined", "encrypted")
    assert run.ends["../../climbs.txt"].state in ("result", "review")


def test_a_page_that_fails_is_named_and_the_others_are_delivered(run: Run) -> None:
    end = run.ends["three.tif"]
    assert (end.state, end.reason) == ("review", "pages_unread")
    assert [(page.page, page.reason) for page in end.event.data.unread] == [(2, "damaged")]
    sources = [(page.number, page.source) for page in run.pages("three.tif")]
    assert sources == [(1, "ocr"), (2, "failed"), (3, "ocr")]
    text = run.artefact("three.tif", "text").decode()
    assert "number 1" in text and "number 3" in text


def test_a_short_document_overtakes_a_long_one(run: Run) -> None:
    short = run.event("short.png", DocumentRecognised).time
    ranges = [
        e for e in run.oracle.events if isinstance(e.data, PagesRecognised) and e.subject == run.ids["long.pdf"]
    ]
    behind = sum(event.time > short for event in ranges)
    assert behind > len(ranges) / 3, "the short document waited for most of the long one"


def test_a_long_document_has_every_page_once_and_its_outputs(run: Run) -> None:
    assert [page.number for page in run.pages("long.pdf")] == list(range(1, 301))
    assert run.artefact("long.pdf", "text").decode().count("A page like any other") == 300
    with pikepdf.open(io.BytesIO(run.artefact("long.pdf", "searchable"))) as pdf:
        assert len(pdf.pages) == 300
    assert run.artefact("long.pdf", "alto").count(b"<Page ") == 300


def test_a_scan_becomes_a_pdf_that_can_be_searched(run: Run) -> None:
    pdf = pypdfium2.PdfDocument(run.artefact("short.png", "searchable"))
    assert "Parking Office" in pdf[0].get_textpage().get_text_bounded()
    pdf.close()


def test_a_hard_page_is_read_by_the_model_that_sees(run: Run) -> None:
    (page,) = run.pages("hard.png")
    assert page.source == "model"
    assert MODEL in page.engine
    assert "Parking Office" in page.text()
    assert len(run.vision.requests) == 1, "only the hard page is shown to the model"


def test_a_model_that_is_away_costs_nothing_but_its_help(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with VisionServer(tesseract) as vision:
        vision.then("down")
        extra = {"CHANCERY_VISION_URL": vision.url, "CHANCERY_VISION_MODEL": MODEL, "CHANCERY_VISION_SECONDS": "5"}
        with workers(settings, extra=extra) as group, closing(Oracle(settings)) as oracle:
            document = upload(settings, "hard.png", hard_scan())
            end = oracle.wait([document], seconds=120)[document]
            assert end.state == "review"
            assert group.deaths == []
            recognised = next(e for e in oracle.events if isinstance(e.data, DocumentRecognised))
            assert "not_escalated" in recognised.data.notes
