"""What verification can find in a bundle."""

from __future__ import annotations

from dataclasses import dataclass

from processors.meaning import Explained


class Fault(str, Explained):
    """What is wrong; `meaning` is the sentence for people."""

    NO_MANIFEST = "no_manifest", "The bundle does not begin with a manifest and its signature: it is none of ours."
    FORGED = "forged", "The manifest is not signed by the given key, or was changed after it was signed."
    OTHER_KEY = "other_key", "The manifest says that another key signed it than the one that was given."
    INVALID = "invalid", "The manifest is signed, and is none that can be followed."
    CHANGED = "changed", "The file has other bytes than the manifest says."
    RESIZED = "resized", "The file has another size than the manifest says."
    MISSING = "missing", "The manifest names the file, and the bundle does not hold it."
    EXTRA = "extra", "The bundle holds the file, and the manifest does not name it."
    TWICE = "twice", "The bundle holds two files of this name: unpacked, the second would replace the first."
    STRANGE = "strange", "This is no plain file; unpacked, it could lead elsewhere."
    TORN = "torn", "The archive cannot be read to its end."
    NOT_IN_SBOM = (
        "not_in_sbom",
        "The file is a component that the bill of materials does not name, or names otherwise.",
    )
    ONLY_IN_SBOM = "only_in_sbom", "The bill of materials names a file that the bundle does not hold."
    NO_SBOM = "no_sbom", "The bill of materials is missing or cannot be read."
    NO_IMAGE = "no_image", "The chart needs the image; it is neither there nor named among what was left out."
    STILL_THERE = "still_there", "The manifest says that this was left out, and names a file of it."


@dataclass(frozen=True)
class Finding:
    """One fault and what it is about."""

    fault: Fault
    #: a file, an image, or ""
    name: str = ""
    detail: str = ""
