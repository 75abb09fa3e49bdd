"""Whether an address leads out of the house.

A template on a drive, or on a file server that has a plain name, is how offices work. An address with a scheme of
the internet, or a server named with a dot or a number, is how documents phone home.
"""

from __future__ import annotations

import re

_SCHEME = re.compile(
    r"^(?:https?|ftps?|ldaps?|mhtml|dav|davs|webdav|smb|ms-[a-z]+|res|search-ms)[:!]", re.IGNORECASE
)
#: "\\\\server\\share", "file://server/share", "//server@SSL/share"
_SERVER = re.compile(r"^(?:file:)?/{2,5}(?![a-z][:|])(?:localhost/)?([^/@]*)(@[^/]*)?/", re.IGNORECASE)


def is_remote(untrusted_address: str) -> bool:
    """Whether it names a server outside."""
    address = re.sub(r"[\s\x00-\x1f]", "", untrusted_address).replace("\\", "/")
    if _SCHEME.match(address):
        return True
    server = _SERVER.match(address)
    return server is not None and ("." in server[1] or ":" in server[1] or bool(server[2]))
