from dataclasses import replace
from pathlib import Path

import pytest

from processors.config import Limits, load
from processors.events import DocumentArrived, PagesRequested
from processors.intake.stage import Intake, build
from processors.stage import Done, Rejected
from tests.corpus import make


def test_a_document_becomes_an_arrival_and_a_request_per_range(tmp_path: Path) -> None:
    file = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 9)
    done = build(load({})).process(make.upload(file, tmp_path, "odd\nname.pdf"))
    assert isinstance(done, Done)
    arrived, *requests = (draft.data for draft in done.events)
    assert isinstance(arrived, DocumentArrived)
    assert (arrived.ranges, arrived.same_content_as) == (2, "d0")
    assert (arrived.document.original.pages, arrived.document.original.media_type) == (9, "application/pdf")
    assert [draft.part for draft in done.events] == ["", "pages-1-8", "pages-9-9"]
    for request in requests:
        assert isinstance(request, PagesRequested)
        assert request.document == arrived.document
        assert [(one.first, one.last) for one in request.ranges] == [(1, 8), (9, 9)]
    assert done.artefacts == ()


@pytest.mark.parametrize(
    ("limits", "reason", "details"),
    [
        (Limits(max_bytes=100), "too_large", {"limit": 100}),
        (Limits(max_pages=2), "too_many_pages", {"pages": 3, "limit": 2}),
        (Limits(max_page_points=700), "page_too_large", {"page": 1, "height": 792.0, "limit": 700}),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, reason: str, details: dict[str, float]) -> None:
    file = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 3)
    rejected = Intake(limits).process(make.upload(file, tmp_path))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == reason
    assert details.items() <= dict(rejected.details).items()


def test_too_many_images_and_sheets_are_refused_without_counting_them_all(tmp_path: Path) -> None:
    limits = replace(Limits(), max_pages=3)
    frames = [make.scan(dpi=20) for _ in range(9)]
    tiff = tmp_path / "f.tif"
    frames[0].save(tiff, save_all=True, append_images=frames[1:])
    text = tmp_path / "f.txt"
    text.write_text("line\n" * 1000)
    for file in (tiff, text):
        rejected = Intake(limits).process(make.upload(file, tmp_path))
        assert isinstance(rejected, Rejected)
        assert (rejected.reason, rejected.details["pages"]) == ("too_many_pages", 4)
