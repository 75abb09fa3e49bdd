"""Why a document ended as it did: the closed list of reason codes, each with its meaning.

Quarantine reasons name what is wrong with the document, review reasons what a person must decide. Dead-letter
codes are the `code` of the error classes in `errors.py`.
"""

from typing import Self

from processors.meaning import Explained


class Reason(str, Explained):
    """A reason code; `meaning` is the sentence for people."""

    @classmethod
    def of(cls, code: str) -> Self:
        """The member with this code.

        Raises:
            ValueError: there is none.
        """
        for member in cls:
            if member.value == code:
                return member
        raise ValueError(f"no {cls.__name__}")


class QuarantineReason(Reason):
    """The document's own fault."""

    EMPTY = "empty", "The file holds no bytes."
    TOO_LARGE = "too_large", "The file is larger than the limit for one upload."
    SOURCE_GONE = "source_gone", "The uploaded version was deleted before it could be read."
    TYPE_NOT_ALLOWED = "type_not_allowed", "The content is not of a type that Chancery reads."
    TYPE_MISMATCH = "type_mismatch", "The content is not what the file name says."
    DAMAGED = "damaged", "The file is of a known type but cannot be opened, not even after repair."
    ENCRYPTED = "encrypted", "The file needs a password."
    NO_PAGES = "no_pages", "The file opens but holds no page."
    TOO_MANY_PAGES = "too_many_pages", "The document has more pages than the limit."
    PAGE_TOO_LARGE = "page_too_large", "A page is larger than the limit, in points or in pixels."
    EXPANDS_TOO_FAR = "expands_too_far", "The file unpacks to more bytes than the limit."
    TOO_MANY_FILES = "too_many_files", "The file holds more files than the limit."
    TOO_DEEP = "too_deep", "The file lies inside more files than the limit."
    ACTIVE_CONTENT = "active_content", "The file holds scripts or actions that run when it is opened."
    MACROS = "macros", "The office file holds macros."
    EMBEDDED_FILE = "embedded_file", "The file hides another file, and the agency's policy refuses that."
    EXTERNAL_REFERENCE = (
        "external_reference",
        "The file fetches a part of itself from elsewhere when it is opened.",
    )
    POLYGLOT = "polyglot", "The file is of two types at once."
    UNSAFE_NAME = "unsafe_name", "The office file holds parts whose names lead out of it."
    MALWARE = "malware", "The scanner knows this file, or something in it, as malware."
    NOT_SCANNED = "not_scanned", "The scanner for malware could not look into all of the file."
    NOT_WANTED = "not_wanted", "A reviewer said that this is no document to be worked on."
    ILLEGIBLE = "illegible", "A reviewer could not read the document either."
    INCOMPLETE = "incomplete", "A reviewer found that a value that the type requires is not on the document."
    CUT_INTO_DOCUMENTS = (
        "cut_into_documents",
        "A reviewer found several documents in it; they go on as documents of their own.",
    )
    WORK_CRASHED = "work_crashed", "Reading this document killed or hung the reading process every time."


class ReviewReason(Reason):
    """A person must decide before anything is released."""

    TYPE_UNKNOWN = "type_unknown", "The document type could not be told with enough confidence."
    REQUIRED_MISSING = "required_missing", "A required value was not found on the pages."
    NOTHING_FOUND = "nothing_found", "No value of the type was found on the pages."
    CONFIDENCE_LOW = "confidence_low", "The confidence of a value, or of the type, is below the release threshold."
    SCHEMA_INVALID = "schema_invalid", "The values do not fit the type's schema."
    PAGES_UNREAD = "pages_unread", "Some pages could not be read; the values come from the others."
    VALUE_INVALID = "value_invalid", "A value stands on the page, but fails its check, such as check digits."
    RULE_FAILED = "rule_failed", "The values break a rule of the type, such as a sum or the order of dates."
    READERS_DISAGREE = "readers_disagree", "Two readers read different values."
    CONFIDENCE_UNMEASURED = "confidence_unmeasured", "Nobody measured how often such a value is right."
    CONFIDENCE_WITHOUT_SIGNAL = (
        "confidence_without_signal",
        "Confidence in this field does not tell right values from wrong ones.",
    )
    READER_UNFINISHED = (
        "reader_unfinished",
        "A reader gave no whole answer: nobody knows whether it would have agreed.",
    )
    VALUE_AMBIGUOUS = "value_ambiguous", "A value can be read in more than one way, such as 03/04/21."


#: For what a reviewer may set a document aside.
BY_REVIEWERS = (QuarantineReason.NOT_WANTED, QuarantineReason.ILLEGIBLE, QuarantineReason.INCOMPLETE)

#: What a person may set aside for one document: a rule of ours stands against it. Of what acts, hides or fetches,
#: only the pixels go on then.
WAIVABLE = frozenset(
    (
        QuarantineReason.TYPE_MISMATCH,
        QuarantineReason.TOO_MANY_PAGES,
        QuarantineReason.TOO_MANY_FILES,
        QuarantineReason.ACTIVE_CONTENT,
        QuarantineReason.MACROS,
        QuarantineReason.EMBEDDED_FILE,
        QuarantineReason.EXTERNAL_REFERENCE,
        QuarantineReason.POLYGLOT,
    )
)
