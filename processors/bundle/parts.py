"""What a bundle is made of: the closed list of its parts."""

from __future__ import annotations

from processors.meaning import Explained


class Part(str, Explained):
    """A part that can be left out; `meaning` is what it holds."""

    CHART = "chart", "the Helm chart as an archive, and the site's values"
    IMAGES = "images", "container images, as OCI archives"
    WHEELS = "wheels", "Python packages for a machine without a cluster"
    LANGUAGES = "languages", "Tesseract's language packs"
    WEIGHTS = "weights", "weights of the language model that the site's values name"
    SERVERS = "servers", "Kafka's jars and MinIO's program, for the stack of one machine"
    SYSTEM = "system", "names and versions of Debian's packages, which the site's own mirror serves"
    DOCS = "docs", "documentation"
