"""The parts of a mail (MIME): which are its body, which are files, which are neither."""

from __future__ import annotations

import email.message
import mimetypes
from collections.abc import Iterator

from processors.formats import charset, html_text, kinds
from processors.formats.image import picture_size
from processors.formats.letter import Attachment, Letter, is_trifle, name_of

#: A signature is no document.
_SIGNATURES = frozenset((
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
))  # fmt: skip
_TEXTS = ("text/plain", "text/html")
_DEEPEST = 50


class TooDeep(Exception):
    """Parts within parts, deeper than any mail program makes them."""


def collect(message: email.message.Message, untrusted: Letter, depth: int = 0) -> None:
    """Put a part's text into the letter's body and its files among the attachments.

    Raises:
        TooDeep: parts within parts without end.
    """
    if depth > _DEEPEST:
        raise TooDeep
    kind = message.get_content_type()
    if kind == kinds.EML:
        untrusted.attachments.append(_mail_inside(message, len(untrusted.attachments) + 1))
    elif kind == "multipart/alternative":
        _collect_best(message, untrusted, depth)
    elif message.is_multipart():
        for part in _children(message):
            collect(part, untrusted, depth + 1)
    elif kind in _TEXTS and not _is_file(message):
        untrusted.body.append(_text(message, kind))
    elif kind not in _SIGNATURES:
        _add_file(message, untrusted)


def _collect_best(message: email.message.Message, untrusted: Letter, depth: int) -> None:
    """Of several versions of one text take the plainest that says anything; the files of all."""
    versions = []
    for part in _children(message):
        version = Letter(attachments=untrusted.attachments)
        collect(part, version, depth + 1)
        versions.append(version.body)
    best = next((body for body in versions if any(piece.strip() for piece in body)), [])
    untrusted.body.extend(best)


def _children(message: email.message.Message) -> Iterator[email.message.Message]:
    payload = message.get_payload()
    return (
        (part for part in payload if isinstance(part, email.message.Message))
        if isinstance(payload, list)
        else iter(())
    )


def _is_file(message: email.message.Message) -> bool:
    return message.get_content_disposition() == "attachment" or bool(message.get_filename())


def _text(message: email.message.Message, kind: str) -> str:
    untrusted = charset.decoded(_bytes(message), message.get_content_charset() or "")
    return html_text.words_of(untrusted) if kind == kinds.HTML else untrusted


def _bytes(message: email.message.Message) -> bytes:
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _mail_inside(message: email.message.Message, number: int) -> Attachment:
    inside = next(_children(message), None)
    content = inside.as_bytes() if inside is not None else _bytes(message)
    subject = inside.get("Subject") if inside is not None else None
    return Attachment(
        name_of(message.get_filename() or (f"{subject}.eml" if subject else None), number, ".eml"), content
    )


def _add_file(message: email.message.Message, untrusted: Letter) -> None:
    content, kind = _bytes(message), message.get_content_type()
    inline = message.get_content_disposition() != "attachment" and "Content-ID" in message
    if (
        kind.startswith("image/")
        and (inline or not message.get_filename())
        and is_trifle(content, picture_size(content))
    ):
        return
    if not content:
        return
    number = len(untrusted.attachments) + 1
    ending = mimetypes.guess_extension(kind) or ""
    untrusted.attachments.append(Attachment(name_of(message.get_filename(), number, ending), content))
