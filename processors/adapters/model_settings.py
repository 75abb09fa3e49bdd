"""Whether the settings name a model server, and whether its address and key can be used."""

from __future__ import annotations

import httpx

from processors.variables import SettingInvalid


def is_named(name: str, url: str, model: str, key: str) -> bool:
    """Whether the settings name a server; False = they name none.

    Args:
        name: the middle of the variables, such as "VISION" of CHANCERY_VISION_URL
        url: of the endpoint
        model: its name there
        key: bearer token, or ""

    Raises:
        SettingInvalid: one half is set without the other, or the address or key cannot be used.
    """
    if not url and not model:
        return False
    prefix = f"CHANCERY_{name}"
    if not model:
        raise SettingInvalid(f"{prefix}_MODEL", "", f"set, because {prefix}_URL is")
    if not url:
        raise SettingInvalid(f"{prefix}_URL", "", f"set, because {prefix}_MODEL is")
    if not _usable(url):
        # The value is not shown: it may hold a password.
        wanted = "http:// or https:// with a host and a path, such as http://gpu-1:8000/v1, and no password in it"
        raise SettingInvalid(f"{prefix}_URL", "…", wanted)
    if not all("!" <= letter <= "~" for letter in key):
        raise SettingInvalid(f"{prefix}_KEY", "…", "printable ASCII without blanks")
    return True


def _usable(url: str) -> bool:
    try:
        read = httpx.URL(url)
        read.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        return False
    addressed = read.scheme in ("http", "https") and bool(read.host) and 0 < (read.port or 80) < 65_536
    return addressed and not (read.userinfo or read.query or read.fragment)
