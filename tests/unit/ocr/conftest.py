from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from processors.config import load
from processors.events import PagesRequested
from processors.intake.stage import build as build_intake
from processors.ocr.stage import build
from processors.pages import Page, read_pages
from processors.stage import Done, Stage, Work
from tests.corpus import make

Read = Callable[[Path], list[Page]]


@pytest.fixture(scope="session")
def stage() -> Stage:
    return build(load({}), outputs=False)


@pytest.fixture
def read(stage: Stage, tmp_path: Path) -> Read:
    """The pages of a file as intake and OCR together see them."""

    def both(path: Path) -> list[Page]:
        arrived = build_intake(load({})).process(make.upload(path, tmp_path))
        assert isinstance(arrived, Done)
        pages: list[Page] = []
        for draft in arrived.events:
            if isinstance(draft.data, PagesRequested):
                scratch = tmp_path / f"scratch-{draft.data.range.first}"
                scratch.mkdir()
                done = stage.process(Work(make.event(draft.data), {"original": path}, scratch))
                assert isinstance(done, Done)
                pages.extend(read_pages(done.artefacts[0].path))
        return pages

    return both
