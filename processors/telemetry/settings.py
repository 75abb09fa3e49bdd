"""What a process is told about telling: where its metrics are asked for, and what an hour costs."""

from __future__ import annotations

from dataclasses import dataclass

from processors.variables import SettingInvalid, Variables

_MOST_PORT = 65_535


@dataclass(frozen=True)
class TelemetrySettings:
    """See `docs/metrics.md`."""

    #: host:port at which this process tells its metrics; port 0 = any that is free; empty = nowhere
    metrics: str = ""
    #: what an hour of a processor core, and of a GPU, costs the site, in its own currency; 0 = not told
    price_core_hour: float = 0.0
    price_gpu_hour: float = 0.0


def load(env: Variables) -> TelemetrySettings:
    """Read them.

    Raises:
        SettingInvalid: a variable holds a value that cannot be used.
    """
    metrics = env.text("CHANCERY_METRICS", "")
    if metrics:
        host, _, port = metrics.rpartition(":")
        if not host or not (port.isascii() and port.isdigit()) or int(port) > _MOST_PORT:
            wanted = "empty, or host:port such as 127.0.0.1:9100; port 0 = any that is free"
            raise SettingInvalid("CHANCERY_METRICS", metrics, wanted)
    return TelemetrySettings(
        metrics=metrics,
        price_core_hour=env.number("CHANCERY_PRICE_CORE_HOUR", 0.0, least=0.0),
        price_gpu_hour=env.number("CHANCERY_PRICE_GPU_HOUR", 0.0, least=0.0),
    )
