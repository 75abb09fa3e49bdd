"""Commands that act on an installation and not on a document, kept in the audit chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from processors.acts import Act
from processors.adapters.kafka_writer import KafkaWriter
from processors.config import Settings
from processors.runtime.acting import acting

By = Annotated[str, typer.Option(help="Who does this, for the audit chain; else the account alone.")]


@contextmanager
def kept(settings: Settings, act: Act, thing: str, by: str) -> Iterator[None]:
    """Record that a person does this, and how it ended.

    Args:
        settings: where the topics are
        act: what is done
        thing: on what
        by: who, as they call themselves; the account of the system is kept in any case

    Raises:
        DependencyUnavailable: the act could not be recorded and was not done.
    """
    with (
        KafkaWriter(settings.kafka, settings.prefix, settings.kafka_security) as acts,
        acting(acts, act, thing=thing, by=by),
    ):
        yield
