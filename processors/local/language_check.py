"""Whether the language server of the settings answers, has the model, and keeps to grammars: for the doctor."""

from __future__ import annotations

from dataclasses import replace

from processors.config import Settings
from processors.errors import DependencyUnavailable

#: A doctor is not patient: a healthy server says a word in less than a second.
_SECONDS = 10.0


def look(settings: Settings) -> tuple[bool, str] | None:
    """Whether all is well, and what was found in words; None where the settings name no server.

    Raises:
        SettingInvalid: the settings name one that cannot be used.
    """
    if not settings.language_url and not settings.language_model:
        return None
    from processors.adapters import language_server  # noqa: PLC0415 - its client is of no use to others

    server = language_server.from_settings(
        replace(settings, language_seconds=min(settings.language_seconds, _SECONDS))
    )
    assert server is not None
    try:
        server.identify()
        server.try_grammar()
    except DependencyUnavailable as error:
        return False, error.detail
    digest = f"sha256 {server.digest[:12]}…" if server.digest else "it tells no digest of its weights"
    return True, f"{settings.language_model} keeps to grammars; {digest}"
