"""The real child of a stage, with less memory for each document: bombs go off sooner, and tests stay small."""

from __future__ import annotations

import dataclasses

from processors import config
from processors.runtime import child

_MEMORY = 1024**3


def main() -> None:
    """Serve as `processors.runtime.child` does."""
    ordinary = config.load

    def load() -> config.Settings:
        settings = ordinary()
        return dataclasses.replace(settings, limits=dataclasses.replace(settings.limits, child_memory=_MEMORY))

    config.load = load  # type: ignore[assignment]
    child.main()


if __name__ == "__main__":
    main()
