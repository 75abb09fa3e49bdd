from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from processors.config import load
from processors.events import DocumentId, Original, PageRange, PagesRequested
from processors.intake import ranges
from processors.intake.stage import build as build_intake
from processors.ocr.stage import build
from processors.pages import Page, read_pages
from processors.stage import Done, Outcome, Stage, Work
from tests.corpus import make

Read = Callable[[Path], list[Page]]


@pytest.fixture(scope="session")
def stage() -> Stage:
    return build(load({}))


@pytest.fixture
def read(stage: Stage, tmp_path: Path) -> Read:
    """The pages of a file as intake and OCR together see them."""

    def both(path: Path) -> list[Page]:
        arrived = build_intake(load({})).process(make.upload(path, tmp_path))
        assert isinstance(arrived, Done)
        pages: list[Page] = []
        for draft in arrived.events[1:]:
            done = stage.process(Work(make.event(draft.data), {"original": path}, tmp_path))
            assert isinstance(done, Done)
            pages.extend(read_pages(done.artefacts[0].path))
        return pages

    return both


def request(stage: Stage, path: Path, scratch: Path, media_type: str, number: int = 1) -> Outcome:
    """Ask for one page of a file that intake never saw."""
    original = Original(
        bucket="b", key="k", version_id="v", size=path.stat().st_size, media_type=media_type, pages=9
    )
    one = PageRange(first=number, last=number)
    data = PagesRequested(
        document=DocumentId(id="d", agency="a", original=original), range=one, ranges=ranges.split(9)
    )
    return stage.process(Work(make.event(data), {"original": path}, scratch))
