"""`chancery audit`: the audit chain, see `docs/audit.md`."""

from __future__ import annotations

from processors.commands.lazy import group

COMMANDS = {
    "verify": "Check the chain, in its bucket or in an exported folder, and name what was changed.",
    "export": "Write the chain and its signed heads to a folder, to be checked without any server.",
    "show": "Show every record of a document, what people did, or what servers refused.",
    "keys": "Show the key that signs heads, or make one.",
}

run = group(
    COMMANDS,
    "audit",
    title="Check, export and read the audit chain: who did what to which document.",
    epilog="Commands that tell something take --json. verify ends with exit code 1 if it finds anything.",
)
