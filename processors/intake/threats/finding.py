"""Everything that may be found at the door, what it counts as, and which part of the policy decides about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from processors.meaning import Explained
from processors.reasons import QuarantineReason

Member = Literal[
    "active_content", "launch", "macros", "embedded_files", "external_references", "polyglots", "links", "never"
]


class Finding(str, Explained):
    """What was found. The value goes into notes and details; the gravest come first."""

    LAUNCH = "launch", "An action starts a program or reads a file of the reader's machine."
    VBA = "vba", "A VBA project: macros of Word, Excel or PowerPoint."
    EXCEL4 = "excel4", "A macro sheet of Excel 4."
    BASIC = "basic", "Macros of LibreOffice, or an event that runs one."
    SECOND_TYPE = "second_type", "The file is of a second type too, such as a PDF that is a ZIP."
    TEMPLATE = "template", "A template that is fetched from a server."
    LINKED_OBJECT = "linked_object", "An object or frame that is fetched when the document is opened."
    DDE = "dde", "A field or link that asks another program for data (DDE)."
    CLIMBS = "climbs", "A part of an office file whose name leads out of it, such as `../../x`."
    ENTITY = "entity", "XML entities that name something outside."
    ENTITY_EXPANSION = (
        "entity_expansion",
        "XML entities, which no office program writes and which may grow without end.",
    )
    JAVASCRIPT = "javascript", "JavaScript in a PDF."
    SUBMITS = "submits", "A form that sends itself."
    OPENS_LINK = "opens_link", "A web address that is opened without a click."
    MEDIA = "media", "A player for sound, film, 3D or Flash."
    XFA = "xfa", "A form in XFA, whose pages are made by a program in it."
    ACTIVEX = "activex", "A control that is a program of Windows (ActiveX)."
    ATTACHED = "attached", "Files attached to a PDF."
    PACKAGED = "packaged", "A file packed into an office file as an object."
    LINK = "link", "A link on which a person may click."


_R = QuarantineReason
#: Finding -> its reason code, and the member of `Policy` that decides; "never" = refused whatever the policy
WEIGHED: Mapping[Finding, tuple[QuarantineReason, Member]] = {
    Finding.LAUNCH: (_R.ACTIVE_CONTENT, "launch"),
    Finding.VBA: (_R.MACROS, "macros"),
    Finding.EXCEL4: (_R.MACROS, "macros"),
    Finding.BASIC: (_R.MACROS, "macros"),
    Finding.SECOND_TYPE: (_R.POLYGLOT, "polyglots"),
    Finding.TEMPLATE: (_R.EXTERNAL_REFERENCE, "external_references"),
    Finding.LINKED_OBJECT: (_R.EXTERNAL_REFERENCE, "external_references"),
    Finding.DDE: (_R.EXTERNAL_REFERENCE, "external_references"),
    Finding.CLIMBS: (_R.UNSAFE_NAME, "never"),
    Finding.ENTITY: (_R.EXTERNAL_REFERENCE, "never"),
    Finding.ENTITY_EXPANSION: (_R.EXPANDS_TOO_FAR, "never"),
    Finding.JAVASCRIPT: (_R.ACTIVE_CONTENT, "active_content"),
    Finding.SUBMITS: (_R.ACTIVE_CONTENT, "active_content"),
    Finding.OPENS_LINK: (_R.ACTIVE_CONTENT, "active_content"),
    Finding.MEDIA: (_R.ACTIVE_CONTENT, "active_content"),
    Finding.XFA: (_R.ACTIVE_CONTENT, "active_content"),
    Finding.ACTIVEX: (_R.ACTIVE_CONTENT, "active_content"),
    Finding.ATTACHED: (_R.EMBEDDED_FILE, "embedded_files"),
    Finding.PACKAGED: (_R.EMBEDDED_FILE, "embedded_files"),
    Finding.LINK: (_R.ACTIVE_CONTENT, "links"),
}
