"""Which files a parser may read: programs, code, models and settings, and nothing that belongs to anybody.

A list of what is allowed: what is not thought of is not seen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from processors.config import PACKAGE, SCHEMAS, Settings

#: A variable that ends so names a file with a credential.
_SECRET_FILE = "_FILE"  # noqa: S105 - the end of a variable's name

#: Programs and libraries of the system, and what they read about machine and fonts. Debian has parts of LibreOffice
#: below /etc and /var; /proc/self is the process itself.
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt/libreoffice",
    "/etc/alternatives", "/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache", "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/locale.alias", "/etc/localtime", "/etc/mime.types", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group",
    "/etc/papersize", "/etc/ssl/openssl.cnf",
    "/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice",
    "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
    "/proc/self", "/proc/cpuinfo", "/proc/filesystems", "/proc/meminfo", "/proc/stat",
    "/proc/sys/kernel/cap_last_cap", "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu", "/sys/kernel/mm/transparent_hugepage", "/sys/fs/cgroup/cpu.max",
)  # fmt: skip


def readable(settings: Settings, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """What a parser reads, apart from the inputs of its work; folders count with what is below them.

    Args:
        settings: name the folders
        environment: of the worker; its variables that name files with credentials tell what is left out
    """
    hidden = (settings.home.resolve(), *secrets(environment))
    places = [*(Path(place) for place in _SYSTEM), *programs_and_models(settings)]
    return tuple(dict.fromkeys(part for place in places for part in _without(place, hidden)))


def secrets(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Files that hold credentials of the worker."""
    files = [Path(value) for name, value in environment.items() if name.endswith(_SECRET_FILE)]
    return tuple(file.resolve() for file in files if file.is_file())


def programs_and_models(settings: Settings) -> Sequence[Path]:
    """What belongs to Chancery and is no part of the system."""
    needed = [
        Path(sys.prefix),
        Path(sys.base_prefix),
        PACKAGE,
        SCHEMAS,
        settings.models,
        settings.document_types,
        *(Path(path) for path in (settings.tessdata, settings.policies, settings.encoder_weights) if path),
    ]
    return sorted({path.resolve() for path in needed if path.exists()})


def _without(place: Path, hidden: Iterable[Path]) -> Iterator[Path]:
    """The place, or, where something in it must stay hidden, all its parts around that.

    A place inside of something hidden was named for itself, as promoted models in the home are.
    """
    within = [one for one in hidden if one.is_relative_to(place)]
    if not within:
        yield place
    elif place not in within:
        for part in sorted(place.iterdir()):
            if not part.is_symlink():  # where it leads is another place
                yield from _without(part, within)
