"""Secrets that nobody chose."""

from __future__ import annotations

import secrets

#: bytes of chance in a secret; MinIO takes no secret of more than 40 characters
_CHANCE = 30


def new_secret() -> str:
    """240 bits of chance as 40 characters that need no quoting anywhere."""
    return secrets.token_urlsafe(_CHANCE)
