"""A language model as second reader, through real workers: what it walks to at random proves nothing by itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from processors.config import SCHEMAS
from tests.language_server import DIGEST, MODEL, LanguageServer, walking
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(500)]

SAMPLE = Path(__file__).parents[2] / "samples" / "fcc-order.pdf"


def types_with(readers: list[str], folder: Path) -> Path:
    """The shipped types, of which the ad contract is read by these readers."""
    shutil.copytree(SCHEMAS / "documents", folder)
    file = folder / "fcc_political_ad_buy.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"x-readers": readers}), encoding="utf-8")
    return folder


def test_a_model_that_knows_nothing_releases_nothing_that_is_not_on_the_page(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    types = types_with(["labels", "encoder", "openai"], tmp_path / "types")
    with LanguageServer(walking()) as server:
        extra = {
            "CHANCERY_LANGUAGE_URL": server.url,
            "CHANCERY_LANGUAGE_MODEL": MODEL,
            "CHANCERY_DOCUMENT_TYPES": str(types),
        }
        with workers(settings, extra=extra) as group, closing(Oracle(settings)) as oracle:
            document = upload(settings, "order.pdf", SAMPLE.read_bytes())
            end = oracle.wait([document], seconds=240)[document]
    assert server.requests, "the model was asked"
    assert group.deaths == []
    assert end.state in ("result", "review")
    (step,) = (step for step in end.event.data.provenance if step.stage == "extract")
    assert "labels 1" in step.engine and "openai" in step.engine
    assert step.model_digest not in ("", DIGEST), (
        "of the reader that was trained; the server's weights are named too"
    )
    if end.state == "result":
        assert all(proof.page and proof.boxes and proof.text for proof in end.event.data.evidence.values())


def test_without_a_server_that_a_type_asks_for_the_stage_does_not_start(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    types = types_with(["openai"], tmp_path / "types")
    with workers(settings, ("extract",), extra={"CHANCERY_DOCUMENT_TYPES": str(types)}) as group:
        assert group.processes["extract", 0].wait(60) == 78
        said = (group.logs / "extract-0.log").read_text()
    assert "fcc_political_ad_buy names the reader 'openai'" in said
