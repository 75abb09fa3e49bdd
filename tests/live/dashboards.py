"""`python -m tests.live.dashboards [FOLDER]`: draws the dashboards of docs/monitoring.md from a stack of its own.

Starts everything in a temporary folder, sends documents for some minutes, asks a real Prometheus what each panel
asks, and draws the answers. It is no picture of Grafana.
"""

from __future__ import annotations

import itertools
import math
import sys
import tempfile
import time
from pathlib import Path

from processors.adapters.kafka_writer import KafkaWriter
from processors.pipeline import RUNS
from processors.ports import Outgoing
from tests import documents
from tests.live.oracle import upload
from tests.live.test_metrics import SAMPLES, report
from tests.live.watched import Watched, watched
from tests.prometheus import Prometheus
from tests.seeing import drawing, files
from tests.seeing.drawing import Line

_FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
#: of the run, and between two documents
_SECONDS, _PAUSE = 200, 4.0
_STEP = 2
#: Of models and quality this stack has little to show: it has no model to ask.
_SHOWN = ("overview", "stages", "lanes")


def main() -> None:
    """Draw those that have something to show."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    with (
        tempfile.TemporaryDirectory(prefix="chancery-dashboards-") as place,
        watched(Path(place) / "home", _STEP) as at,
    ):
        began = time.time()
        work(at)
        ended = time.time()
        for file in (one for one in files.DASHBOARDS if one.stem in _SHOWN):
            page = files.dashboard(file)
            told = {
                number: [line for one in targets for line in lines(at.prometheus, one, began, ended)]
                for number, targets in drawing.asked(page).items()
            }
            drawing.draw(page, told, folder / f"dashboard-{file.stem}.png")


def work(at: Watched) -> None:
    """Good documents and bad ones, at times faster than they are read; one record that nobody can read."""
    kinds = itertools.cycle(
        [
            ("order.pdf", (SAMPLES / "fcc-order.pdf").read_bytes()),
            ("contract.pdf", (SAMPLES / "fcc-contract.pdf").read_bytes()),
            ("letter.pdf", documents.text_pdf(["Dear Zebediah, all is well."], pages=2)),
            ("order.pdf", (SAMPLES / "fcc-order.pdf").read_bytes()),
            ("locked.pdf", documents.encrypted_pdf()),
        ]
    )
    over = time.monotonic() + _SECONDS
    with KafkaWriter(at.settings.kafka) as writer:
        for number in itertools.count():
            left = over - time.monotonic()
            if left < 0:
                return
            name, content = next(kinds)
            upload(at.settings, f"{number} {name}", content)
            if number % 10 == 0:
                at.look()
            if number == 20:
                writer.write(Outgoing(RUNS, b"report", report()))
                writer.write(Outgoing("pages.requested", b"", b"no event of ours"))
            # The last minute is calm: lines empty again.
            time.sleep(_PAUSE if left > 60 else 3 * _PAUSE)


def lines(asked: Prometheus, target: files.Json, began: float, ended: float) -> list[Line]:
    """What one query of a panel shows."""
    data = asked.ask(
        "query_range",
        query=files.chosen(target["expr"]).replace("[2m]", "[30s]"),
        start=f"{began:.0f}",
        end=f"{ended:.0f}",
        step=str(_STEP),
    )
    found = []
    for one in data["result"]:
        values = [(float(moment), float(value)) for moment, value in one["values"]]
        values = [(moment, value) for moment, value in values if not math.isnan(value)]
        if values:
            name = drawing.name_of(target["legendFormat"], one["metric"])
            found.append((name, [moment for moment, _ in values], [value for _, value in values]))
    return found


if __name__ == "__main__":
    main()
