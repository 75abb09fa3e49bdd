"""The doors to the outside: an object store and a log of events. `adapters/` holds what stands behind them.

Every adapter raises only `PipelineError`s: `DependencyUnavailable` when the server does not answer, and
`ArtefactMissing` when an object that must exist does not.
"""

from processors.ports.inboxes import Inboxes, Version
from processors.ports.log import Incoming, Log, Outgoing
from processors.ports.store import Lock, ObjectInfo, Objects
from processors.ports.topics import Cursor, Reached, Topics
from processors.ports.vault import Stored, Vault

__all__ = [
    "Cursor",
    "Inboxes",
    "Incoming",
    "Lock",
    "Log",
    "ObjectInfo",
    "Objects",
    "Outgoing",
    "Reached",
    "Stored",
    "Topics",
    "Vault",
    "Version",
]
