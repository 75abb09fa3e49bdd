"""What people can do that the audit chain keeps: the closed list of acts."""

from __future__ import annotations

from processors.meaning import Explained


class Act(str, Explained):
    """An act; `meaning` is the sentence for people."""

    MODEL_REQUESTED = "model_requested", "A person asked for a model to be put to work."
    MODEL_APPROVED = "model_approved", "A second person approved it: the model is at work."
    MODEL_ROLLED_BACK = "model_rolled_back", "A person went back to the model before."
    QUARANTINE_RELEASED = "quarantine_released", "A person released a document from quarantine."
    DEAD_LETTER_REPLAYED = "dead_letter_replayed", "A person had failed work done again."
    DOCUMENT_REPLAYED = "document_replayed", "A person sent a document through again."
    REPROCESSING_REQUESTED = (
        "reprocessing_requested",
        "A person asked for documents to be reprocessed.",
    )
    REPROCESSING_APPROVED = "reprocessing_approved", "A second person approved it: its results are published."
    REPROCESSING_REJECTED = "reprocessing_rejected", "A person rejected it: none of its results is published."
    REVIEW_DECIDED = "review_decided", "A person corrected or confirmed the values of a document."
    REVIEW_REPEATED = "review_repeated", "Another person looked at a document under review anew."
    AGENCY_ADDED = "agency_added", "A person added an agency."
    AGENCY_KEYS_REPLACED = "agency_keys_replaced", "A person replaced what an agency signs in with."
    AGENCY_KEYS_REVOKED = "agency_keys_revoked", "A person took away what an agency signs in with."
    HOLD_PLACED = "hold_placed", "A person forbade that a document is disposed of."
    HOLD_LIFTED = "hold_lifted", "A person lifted such a hold."
    DISPOSAL_REQUESTED = "disposal_requested", "Documents were listed whose time has passed, to be disposed of."
    DISPOSAL_APPROVED = "disposal_approved", "A second person approved it: they are disposed of."
    DISPOSAL_REJECTED = "disposal_rejected", "A person rejected it: nothing of it is disposed of."
    DOCUMENT_DISPOSED = "document_disposed", "A document was disposed of, under a person's approval."
