"""What `bind` says about its outputs, in words of its own."""

from __future__ import annotations

from processors.meaning import Explained


class Remark(str, Explained):
    """A note on the outputs of a document."""

    NO_PDF_DAMAGED = "no_searchable_pdf:damaged", "The PDF can be read but not rewritten; the original is kept."
    NO_PDF_TOO_LARGE = "no_searchable_pdf:too_large", "The searchable PDF would be larger than one artefact may be."
    NO_PDF_NO_FONT = (
        "no_searchable_pdf:no_font",
        "The plain text holds characters that the fonts every PDF reader has do not.",
    )
    NOT_ARCHIVAL_FONTS = "pdf_not_archival:fonts", "The PDF has text of its own, so PDF/A cannot be promised."
    NOT_ARCHIVAL_COLOURS = (
        "pdf_not_archival:colours",
        "A picture has colours other than grey and RGB, so PDF/A cannot be promised.",
    )
    NOT_ARCHIVAL_PICTURES = (
        "pdf_not_archival:pictures",
        "A picture is stored in a way that PDF/A does not allow, or that was not checked for it.",
    )
    NOT_ARCHIVAL_DRAWING = (
        "pdf_not_archival:drawing",
        "A page shows more than pictures, so PDF/A cannot be promised.",
    )
    NOT_ARCHIVAL_STRUCTURE = (
        "pdf_not_archival:structure",
        "The PDF has forms, notes, layers, bookmarks or the like, so PDF/A cannot be promised.",
    )
    ACTIVE_CONTENT_REMOVED = (
        "active_content_removed",
        "The original holds scripts, actions or embedded files; the searchable PDF does not.",
    )
    PICTURES_DECODED = (
        "pdf_pictures_decoded",
        "A PDF cannot hold this picture as it came: its pixels were stored again, without loss.",
    )
    PICTURES_REDUCED = (
        "pdf_pictures_reduced",
        "The picture was laid on white, or brought to 8 bits a colour, in the searchable PDF.",
    )
