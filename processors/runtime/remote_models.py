"""The models that this worker asks over the network; a client is loaded only where the settings name its server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from processors.advisers import LanguageModel, VisionModel
from processors.config import Settings


class _Remote(Protocol):
    """Something that answers over the network."""

    def give_up(self) -> None:
        """End all calls, also those that come; from another thread."""
        ...


class RemoteVision(VisionModel, _Remote, Protocol):
    """A model that sees, behind a server."""


class RemoteLanguage(LanguageModel, _Remote, Protocol):
    """A language model behind a server."""


@dataclass(frozen=True)
class RemoteModels:
    """What answers questions and prompts."""

    #: reads hard pages; None = they go on without
    vision: RemoteVision | None = None
    #: answers prompts; None = there is none
    language: RemoteLanguage | None = None

    def give_up(self) -> None:
        """End all calls: the worker is about to end, and waits for no answer."""
        for model in (self.vision, self.language):
            if model is not None:
                model.give_up()


def from_settings(settings: Settings) -> RemoteModels:
    """The models of the settings; connects to none of them.

    Raises:
        SettingInvalid: one is named that cannot be used.
    """
    return RemoteModels(_vision(settings), _language(settings))


def _vision(settings: Settings) -> RemoteVision | None:
    if not settings.vision_url and not settings.vision_model:
        return None
    from processors.adapters import vision_model  # noqa: PLC0415

    return vision_model.from_settings(settings)


def _language(settings: Settings) -> RemoteLanguage | None:
    if not settings.language_url and not settings.language_model:
        return None
    from processors.adapters import language_server  # noqa: PLC0415

    return language_server.from_settings(settings)
