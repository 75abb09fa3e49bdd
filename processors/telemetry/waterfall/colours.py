"""What is drawn how, in the terminal and in the picture: one table, so that they say the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How a kind of time looks; contrast with the background is 3 or more in both schemes."""

    name: str
    meaning: str
    light: str
    dark: str


WAITED = Look("waited", "waited in line (hatched)", "#6b7683", "#93a0ad")
STAGE = Look("stage", "the stage at work", "#1667a5", "#62aeea")
STORE = Look("store", "object store: fetching, storing, joining, claiming the end", "#1a7f6b", "#4cc3a8")
MODEL = Look("model", "asking a model", "#7a42b8", "#c39bf2")
SCAN = Look("scan", "scanning for malware", "#8a5a00", "#e0a83e")
KAFKA = Look("kafka", "Kafka transaction", "#4a5563", "#b3bec9")
WORKER = Look("worker", "the worker itself", "#8aa4bb", "#58728a")
FAILED = Look("failed", "failed (framed), or the worker died (hatched)", "#b3261e", "#f28b82")
LOOKS = (WAITED, STAGE, STORE, MODEL, SCAN, KAFKA, WORKER, FAILED)

_OF_PARTS = {"process": STAGE, "ask": MODEL, "scan": SCAN, "commit": KAFKA}


def look_of(part: str) -> Look:
    """How a part of a piece of work looks."""
    return _OF_PARTS.get(part, STORE)
