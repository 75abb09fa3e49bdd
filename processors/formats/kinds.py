"""The media types of office files, mails and archives, in one place."""

from __future__ import annotations

from typing import Final

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

DOCX: Final = _OOXML + "wordprocessingml.document"
XLSX: Final = _OOXML + "spreadsheetml.sheet"
PPTX: Final = _OOXML + "presentationml.presentation"
ODT: Final = _ODF + "text"
ODS: Final = _ODF + "spreadsheet"
ODP: Final = _ODF + "presentation"
DOC: Final = "application/msword"
XLS: Final = "application/vnd.ms-excel"
PPT: Final = "application/vnd.ms-powerpoint"
RTF: Final = "application/rtf"
HTML: Final = "text/html"
EML: Final = "message/rfc822"
MSG: Final = "application/vnd.ms-outlook"
ZIP: Final = "application/zip"
#: An office file of the new kind, encrypted: what is inside shows only when it is opened.
LOCKED_OFFICE: Final = "application/x-encrypted-office"
#: Containers in which nothing was found that Chancery knows.
OLE: Final = "application/x-ole-storage"
PACKAGE: Final = "application/x-office-package"
EPUB: Final = "application/epub+zip"
