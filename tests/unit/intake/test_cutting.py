"""Intake cuts a packet: names, kinds, and what it may cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from processors.config import STANDARD, Limits
from processors.errors import StageFailed
from processors.events import DocumentId, ObjectCreated, Original, PageRange, Ref
from processors.formats.text import sheets
from processors.intake.cutting import name_of
from processors.intake.stage import Intake
from processors.stage import Rejected, Work
from tests.corpus import make

REF = Ref(bucket="documents", key="a/d1/live/intake/x", sha256="0" * 64, size=1, media_type="application/pdf")


def packet(
    file: Path,
    tmp_path: Path,
    pages: int,
    *cuts: int,
    kind: str = "application/pdf",
    rendition: str = "",
    depth: int = 0,
) -> Work:
    original = Original(
        bucket="inbox-a",
        key=f"in/{file.name}",
        version_id="v1",
        size=file.stat().st_size,
        media_type=kind,
        pages=pages,
    )
    document = DocumentId(id="d1", agency="a", run_id="review-x", continues="live", depth=depth, original=original)
    artefacts = {"original": REF} | (
        {"rendition": REF.model_copy(update={"media_type": rendition})} if rendition else {}
    )
    data = ObjectCreated(document=document, artefacts=artefacts, cuts=cuts)
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return Work(make.event(data), {"rendition" if rendition else "original": file}, scratch)


def outcome(work: Work, limits: Limits = STANDARD) -> Rejected:
    done = Intake(limits).process(work)
    assert isinstance(done, Rejected)
    return done


def test_a_pdf_is_cut_into_as_many_documents_as_were_told(tmp_path: Path) -> None:
    file = make.pdf(tmp_path / "post.pdf", [make.content([f"page {n}"]) for n in range(6)])
    done = outcome(packet(file, tmp_path, 6, 3, 6))
    assert (done.reason, dict(done.details)) == ("cut_into_documents", {"documents": 3, "pages": 6})
    assert [one.untrusted_name for one in done.enclosures] == [
        "post (pages 1-2).pdf",
        "post (pages 3-5).pdf",
        "post (page 6).pdf",
    ]
    for one, pages in zip(done.enclosures, (2, 3, 1), strict=True):
        with pikepdf.open(one.path) as pdf:
            assert len(pdf.pages) == pages


def test_a_rendition_is_cut_in_place_of_a_file_without_pages(tmp_path: Path) -> None:
    office = make.pdf(tmp_path / "rendition.pdf", [make.content(make.LINES)] * 2)
    work = packet(office, tmp_path, 2, 2, kind="application/msword", rendition="application/pdf")
    assert [one.path.read_bytes()[:5] for one in outcome(work).enclosures] == [b"%PDF-"] * 2
    mail = tmp_path / "rendition.txt"
    mail.write_text("From: somebody\fsecond", encoding="utf-8")
    work = packet(mail, tmp_path, 2, 2, kind="message/rfc822", rendition="text/plain")
    first, second = outcome(work).enclosures
    assert (list(sheets(first.path)), second.untrusted_name) == ([["From: somebody"]], "rendition (page 2).txt")


def test_a_tiff_is_cut_into_tiffs(tmp_path: Path) -> None:
    file = tmp_path / "fax.tif"
    make.scan(dpi=50).save(file, save_all=True, append_images=[make.scan(dpi=60)])
    done = outcome(packet(file, tmp_path, 2, 2, kind="image/tiff"))
    assert [one.untrusted_name for one in done.enclosures] == ["fax (page 1).tiff", "fax (page 2).tiff"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a/b/post.pdf", "post (page 2).pdf"),
        ("post", "post (page 2).pdf"),
        (".pdf", ".pdf (page 2).pdf"),
        ("x\u202e\n.pdf", "x (page 2).pdf"),
        ("../" * 9, "(page 2).pdf"),
    ],
)
def test_a_part_is_called_after_its_packet(name: str, shown: str) -> None:
    original = Original(bucket="inbox-a", key=name, version_id="v1", size=1)
    assert name_of(original, PageRange(first=2, last=2), ".pdf") == shown


def test_a_long_name_keeps_its_end(tmp_path: Path) -> None:
    made = name_of(
        Original(bucket="inbox-a", key="y" * 900 + ".pdf", version_id="v1", size=1),
        PageRange(first=2, last=3),
        ".pdf",
    )
    assert made.endswith("y (pages 2-3).pdf")
    assert len(made) <= 255


def test_parts_that_share_a_large_picture_are_bounded_together(tmp_path: Path) -> None:
    """A bomb: one picture on each of many pages is that picture in each of many parts."""
    noise = np.random.default_rng(1).integers(0, 256, (400, 500), dtype=np.uint8)
    file = make.pdf(tmp_path / "post.pdf", [b""] * 12, background=Image.fromarray(noise))
    size = file.stat().st_size
    work = packet(file, tmp_path, 12, *range(2, 13))
    done = outcome(work, replace(STANDARD, max_unpacked_bytes=3 * size))
    assert (done.reason, done.enclosures) == ("expands_too_far", ())
    written = sum(one.stat().st_size for one in (work.scratch / "parts").iterdir())
    assert written <= 4 * size, "it stopped where the limit was passed"
    assert outcome(work).reason == "cut_into_documents", "the control"


def test_number_and_depth_are_bounded(tmp_path: Path) -> None:
    file = make.pdf(tmp_path / "post.pdf", [make.content(["x"])] * 4)
    many = outcome(packet(file, tmp_path, 4, 2, 3, 4), Limits(max_enclosed=3))
    deep = outcome(packet(file, tmp_path, 4, 2, depth=3))
    assert (many.reason, deep.reason) == ("too_many_files", "too_deep")


@pytest.mark.parametrize(
    ("pages", "cuts", "kind"),
    [
        (4, (5,), "application/pdf"),
        (5, (2,), "application/pdf"),
        (0, (2,), "application/pdf"),
        (4, (2,), "image/png"),
    ],
)
def test_what_a_person_cannot_have_seen_is_our_fault(
    tmp_path: Path, pages: int, cuts: tuple[int, ...], kind: str
) -> None:
    file = make.pdf(tmp_path / "post.pdf", [make.content(["x"])] * 4)
    with pytest.raises(StageFailed):
        Intake(STANDARD).process(packet(file, tmp_path, pages, *cuts, kind=kind))
