"""What the functions of `processors.batch` work with; apart, since most commands need no client of Kafka."""

from __future__ import annotations

from processors.batch.doors import Doors
from processors.commands.surroundings import Surroundings
from processors.orchestration.doors import doors_of, vault_of
from processors.ports import Vault


def batch_doors(at: Surroundings) -> Doors:
    """The doors of a command."""
    return doors_of(at.settings, at.ledger)


def vault(at: Surroundings) -> Vault:
    """Every version of what is stored, for a command that places holds or disposes."""
    return vault_of(at.settings)
