"""Office files that need a password: opened with one that the agency registered, or named as encrypted."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import msoffcrypto
from cryptography.exceptions import UnsupportedAlgorithm
from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError

from processors.formats import kinds
from processors.formats.containers import OLE_FAULTS, ZIP_FAULTS
from processors.formats.port import Refused, Terms
from processors.reasons import QuarantineReason

_ODF = frozenset((kinds.ODT, kinds.ODS, kinds.ODP))
_OLE = frozenset((kinds.DOC, kinds.XLS, kinds.PPT, kinds.LOCKED_OFFICE))
_MANIFEST = "META-INF/manifest.xml"
_FAULTS = (*OLE_FAULTS, DecryptionError, FileFormatError, ParseError, ExpatError, UnsupportedAlgorithm)
#: Excel encrypts with this one where a workbook is only protected against changes.
_KNOWN_TO_ALL = "VelvetSweatshop"


def unlocked(untrusted_file: Path, kind: str, terms: Terms) -> Path:
    """The file itself, or a copy without encryption.

    Raises:
        Refused: it needs a password, and no registered one opens it.
    """
    if kind in _ODF and _locked_odf(untrusted_file):
        # Only LibreOffice can decrypt these, and it takes a password from a person alone.
        raise Refused(QuarantineReason.ENCRYPTED)
    if kind not in _OLE:
        return untrusted_file
    with untrusted_file.open("rb") as stream:
        try:
            office: Any = msoffcrypto.OfficeFile(stream)
            locked = office.is_encrypted()
        except _FAULTS as error:
            if kind == kinds.LOCKED_OFFICE:  # by rights management, or in a way of its own
                raise Refused(QuarantineReason.ENCRYPTED) from error
            # Older than this library knows; LibreOffice may know it.
            return untrusted_file
        return _decrypted(office, kind, terms) if locked else untrusted_file


def _decrypted(office: Any, kind: str, terms: Terms) -> Path:
    copy = terms.scratch / "unlocked"
    # The older formats verify in any case, and do not know the word.
    verify = {"verify_password": True} if kind == kinds.LOCKED_OFFICE else {}
    for password in (*terms.passwords, _KNOWN_TO_ALL):
        try:
            office.load_key(password=password, **verify)
            with copy.open("wb") as stream:
                office.decrypt(stream)
            return copy
        except OSError as error:
            if error.errno is not None:  # the disk's, not the document's
                raise
        except _FAULTS:
            continue
    raise Refused(QuarantineReason.ENCRYPTED, passwords_tried=len(terms.passwords))


def _locked_odf(untrusted_file: Path) -> bool:
    try:
        with zipfile.ZipFile(untrusted_file) as package, package.open(_MANIFEST) as manifest:
            return b"encryption-data" in manifest.read(1 << 20)
    except (*ZIP_FAULTS, KeyError):
        return False
