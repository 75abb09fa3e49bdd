"""The server programs in the cache folder: which ones, and where they lie once `fetch.py` brought them.

`<cache>/bin/minio` is built from its Go module, the only form in which MinIO is still released;
`<cache>/kafka-4.1.0/` holds the broker's jars from Maven Central, by coordinates.
"""

from __future__ import annotations

import mmap
import shutil
from pathlib import Path

from processors.local.environment import cache_folder, java_home
from processors.local.failures import ProgramMissingError

KAFKA_VERSION = "4.1.0"
#: The SLF4J 1.7 binding of the Log4j that Kafka 4.1.0 itself depends on; without one the broker logs nothing.
LOG4J_VERSION = "2.24.3"
MINIO_MODULE = "github.com/minio/minio"
#: The last commit of the open repository, which is no longer maintained; another S3 server can take its place.
MINIO_VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"

_FETCH = "Run `scripts/setup`, or `python -m processors.local.fetch` in an installed package."


def kafka_folder(cache: Path | None = None) -> Path:
    """Where the broker's jars lie, or will lie."""
    return (cache or cache_folder()) / f"kafka-{KAFKA_VERSION}"


def minio_binary(cache: Path | None = None) -> Path:
    """Where the MinIO server lies, or will lie."""
    return (cache or cache_folder()) / "bin" / "minio"


def has_kafka(cache: Path | None = None) -> bool:
    """Whether the broker's jars are there. The folder appears only once complete (see fetch.py)."""
    return (kafka_folder(cache) / f"kafka_2.13-{KAFKA_VERSION}.jar").is_file()


def has_minio(cache: Path | None = None) -> bool:
    """Whether MinIO is there in exactly the pinned version, which Go writes into every binary it builds."""
    try:
        with (
            minio_binary(cache).open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            return content.find(f"\t{MINIO_MODULE}\t{MINIO_VERSION}".encode()) >= 0
    except (OSError, ValueError):  # ValueError: an empty file cannot be mapped
        return False


def kafka() -> Path:
    """The folder of the broker's jars.

    Raises:
        ProgramMissingError: it was not fetched yet.
    """
    if not has_kafka():
        raise ProgramMissingError(f"Kafka {KAFKA_VERSION}", f"{_FETCH} Or name a running broker in CHANCERY_KAFKA.")
    return kafka_folder()


def minio() -> Path:
    """The MinIO server program.

    Raises:
        ProgramMissingError: it was not fetched yet, or another version lies there.
    """
    if not has_minio():
        raise ProgramMissingError(f"MinIO {MINIO_VERSION}", f"{_FETCH} Or name a running S3 server in CHANCERY_S3.")
    return minio_binary()


def java() -> Path:
    """The Java that runs Kafka: JAVA_HOME's, else the one on PATH.

    Raises:
        ProgramMissingError: there is none.
    """
    home = java_home()
    found = shutil.which(f"{home}/bin/java" if home else "java")
    if found is None:
        raise ProgramMissingError("java", "Run `apt-get install openjdk-17-jre-headless`, or correct JAVA_HOME.")
    return Path(found)
