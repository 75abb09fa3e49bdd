"""What things say of their licence, as SPDX where it is one of the usual names; "" where they say nothing."""

from __future__ import annotations

import re
import zipfile
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final

#: what is found in an address or a title -> SPDX
_KNOWN: Final = (
    (r"apache.*2[.]0|LICENSE-2[.]0", "Apache-2.0"),
    (r"mit-license|\bMIT\b", "MIT"),
    (r"BSD-2", "BSD-2-Clause"),
    (r"BSD-3|new bsd", "BSD-3-Clause"),
    (r"publicdomain/zero|\bCC0\b", "CC0-1.0"),
)
#: trove classifiers that name one licence and no family
_CLASSIFIERS: Final = {
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
#: A licence's whole text stands in that field of some packages.
_LONGEST: Final = 80


def of_wheel(wheel: Path) -> str:
    """The licence that a wheel's metadata names."""
    with zipfile.ZipFile(wheel) as packed:
        name = next(one for one in packed.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", one))
        told = BytesHeaderParser().parsebytes(packed.read(name))
    if expression := str(told.get("License-Expression", "")).strip():
        return expression
    titles = [
        str(one).rpartition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License ::")
    ]
    known = sorted({_CLASSIFIERS[title] for title in titles if title in _CLASSIFIERS})
    if known:
        return " OR ".join(known)
    words = str(told.get("License", "")).strip()
    if words and "\n" not in words and len(words) <= _LONGEST:
        return spdx(words) or words
    return titles[0] if titles else ""


def of_jar(jar: zipfile.ZipFile) -> str:
    """The licence that a jar's manifest, or the text in it, names."""
    names = jar.namelist()
    told = ""
    if "META-INF/MANIFEST.MF" in names:
        # Lines of a manifest go on in the next one behind a space.
        text = jar.read("META-INF/MANIFEST.MF").decode("utf-8", "replace").replace("\r\n ", "").replace("\n ", "")
        told = "".join(re.findall(r"^Bundle-License: *(.+)$", text, re.MULTILINE))
    if found := spdx(told):
        return found
    for name in ("LICENSE", "META-INF/LICENSE", "META-INF/LICENSE.txt", "LICENSE-2.0.txt"):
        if name in names:
            return spdx(" ".join(jar.read(name)[:300].decode("utf-8", "replace").split()))
    return told.strip()


def spdx(words: str) -> str:
    """The SPDX name that some words mean; "" where they mean none of the usual ones."""
    return next((name for pattern, name in _KNOWN if re.search(pattern, words, re.IGNORECASE)), "")
