"""`chancery agency`: the agencies of this installation, and what each signs in with."""

from __future__ import annotations

from processors.commands.lazy import group

COMMANDS = {
    "add": "Make an agency's inbox, result topics, keys and rights; print the credentials once.",
    "list": "List the agencies, and which credentials each has.",
    "rotate": "Replace an agency's credentials; the old ones are refused at once.",
    "revoke": "Take an agency's credentials away; its documents and results stay.",
}

run = group(
    COMMANDS,
    "agency",
    title="Add agencies, and give each credentials that open nothing of anybody else's.",
    epilog="All take --json. Credentials are shown once and kept nowhere. --write puts them into a new file.",
)
