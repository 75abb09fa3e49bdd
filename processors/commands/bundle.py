"""`chancery bundle`: what a disconnected site needs, see `docs/airgap.md`."""

from __future__ import annotations

from processors.commands.lazy import group

COMMANDS = {
    "list": "List what a site needs: images, packages, language packs, models, servers. Fetches nothing.",
    "pack": "Collect it into one signed archive; what is missing must be left out by name.",
    "verify": "Check an archive, or the folder it was unpacked into, against the packer's public key.",
}

run = group(
    COMMANDS,
    "bundle",
    title="List, pack and verify what a site without a network needs.",
    epilog="All take --json. list and pack need a checkout; verify ends with exit code 1 if it finds anything.",
)
