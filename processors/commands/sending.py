"""Putting local files into an inbox."""

from __future__ import annotations

import mimetypes
import os
from dataclasses import dataclass
from pathlib import Path

from processors.commands.names import key_of, key_problem
from processors.commands.patience import PATIENCE, patiently
from processors.errors import ArtefactMissing, DependencyUnavailable
from processors.places import Buckets
from processors.ports import Objects
from processors.runtime.identity import document_id


@dataclass(frozen=True)
class Sent:
    """What became of one file on its way into the inbox."""

    #: as the user named it
    file: str
    key: str
    #: empty if it did not get there
    document_id: str = ""
    version_id: str = ""
    #: why it did not get there, in words or as a code of `errors.py`; empty if it did
    problem: str = ""

    @property
    def away(self) -> bool:
        """Whether a server is to blame, so that it is worth sending the file again."""
        return self.problem == DependencyUnavailable.code


def send_patiently(
    objects: Objects, buckets: Buckets, agency: str, file: Path, key: str = "", seconds: float = PATIENCE
) -> Sent:
    """The same as `send`, but a server that is away is waited for, and a failure is told rather than raised.

    Where the store took the bytes and its answer got lost, the same file becomes a second document: the ledger says
    of it that it has the same content.
    """
    try:
        return patiently(lambda: send(objects, buckets, agency, file, key), seconds)
    except DependencyUnavailable:
        problem = DependencyUnavailable.code
    except ArtefactMissing:
        problem = f"there is no inbox {buckets.inbox(agency)}"
    except OSError as error:
        problem = f"it cannot be read ({error.strerror or error})"
    return Sent(os.fsdecode(file), key or key_of(file), problem=problem)


def send(objects: Objects, buckets: Buckets, agency: str, file: Path, key: str = "") -> Sent:
    """Upload one file under its own name, or under `key`. Each upload is a new document, also of the same file.

    Raises:
        DependencyUnavailable: the object store does not answer.
        ArtefactMissing: there is no such inbox.
    """
    name, key = os.fsdecode(file), key or key_of(file)
    if problem := key_problem(key):
        return Sent(name, key, problem=problem)
    try:
        if not file.is_file():
            return Sent(name, key, problem="there is no such file" if not file.exists() else "it is not a file")
        # The store's client would report a file that it may not read as a server that is away.
        file.open("rb").close()
    except (OSError, ValueError) as error:
        return Sent(name, key, problem=f"it cannot be read ({getattr(error, 'strerror', None) or error})")
    # A hint for people only: intake looks at the content.
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    ref = objects.put(buckets.inbox(agency), key, file, media_type)
    assert ref is not None, "only a create-only put returns nothing"
    return Sent(name, key, document_id(ref.bucket, ref.key, ref.version_id), ref.version_id)
