"""A model that reads page pictures behind an OpenAI-compatible endpoint on the site's own network, such as vLLM.

Nothing depends on it: whatever goes wrong is `DependencyUnavailable`, within a known time, and the page goes on
with what Tesseract read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from processors.adapters import vision_protocol
from processors.adapters.model_server import Asked, ModelServer
from processors.adapters.model_settings import is_named
from processors.config import Settings


class VisionModel:
    """See `ports.VisionModel`. May be used from several threads, not from inside an event loop."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        ca: Path | None = None,
        seconds: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Connect to nothing yet.

        Args:
            url: of the endpoint, such as "http://gpu-1:8000/v1"
            model: its name there
            key: sent as a bearer token, where the endpoint asks for one
            ca: PEM file of the authorities that may vouch for it; None = this machine's
            seconds: in which one page must be answered, all tries and pauses together
            clock: seconds, never going back
            sleep: waits for so many seconds
        """
        self.name = f"vision {model.rstrip('/').rpartition('/')[2]}"
        self._model = model
        self._seconds = seconds
        self._server = ModelServer("vision model", url, key=key, ca=ca, clock=clock, sleep=sleep)

    def __repr__(self) -> str:
        return f"<VisionModel {self.name}>"

    def read(self, picture: bytes) -> str:
        """See `ports.VisionModel`.

        Raises:
            DependencyUnavailable: no answer in time, or none that can be used.
        """
        body = vision_protocol.request(self._model, picture)
        question = Asked("chat/completions", body, vision_protocol.MOST_BYTES)
        (untrusted_body,) = self._server.ask([question], seconds=self._seconds)
        return vision_protocol.answer(untrusted_body)

    def give_up(self) -> None:
        """End all calls, also those that come, with `DependencyUnavailable`; from another thread."""
        self._server.give_up()


def from_settings(settings: Settings) -> VisionModel | None:
    """The model that the settings name; None where they name none: then no page is escalated.

    Raises:
        SettingInvalid: one half is set without the other, or the address or key cannot be used.
    """
    if not is_named("VISION", settings.vision_url, settings.vision_model, settings.vision_key):
        return None
    return VisionModel(
        settings.vision_url,
        settings.vision_model,
        key=settings.vision_key,
        ca=settings.vision_ca,
        seconds=settings.vision_seconds,
    )
