"""The first to write a key wins, and everybody goes on with what the first one wrote.

Claims, manifests, ends and artefacts all rest on this one rule: an attempt that is repeated, or a second worker,
finds what is there instead of writing beside it.
"""

from __future__ import annotations

from pathlib import Path

from processors.errors import DependencyUnavailable
from processors.events import Ref
from processors.ports import Objects


def first_bytes(objects: Objects, bucket: str, key: str, mine: bytes, media_type: str = "text/plain") -> bytes:
    """What stands under `key`: `mine` if nothing stood there, else what an earlier writer put.

    Raises:
        DependencyUnavailable: the store is away, or says that the key is taken and then that it is not there.
    """
    if objects.put(bucket, key, mine, media_type, create_only=True) is not None:
        return mine
    return objects.read(_there(objects, bucket, key))


def first_file(objects: Objects, bucket: str, key: str, mine: Path, media_type: str) -> Ref:
    """Where the file under `key` lies: `mine` if nothing stood there, else what an earlier writer put.

    Raises:
        DependencyUnavailable: as for `first_bytes`.
    """
    return objects.put(bucket, key, mine, media_type, create_only=True) or _there(objects, bucket, key)


def _there(objects: Objects, bucket: str, key: str) -> Ref:
    there = objects.info(bucket, key)
    if there is None:
        raise DependencyUnavailable("object store: taken, and not there")
    return there.ref
