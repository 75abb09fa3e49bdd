"""A document's files, handed out as files: never shown in the browser, under names of our own making."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response, StreamingResponse

from processors.console.desk import AtDesk, Desk
from processors.console.ends import Read, end_of, read
from processors.console.finding import TheKeptCase
from processors.console.kept_files import private
from processors.errors import ArtefactMissing
from processors.events import Ref
from processors.record.entry import Entry
from processors.runtime.codec import encode

router = APIRouter()
_CHUNK = 256 * 1024
#: Role -> what it is, and the ending of its name; None = that of the upload. In this order.
_ROLES: dict[str, tuple[str, str | None]] = {
    "original": ("original", None),
    "rendition": ("rendition", ".pdf"),
    "searchable": ("searchable PDF", ".pdf"),
    "text": ("text", ".txt"),
    "alto": ("ALTO XML", ".xml"),
    "pages": ("words with boxes", ".jsonl"),
    "fields": ("values as read", ".json"),
}
#: The end event itself: no artefact, see `places.end_key`.
RESULT = "end"
_UNSAFE = re.compile(r"[^A-Za-z0-9._ -]+")
_MOST_NAME = 80


@dataclass(frozen=True)
class File:
    """A file that can be had."""

    role: str
    label: str
    #: bytes; 0 = not known before it is asked for
    size: int
    #: hexadecimal, "" where it is not known
    sha256: str


def offered(entry: Entry, what: Read) -> tuple[File, ...]:
    """The files of a run."""
    found = [
        File(role, label, what.artefacts[role].size, what.artefacts[role].sha256)
        for role, (label, _) in _ROLES.items()
        if role in what.artefacts
    ]
    if what.side.state in ("result", "review") and entry.end_event:
        found.append(File(RESULT, "event as JSON", 0, ""))
    return tuple(found)


@router.get("/documents/{document}/files/{role}")
def download(desk: AtDesk, case: TheKeptCase, role: str) -> Response:
    """A file of the run, by role."""
    entry = case.entry
    if role == RESULT:
        end = end_of(desk, entry)
        if end is None:
            raise HTTPException(404, "This run has no result or review.")
        return Response(encode(end), headers=_headers(entry, "event", ".json"), media_type=_BYTES)
    ref = read(desk, entry).artefacts.get(role) if role in _ROLES else None
    if ref is None:
        raise HTTPException(404, "This run has no such file.")
    headers = _headers(entry, role, _ROLES[role][1]) | {"content-length": str(ref.size)}
    return StreamingResponse(_content(desk, ref), headers=headers, media_type=_BYTES)


#: Whatever it is: a browser must not think that it can show it.
_BYTES = "application/octet-stream"


def _content(desk: Desk, ref: Ref) -> Iterator[bytes]:
    """The bytes, once they were seen to be the right ones."""
    folder = private(desk.settings.home / "console")
    held = tempfile.TemporaryDirectory(dir=folder)
    file = Path(held.name) / "file"
    try:
        if desk.objects.fetch(ref, file) != ref.sha256:
            raise ArtefactMissing("another file")
    except BaseException:
        held.cleanup()
        raise
    return _chunks(file, held)


def _chunks(file: Path, held: tempfile.TemporaryDirectory[str]) -> Iterator[bytes]:
    with held, file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            yield chunk


def _headers(entry: Entry, role: str, ending: str | None) -> dict[str, str]:
    name = download_name(entry.original.name or entry.original.key, entry.id, role, ending)
    return {"content-disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"}


def download_name(untrusted_name: str, document: str, role: str, ending: str | None) -> str:
    """A name for a person's disk: of the upload's name what is harmless, the document and what it is.

    The ending of an upload is kept where it is short and plain: a program that opens it by mistake is the one that
    its sender chose, so it stands behind a name that says where it comes from.
    """
    last = untrusted_name.replace("\\", "/").rpartition("/")[2]
    stem, _, tail = last.rpartition(".")
    stem, tail = (stem, f".{tail}") if stem else (last, "")
    if ending is None:
        ending = tail if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", tail) else ""
    plain = _UNSAFE.sub("_", stem).strip(" ._-")[:_MOST_NAME] or "document"
    return f"{plain}-{document[:8]}-{role}{ending}"
