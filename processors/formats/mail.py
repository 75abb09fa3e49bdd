"""EML: mails as they travel (RFC 5322, MIME). The page shows what a reader sees; each attachment is a document."""

from __future__ import annotations

import email.message
import email.parser
import email.policy
from pathlib import Path

from processors.formats import letter
from processors.formats.letter import Letter
from processors.formats.mail_parts import TooDeep, collect
from processors.formats.port import Opened, Refused, Terms
from processors.reasons import QuarantineReason

#: What a reader sees above the text, in the order in which a mail program shows it.
SHOWN = ("From", "To", "Cc", "Date", "Subject")
#: A mail has at least one of them.
_TELLING = (*SHOWN, "Message-ID", "Received", "Sender", "Bcc", "Reply-To")
#: What the email package raises over fields and parts that break the rules; it was meant to raise nothing.
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, NotImplementedError, RecursionError)
_ENCRYPTED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))


class _Forgiving(email.policy.EmailPolicy):
    """The default policy, which raises on some broken fields; there the field is taken as it stands."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        try:
            return str(super().header_fetch_parse(name, value))
        except _FAULTS:
            return value.encode("ascii", "surrogateescape").decode("utf-8", "replace")


class MailFormat:
    """Mails."""

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """See `Format.open`."""
        try:
            untrusted = _read(untrusted_file)
        except TooDeep as error:
            raise Refused(QuarantineReason.TOO_DEEP) from error
        except _FAULTS as error:
            raise Refused(QuarantineReason.DAMAGED) from error
        return letter.opened(untrusted, terms)


def _read(untrusted_file: Path) -> Letter:
    with untrusted_file.open("rb") as stream:
        message = email.parser.BytesParser(policy=_Forgiving()).parse(stream)
    if not any(name in message for name in _TELLING):
        raise Refused(QuarantineReason.DAMAGED)
    if is_encrypted(message):
        raise Refused(QuarantineReason.ENCRYPTED)
    untrusted = Letter([(name, value) for name in SHOWN for value in message.get_all(name, []) if value.strip()])
    collect(message, untrusted)
    return untrusted


def is_encrypted(message: email.message.Message) -> bool:
    """Whether the mail as a whole is encrypted, with S/MIME or PGP."""
    kind = message.get_content_type()
    if kind in _ENCRYPTED:
        return message.get_param("smime-type") != "signed-data"
    return kind == "multipart/encrypted"
