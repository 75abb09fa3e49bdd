"""The settings of the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from processors.variables import Variables


@dataclass(frozen=True)
class AuditSettings:
    """How the audit chain is written."""

    #: file of the private key that signs heads; its public half lies beside it
    key: Path = Path()
    #: for so many seconds at most records are gathered before they are stored
    seconds: int = 60
    #: so often a head is signed while there is news, besides the one of each day
    head_minutes: int = 15
    #: how many chains are written side by side, one a worker slot
    chains: int = 1
    #: days for which segments and heads may not be deleted, and how (GOVERNANCE or COMPLIANCE)
    lock_days: int = 3_650
    lock_mode: str = "GOVERNANCE"


def load(env: Variables, home: Path) -> AuditSettings:
    """Read them.

    Raises:
        SettingInvalid: a variable holds a value that cannot be used.
    """
    return AuditSettings(
        key=Path(env.text("CHANCERY_AUDIT_KEY_FILE", str(home / "audit-key.pem"))),
        seconds=env.integer("CHANCERY_AUDIT_SECONDS", AuditSettings.seconds, least=1),
        head_minutes=env.integer("CHANCERY_AUDIT_HEAD_MINUTES", AuditSettings.head_minutes, least=1),
        chains=env.integer("CHANCERY_AUDIT_CHAINS", AuditSettings.chains, least=1),
        lock_days=env.integer("CHANCERY_AUDIT_LOCK_DAYS", AuditSettings.lock_days, least=1),
        lock_mode=env.choice("CHANCERY_AUDIT_LOCK_MODE", "GOVERNANCE", ("GOVERNANCE", "COMPLIANCE")),
    )
