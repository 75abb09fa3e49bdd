"""The picture of docs/traces.md, made anew: `python -m tests.live.trace_picture [FILE]`.

A packet of twelve scanned pages, made of samples, is read by two workers, one of which is killed over its first
range.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import pypdfium2
from PIL import Image

from processors import pipeline
from processors.adapters import kafka_admin
from processors.config import Settings
from processors.telemetry.waterfall.ordering import way_of
from processors.telemetry.waterfall.picture import svg
from processors.telemetry.waterfall.reading import spans_of
from tests.live.oracle import upload
from tests.live.test_traces import STAGES, is_whole, tracing
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import servers
from tests.waiting import until

ROOT = Path(__file__).parents[2]
SAMPLES = ("fcc-contract", "fcc-order", "nda-galvanizing", "court-docketing-notice")
PREFIX = "t0-"
_DPI = 120
#: seconds until Kafka has shared the partitions out to both readers
_SHARED_OUT = 8.0


def packet(folder: Path) -> bytes:
    """The samples' pages as a scanner gives them: pictures in one file."""
    pages: list[Image.Image] = []
    for name in SAMPLES:
        document = pypdfium2.PdfDocument(ROOT / "samples" / f"{name}.pdf")
        pages += [page.render(scale=_DPI / 72).to_pil().convert("L") for page in document]
        document.close()
    file = folder / "packet.tif"
    pages[0].save(file, save_all=True, append_images=pages[1:], dpi=(_DPI, _DPI), compression="tiff_deflate")
    return file.read_bytes()


def main(file: Path) -> None:
    """Write the picture."""
    notifications = PREFIX + pipeline.NOTIFICATIONS
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        (folder / "servers").mkdir()

        def create(kafka: str) -> None:
            kafka_admin.create_topics(kafka, {notifications: 2})

        targets = [(PREFIX.strip("-").upper(), notifications)]
        with servers(folder / "servers", create, targets) as live:
            settings = make_installation(live, PREFIX, folder, most_partitions=6)
            with workers(settings, STAGES, extra=extra(settings), each=First()) as group:
                group.start("ocr", 1)
                # Whoever is not there yet would be seen to let it wait.
                until(lambda: all_started(group.logs), "all workers have started")
                time.sleep(_SHARED_OUT)
                document = upload(settings, "packet.tif", packet(folder))
                until(lambda: is_whole(settings, document), "the document has an end", seconds=600)
            shown = way_of(*spans_of(settings.home / "traces", document))
    if not any(piece.lost for run in shown.runs for piece in run.pieces):
        sys.exit("The worker that was to be killed had nothing to do: try again.")
    file.write_text(svg(shown), encoding="utf-8")


class First:
    """Variables of a second reader's first life: it ends with the first range that it has read."""

    def __init__(self) -> None:
        self._lived = False

    def __call__(self, stage: str, slot: int) -> dict[str, str]:
        if (stage, slot) != ("ocr", 1) or self._lived:
            return {}
        self._lived = True
        return {"CHANCERY_FAIL_POINTS": "ocr:processed:@1"}


def extra(settings: Settings) -> dict[str, str]:
    return tracing(settings) | {"CHANCERY_WORK_SECONDS": "600"}


def all_started(logs: Path) -> bool:
    told = [log.read_text() for log in logs.glob("*.log")]
    return len(told) == len(STAGES) + 1 and all('"event": "started"' in one for one in told)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures" / "trace.svg")
