"""MSG: mails as Outlook saves them, in an OLE storage.

A mail inside becomes an EML file, since no part of a storage can stand alone.
"""

from __future__ import annotations

import email.parser
import email.policy
from collections.abc import Callable, Iterator
from email.message import EmailMessage, Message
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import oxmsg
from oxmsg.attachment import Attachment as Attached
from oxmsg.domain import constants
from oxmsg.domain.model import MSG_HDR_OFFSET, UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from processors.formats import charset, compressed_rtf, html_text, letter, mail, mail_parts
from processors.formats.containers import OLE_FAULTS
from processors.formats.image import picture_size
from processors.formats.letter import Attachment, Letter
from processors.formats.port import Opened, Refused, Terms
from processors.reasons import QuarantineReason

T = TypeVar("T")
_FAULTS = (*OLE_FAULTS, UnrecognizedCodePageError, UnsupportedEncodingError)
#: MS-OXMSG: the properties of a mail inside a mail begin after a shorter header than those of the outer one.
_INNER_HEADER_BYTES = 24
_INNER = "__substg1.0_3701000D"
_CONTENT_ID = 0x3712
_DEEPEST = 20


class MsgFormat:
    """Outlook's mails."""

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """See `Format.open`."""
        try:
            untrusted = _letter(_Mail.load(str(untrusted_file)), terms)
        except _FAULTS as error:
            raise Refused(QuarantineReason.DAMAGED) from error
        return letter.opened(untrusted, terms)


class _Properties(Properties):
    """Properties whose code page may be one that Python does not know: then the text is read as far as it goes."""

    @property
    def body_encoding(self) -> str:
        return _or("cp1252", lambda: super(_Properties, self).body_encoding)

    @property
    def _str_prop_encoding(self) -> str:
        return _or("cp1252", lambda: super(_Properties, self)._str_prop_encoding)


class _Mail(oxmsg.Message):
    """A mail."""

    _header_bytes = MSG_HDR_OFFSET

    @cached_property
    def properties(self) -> Properties:
        return _Properties(self._storage, properties_header_offset=self._header_bytes)


class _InnerMail(_Mail):
    """A mail attached to another one."""

    _header_bytes = _INNER_HEADER_BYTES


def _letter(message: oxmsg.Message, terms: Terms, depth: int = 0) -> Letter:
    travelled = Message()
    for name, value in _or(dict[str, str](), lambda: message.message_headers).items():
        travelled[name] = value
    kind = _or("", lambda: message.message_class).upper()
    opaque = kind.startswith("IPM.NOTE.SMIME") and not kind.endswith("MULTIPARTSIGNED")
    if mail.is_encrypted(travelled) or opaque:
        raise Refused(QuarantineReason.ENCRYPTED)
    untrusted = Letter(list(_headers(message)))
    body = _or("", lambda: message.body or "") or _html(message)
    if body.strip():
        untrusted.body.append(body)
    elif rtf := _or(b"", lambda: message.properties.binary_prop_value(constants.PID_RTF_COMPRESSED) or b""):
        content = _or(b"", lambda: compressed_rtf.expanded(rtf, terms.limits.max_bytes))
        if content:
            untrusted.attachments.append(Attachment("body.rtf", content))
    for attached in message.attachments:
        _attach(attached, untrusted, terms, depth)
    return untrusted


def _headers(message: oxmsg.Message) -> Iterator[tuple[str, str]]:
    properties = message.properties
    sent = _or(None, lambda: message.sent_date)
    values = (
        _or("", lambda: message.sender or "")
        or _or("", lambda: properties.str_prop_value(constants.PID_SENDER_NAME) or ""),
        _or("", lambda: properties.str_prop_value(constants.PID_DISPLAY_TO) or "") or _recipients(message),
        _or("", lambda: properties.str_prop_value(constants.PID_DISPLAY_CC) or ""),
        sent.strftime("%a, %d %b %Y %H:%M:%S %z") if sent else "",
        _or("", lambda: message.subject),
    )
    return ((name, value) for name, value in zip(mail.SHOWN, values, strict=True) if value.strip("\0 "))


def _recipients(message: oxmsg.Message) -> str:
    return _or("", lambda: "; ".join(one.name or one.email_address for one in message.recipients))


def _html(message: oxmsg.Message) -> str:
    content = _or(b"", lambda: message.properties.binary_prop_value(constants.PID_HTML) or b"")
    named = _or("", lambda: message.properties.body_encoding)
    page = charset.decoded(content, named) if content else _or("", lambda: message.html_body or "")
    return html_text.words_of(page)


def _attach(attached: Attached, untrusted: Letter, terms: Terms, depth: int) -> None:
    """Add one attachment: a mail, a signed mail's content, or a file."""
    number = len(untrusted.attachments) + 1
    name = _or("", lambda: attached.file_name or "") or _or(
        "", lambda: attached.properties.str_prop_value(constants.PID_ATTACH_FILENAME) or ""
    )
    storage = attached._storage  # the library shows no other way to a mail inside a mail
    inner = next((one for one in getattr(storage, "storages", ()) if one.name == _INNER), None)
    if inner is not None:
        untrusted.attachments.append(_mail_inside(inner, number, terms, depth))
        return
    content = _or(b"", lambda: attached.file_bytes or b"")
    kind = _or("", lambda: attached.mime_type or "")
    if not content:
        return
    if kind.startswith("multipart/"):
        signed = email.parser.BytesParser(policy=email.policy.default).parsebytes(content)
        mail_parts.collect(signed, untrusted)
        return
    inline = bool(_or("", lambda: attached.properties.str_prop_value(_CONTENT_ID) or ""))
    if inline and kind.startswith("image/") and letter.is_trifle(content, picture_size(content)):
        return
    untrusted.attachments.append(Attachment(letter.name_of(name, number, ""), content))


def _mail_inside(storage: Storage, number: int, terms: Terms, depth: int) -> Attachment:
    """The mail inside as an EML file.

    Raises:
        Refused: mails inside mails without end.
    """
    if depth >= _DEEPEST:
        raise Refused(QuarantineReason.TOO_DEEP, limit=_DEEPEST)
    inner = _letter(_InnerMail(storage), terms, depth + 1)
    made = EmailMessage(policy=email.policy.SMTPUTF8)
    for name, value in inner.headers:
        made[name] = " ".join(value.replace("\0", "").split())
    made["MIME-Version"] = "1.0"
    made.set_content("\n\n".join(inner.body))
    for one in inner.attachments:
        made.add_attachment(
            one.untrusted_bytes, maintype="application", subtype="octet-stream", filename=one.untrusted_name
        )
    subject = next((value for name, value in inner.headers if name == "Subject"), "")
    return Attachment(letter.name_of(f"{subject}.eml" if subject else "", number, ".eml"), made.as_bytes())


def _or(otherwise: T, read: Callable[[], T]) -> T:
    """A property, or something else where it is broken: one broken field must not take the mail with it."""
    try:
        return read()
    except _FAULTS:
        return otherwise
