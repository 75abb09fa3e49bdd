"""What every process tells of itself, and the door at which it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processors import __version__
from processors.telemetry import door, metrics
from processors.telemetry.settings import TelemetrySettings
from processors.telemetry.spent import Spent


@contextmanager
def told(settings: TelemetrySettings, home: Path, process: str, slot: str, lanes: str = "all") -> Iterator[None]:
    """Tell the metrics of this process until the block ends, where the settings name an address.

    Args:
        settings: where
        home: of the installation, for the file that tells of the door
        process: a stage, "record", "observe", …
        slot: see `door.opened`
        lanes: what a stage's worker reads

    Raises:
        SettingInvalid: nothing can listen there.
    """
    with door.opened(settings.metrics, home, process, slot):
        if settings.metrics:
            metrics.put("chancery_process_info", 1, process=process, lanes=lanes, version=__version__)
            metrics.before_telling(Spent(process).measure)
        yield


def paused(process: str, error: Exception) -> None:
    """A process waits for a server, because of this error."""
    metrics.count("chancery_pauses_total", process=process, code=str(getattr(error, "code", "")))
