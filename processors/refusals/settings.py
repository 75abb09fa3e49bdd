"""The settings of the process that gathers refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from processors.variables import SettingInvalid, Variables


@dataclass(frozen=True)
class RefusalSettings:
    """Where servers tell of refusals."""

    #: host:port at which the object store's audit entries are taken; empty = they are not
    listen: str = ""
    #: what the store proves itself with there
    token: str = field(default="", repr=False)
    #: PEM: key and certificate of that address
    pem: Path | None = None
    #: Kafka's log of refusals; None = it is not read
    log: Path | None = None
    #: for so many seconds refusals are counted together
    seconds: int = 60


def load(env: Variables) -> RefusalSettings:
    """Read them.

    Raises:
        SettingInvalid: a variable holds a value that cannot be used, or one is missing.
    """
    settings = RefusalSettings(
        listen=env.text("CHANCERY_REFUSALS_LISTEN", ""),
        token=env.secret("CHANCERY_REFUSALS_TOKEN", ""),
        pem=Path(pem) if (pem := env.text("CHANCERY_REFUSALS_PEM", "")) else None,
        log=Path(log) if (log := env.text("CHANCERY_REFUSALS_LOG", "")) else None,
        seconds=env.integer("CHANCERY_REFUSALS_SECONDS", RefusalSettings.seconds, least=1),
    )
    if settings.listen:
        host, _, port = settings.listen.rpartition(":")
        if not host or not port.isdigit():
            raise SettingInvalid("CHANCERY_REFUSALS_LISTEN", settings.listen, "empty, or host:port")
        because = "because CHANCERY_REFUSALS_LISTEN is set"
        if not settings.token:
            raise SettingInvalid("CHANCERY_REFUSALS_TOKEN", "", f"set, here or by a file, {because}")
        if settings.pem is None:
            raise SettingInvalid("CHANCERY_REFUSALS_PEM", "", f"a PEM file of key and certificate, {because}")
    return settings
