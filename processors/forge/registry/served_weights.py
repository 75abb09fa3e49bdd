"""Weights that a model server of others loads: kept in the bucket of models, handed out if they are the right ones.

`weights/NAME/…` in that bucket, put there with any S3 client. They are too large, and not ours, to be registered as
a model of the forge; what vouches for them is the digest that an operator was given, as in
CHANCERY_LANGUAGE_DIGEST.
"""

from __future__ import annotations

from pathlib import Path

from processors.extract.language.weights import digest
from processors.forge.errors import ModelUnfit, NotThere
from processors.forge.names import named
from processors.ports import Objects

FOLDER = "weights"


def fetch(objects: Objects, bucket: str, name: str, to: Path, expected: str) -> int:
    """Write weights into a folder and hold them against their digest; what is there already is only checked.

    Args:
        objects: the store
        bucket: that of models
        name: below `weights/`
        to: the folder
        expected: sha256 over names and contents of the files, see `extract.language.weights.digest`

    Returns:
        How many files were written.

    Raises:
        NotThere: the bucket holds none of this name.
        ModelUnfit: they are not those of the digest; what was written is left for a person to look at.
    """
    if to.is_dir() and digest(to) == expected:
        return 0
    start = f"{FOLDER}/{named(name)}/"
    keys = list(objects.keys(bucket, start))
    if not keys:
        raise NotThere(f"There are no weights {name}: put their files into {bucket}/{start} first.")
    for key in keys:
        target = to / key.removeprefix(start)
        if not target.resolve().is_relative_to(to.resolve()):
            raise ModelUnfit(f"The weights {name} name a file outside their folder.")
        found = objects.info(bucket, key)
        if found is None:
            raise ModelUnfit(f"{bucket}/{key} was removed while it was being fetched: put it back.")
        target.parent.mkdir(parents=True, exist_ok=True)
        objects.fetch(found.ref, target)
    told = digest(to)
    if told != expected:
        raise ModelUnfit(
            f"The weights {name} in {to} have the digest {told}, and {expected} is wanted: "
            "empty that folder, and put the right files into the bucket."
        )
    return len(keys)
