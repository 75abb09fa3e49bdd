"""Where traces go, and of how many documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from processors import server_settings
from processors.variables import SettingInvalid, Variables

_WANTED = (
    "empty, off, http(s)://HOST[:PORT]/…/v1/traces without a user or password, or a folder as file:/PATH or /PATH"
)
_SHARE = re.compile(r"\d(\.\d{1,9})?")


@dataclass(frozen=True)
class TraceSettings:
    """What a process needs to know to export its spans."""

    #: URL of an OTLP collector or path of a folder; "off" = nowhere; "" = nowhere, but on the local stack its home
    to: str = ""
    #: of all documents, how many are traced, 0 to 1; each wholly or not at all
    share: float = 1.0
    #: PEM file of the authorities that may vouch for the collector; None = certifi's
    ca: Path | None = None

    @property
    def url(self) -> str:
        """The collector's; "" where there is none."""
        return self.to if self.to.startswith("http") else ""

    @property
    def folder(self) -> Path | None:
        """Where files of spans are written; None where none are."""
        path = self.to.removeprefix("file:")
        return Path(path) if path.startswith("/") else None


def load(env: Variables) -> TraceSettings:
    """Read them.

    Raises:
        SettingInvalid: a variable holds a value that cannot be used.
    """
    ca = server_settings.authorities("CHANCERY_TRACES_CA", env)
    return TraceSettings(to=_to(env), share=_share(env), ca=ca)


def _to(env: Variables) -> str:
    value = env.text("CHANCERY_TRACES", "")
    if value in ("", "off") or value.removeprefix("file:").startswith("/"):
        return value
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if "@" in value:
        # Whoever sees the settings would see a password; nor is it said here.
        raise SettingInvalid("CHANCERY_TRACES", f"…{value[value.rindex('@') :]}", _WANTED)
    # A collector's bare address is a frequent mistake.
    if not usable or not parts.path.endswith("/v1/traces") or parts.query or parts.fragment:
        raise SettingInvalid("CHANCERY_TRACES", value, _WANTED)
    return value


def _share(env: Variables) -> float:
    value = env.text("CHANCERY_TRACE_SHARE", "1")
    if not _SHARE.fullmatch(value) or float(value) > 1:
        raise SettingInvalid("CHANCERY_TRACE_SHARE", value, "a number from 0 to 1, such as 0.05")
    return float(value)
