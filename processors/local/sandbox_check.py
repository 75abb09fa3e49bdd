"""How far a document's parser can be shut in on this machine, for the doctor: the level, and what is lacking."""

from __future__ import annotations

import json
import sys

from processors.local.machine import Machine
from processors.runtime import levels
from processors.runtime.levels import Found, Level

#: What a person may rely on at each level, in a few words.
_MEANS = {
    Level.LIMITS: "documents are bounded in memory, time and files, and a parser may what its user may",
    Level.FENCE: "a parser reaches no network and no file but its own; it sees which processes run",
    Level.WALLS: "a parser reaches no network, no file but its own, and no other process",
}


def look(machine: Machine) -> tuple[Level, str, str]:
    """The level, what is found in words, and the command that leads to the next level (empty at the highest)."""
    found = _found(machine)
    remedy = "" if found.level is Level.WALLS else _remedy(found, machine)
    return found.level, f"{found}: {_MEANS[found.level]}", remedy


def _found(machine: Machine) -> Found:
    # In a process of its own, as a worker tries it: a fence cannot be taken off again.
    said = machine.says(sys.executable, "-m", levels.__name__)
    try:
        return Found(**json.loads(said or ""))
    except (ValueError, TypeError):
        return levels.NOTHING


def _remedy(found: Found, machine: Machine) -> str:
    if not found.filter and not found.namespaces and machine.which("bwrap") is None:
        return "apt-get install bubblewrap libseccomp2"
    if not found.filter:
        return "apt-get install libseccomp2"
    if machine.which("bwrap") is None:
        return "apt-get install bubblewrap"
    return "sysctl user.max_user_namespaces=15000; a container must be allowed to make them (docs/sandbox.md)"
