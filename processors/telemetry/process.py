"""What every process tells of itself, and the door at which it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from processors import __version__
from processors.telemetry import door, metrics
from processors.telemetry.settings import TelemetrySettings
from processors.telemetry.spent import Spent
from processors.variables import SettingInvalid


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


@contextmanager
def told_if_free(
    settings: TelemetrySettings, home: Path, process: str, slot: str, say: Callable[[str], None]
) -> Iterator[None]:
    """The same for what several processes do with the same settings: where one has the address, the others go on.

    `say` hears why a process does not tell.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(told(settings, home, process, slot))
        except SettingInvalid as error:
            say(str(error))
        yield


def paused(process: str, error: Exception) -> None:
    """A process waits for a server, because of this error."""
    metrics.count("chancery_pauses_total", process=process, code=str(getattr(error, "code", "")))
